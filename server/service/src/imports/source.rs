//! The bytes of a file: byte-order mark, format, and a bound on one record.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Largest record, in bytes. A quotation mark that is never closed would
/// otherwise pull the rest of the file into memory.
pub(super) const RECORD_MAX: u64 = 4 * 1024 * 1024;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportKind {
    /// Contacts.
    Contacts,
    /// Devices.
    Devices,
}

impl ImportKind {
    /// The name on the command line, in addresses and in jobs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Devices => "devices",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Contacts, Self::Devices]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A header line and a line for each row, separated by commas, semicolons
    /// or tabs (RFC 4180).
    Csv,
    /// A JSON object on each line.
    Ndjson,
}

/// Why a file cannot be imported at all.
#[derive(Debug, Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty; it needs a header line, or a JSON object on each line")]
    Empty,
    /// It is not UTF-8.
    #[error("the file is UTF-16; save it as UTF-8 (in Excel: “CSV UTF-8”)")]
    Utf16,
    /// The header line cannot be read.
    #[error("the header line is not UTF-8 text; save the file as UTF-8")]
    HeaderEncoding,
    /// A column is missing.
    #[error("the column {} is missing; the header line has: {found}", either(column, *foreign))]
    MissingColumn {
        /// Which.
        column: &'static str,
        /// What other systems' exports call it.
        foreign: Option<&'static str>,
        /// What the header has.
        found: String,
    },
    /// Two columns have one name.
    #[error("two columns are called “{0}”; rename or remove one")]
    DuplicateColumn(String),
    /// A column has no name but rows have values there.
    #[error("column {0} has no name; name it in the header line, or remove it")]
    NamelessColumn(usize),
    /// A column's name is too long.
    #[error("the name of column {0} is longer than {1} bytes")]
    LongColumn(usize, usize),
    /// No app is known for the devices.
    #[error("the file has no column “app”; say which app the devices belong to (--app SLUG){0}")]
    NoApp(String),
    /// A record is too large.
    #[error(
        "the record that begins on line {line} is larger than {} MiB; \
         a quotation mark may be missing at its end", RECORD_MAX / 1024 / 1024
    )]
    RecordTooLarge {
        /// Where it begins.
        line: u64,
    },
    /// The file cannot be read further.
    #[error("the file cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// A column by our name, or by another system's.
fn either(column: &str, foreign: Option<&str>) -> String {
    match foreign {
        Some(foreign) => format!("“{column}” (or “{foreign}”, as Recurly exports it)"),
        None => format!("“{column}”"),
    }
}

/// A reader that gives up when one record takes more than [`RECORD_MAX`].
pub(super) struct Bounded<R> {
    inner: R,
    since_record: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let total = self.since_record.get() + read as u64;
        self.since_record.set(total);
        if total > RECORD_MAX {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "a record is too large",
            ));
        }
        Ok(read)
    }
}

/// Lets whoever reads records say that one ended.
#[derive(Clone)]
pub(super) struct RecordBound(Rc<Cell<u64>>);

impl RecordBound {
    pub(super) fn record_ended(&self) {
        self.0.set(0);
    }
}

/// A source's bytes, a record at a time within the bound.
pub(super) type Bytes = BufReader<Bounded<Box<dyn Read>>>;

/// An opened source: past its byte-order mark, its format known.
pub(super) struct Source {
    pub(super) reader: Bytes,
    pub(super) bound: RecordBound,
    pub(super) format: Format,
    /// What separates a CSV's cells.
    pub(super) delimiter: u8,
}

/// How much of the beginning is looked at.
const START_MAX: usize = 64 * 1024;

/// Looks at the beginning of `reader`. Without `format`, a file that begins
/// with `{` is NDJSON and any other CSV.
pub(super) fn open(
    mut reader: Box<dyn Read>,
    format: Option<Format>,
) -> Result<Source, ImportError> {
    let mut start = Vec::new();
    // A pipe may give a few bytes at a time, and the first lines may be blank.
    let mut piece = [0; 4096];
    while start.len() < START_MAX && !has_line(&start) {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => start.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    match start.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => drop(start.drain(..3)),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(ImportError::Utf16),
        _ => {}
    }
    let format = match (
        format,
        start.iter().find(|byte| !byte.is_ascii_whitespace()),
    ) {
        (_, None) => return Err(ImportError::Empty),
        (Some(format), _) => format,
        (None, Some(b'{')) => Format::Ndjson,
        (None, Some(_)) => Format::Csv,
    };
    let delimiter = delimiter(&start);
    let since_record = Rc::new(Cell::new(0));
    let bound = RecordBound(since_record.clone());
    let inner: Box<dyn Read> = Box::new(io::Cursor::new(start).chain(reader));
    let reader = BufReader::with_capacity(
        64 * 1024,
        Bounded {
            inner,
            since_record,
        },
    );
    Ok(Source {
        reader,
        bound,
        format,
        delimiter,
    })
}

/// Whether there is a whole line with something on it.
fn has_line(start: &[u8]) -> bool {
    let mut lines = start.split(|byte| *byte == b'\n');
    // What follows the last line break may go on.
    lines.next_back();
    lines.any(|line| !line.trim_ascii().is_empty())
}

/// What separates the cells of the header line: a comma, unless the line has
/// none and semicolons or tabs instead.
fn delimiter(start: &[u8]) -> u8 {
    let line = start
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    if line.contains(&b',') {
        b','
    } else {
        line.iter()
            .copied()
            .find(|byte| matches!(byte, b';' | b'\t'))
            .unwrap_or(b',')
    }
}
