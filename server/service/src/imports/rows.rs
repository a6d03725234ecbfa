//! Rows out of a source, one at a time, good or rejected.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use super::columns::Header;
use super::lines::{Lines, Watched};
use super::reject::Reject;
use super::source::{self, Bytes, Format, ImportError, RECORD_MAX, RecordBound, Source};

/// What the person who imports says beside the file.
#[derive(Clone, Debug, Default)]
pub struct RowOptions {
    /// The format; recognized from the file's first bytes when absent.
    pub format: Option<Format>,
    /// Slug of the app whose devices they are, where the file does not say.
    pub app: Option<String>,
}

/// A row of one kind of file.
pub trait FromRow: Sized + Send + 'static {
    /// What the columns of a CSV mean.
    type Columns;

    /// Reads the header line.
    fn columns(header: &Header, options: &RowOptions) -> Result<Self::Columns, ImportError>;

    /// Reads a line of a CSV, whose cells are as many as the columns.
    fn from_cells<'a>(
        columns: &Self::Columns,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<Self, String>;

    /// Reads a JSON object.
    fn from_object(object: Map<String, Value>, options: &RowOptions) -> Result<Self, String>;

    /// Everything that is wrong with it.
    fn check(&self) -> Result<(), String>;

    /// What may stand in a file once: its name, and what to hash.
    fn keys(&self, seen: &mut dyn FnMut(&'static str, &[&str]));
}

/// What is wrong with a row that is right in itself, if anything.
pub(super) type Judge<T> = Box<dyn Fn(&T) -> Result<(), String>>;

/// The rows of a source.
pub struct Rows<T: FromRow> {
    inner: Inner<T>,
    options: RowOptions,
    judge: Judge<T>,
    /// Hash of each key and the line that has it.
    seen: HashMap<u64, u32>,
}

enum Inner<T: FromRow> {
    Csv(Box<CsvRows<T>>),
    Ndjson(NdjsonRows),
}

struct CsvRows<T: FromRow> {
    reader: csv::Reader<Watched<Bytes>>,
    lines: Lines,
    bound: RecordBound,
    columns: T::Columns,
    width: usize,
    record: csv::ByteRecord,
}

struct NdjsonRows {
    reader: Bytes,
    bound: RecordBound,
    line: u64,
    buffer: Vec<u8>,
}

/// A row as it is read, before anything is known to be right, with its line.
type Raw<T> = (u64, Result<T, String>);

impl<T: FromRow> Rows<T> {
    /// Opens a source, reading its header line if it has one.
    pub fn open(reader: Box<dyn Read>, options: RowOptions) -> Result<Self, ImportError> {
        let Source {
            reader,
            bound,
            format,
            delimiter,
        } = source::open(reader, options.format)?;
        let inner = match format {
            Format::Csv => {
                let (reader, lines) = Lines::of(reader);
                let mut reader = csv::ReaderBuilder::new()
                    .flexible(true)
                    .has_headers(false)
                    .delimiter(delimiter)
                    .from_reader(reader);
                let mut record = csv::ByteRecord::new();
                if !read_record(&mut reader, &mut record)? {
                    return Err(ImportError::Empty);
                }
                bound.record_ended();
                let header = Header::read(&record)?;
                let columns = T::columns(&header, &options)?;
                let width = header.len();
                Inner::Csv(Box::new(CsvRows {
                    reader,
                    lines,
                    bound,
                    columns,
                    width,
                    record,
                }))
            }
            Format::Ndjson => Inner::Ndjson(NdjsonRows {
                reader,
                bound,
                line: 0,
                buffer: Vec::new(),
            }),
        };
        Ok(Self {
            inner,
            options,
            judge: Box::new(|_| Ok(())),
            seen: HashMap::new(),
        })
    }

    /// Rejects the rows that `judge` finds something wrong with, too.
    pub(super) fn judged_by(self, judge: Judge<T>) -> Self {
        Self { judge, ..self }
    }

    /// The next row; `None` at the end.
    #[expect(
        clippy::should_implement_trait,
        reason = "a file that cannot be read ends the walk, which an iterator cannot say"
    )]
    pub fn next(&mut self) -> Result<Option<Result<T, Reject>>, ImportError> {
        let raw = match &mut self.inner {
            Inner::Csv(rows) => rows.next()?,
            Inner::Ndjson(rows) => rows.next(&self.options)?,
        };
        let Some((line, row)) = raw else {
            return Ok(None);
        };
        let checked = row.and_then(|row: T| {
            row.check()?;
            (self.judge)(&row)?;
            self.claim_keys(&row, line)?;
            Ok(row)
        });
        Ok(Some(
            checked.map_err(|reason| Reject::new(line, reason, self.text())),
        ))
    }

    /// The row that was read last, as it stands in the file.
    fn text(&self) -> String {
        match &self.inner {
            Inner::Csv(rows) => rows.text(),
            Inner::Ndjson(rows) => String::from_utf8_lossy(rows.buffer.trim_ascii()).into_owned(),
        }
    }

    /// Remembers the row's keys, unless an earlier row has one of them.
    fn claim_keys(&mut self, row: &T, line: u64) -> Result<(), String> {
        let mut hashes = Vec::with_capacity(2);
        row.keys(&mut |name, parts| {
            let mut hasher = DefaultHasher::new();
            (name, parts).hash(&mut hasher);
            hashes.push((name, hasher.finish()));
        });
        for (name, hash) in &hashes {
            if let Some(earlier) = self.seen.get(hash) {
                return Err(format!("the same {name} is on line {earlier} already"));
            }
        }
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.seen
            .extend(hashes.into_iter().map(|(_, hash)| (hash, line)));
        Ok(())
    }
}

impl<T: FromRow> CsvRows<T> {
    fn next(&mut self) -> Result<Option<Raw<T>>, ImportError> {
        loop {
            let began = self.reader.position().byte();
            match read_record(&mut self.reader, &mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(too_large(error, self.lines.at(began))),
            }
            self.bound.record_ended();
            let line = self.lines.at(began);
            // Cells beyond the header's, if empty, are a spreadsheet's remains.
            let spare = self.record.iter().skip(self.width).all(<[u8]>::is_empty);
            if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            let row = if self.record.len() < self.width || !spare {
                Err(format!(
                    "has {} cells and the header line has {}",
                    self.record.len(),
                    self.width
                ))
            } else {
                self.read_cells()
            };
            return Ok(Some((line, row)));
        }
    }

    fn read_cells(&self) -> Result<T, String> {
        for cell in &self.record {
            if std::str::from_utf8(cell).is_err() {
                return Err("is not UTF-8 text".to_owned());
            }
        }
        let cells = self
            .record
            .iter()
            .take(self.width)
            .map(|cell| std::str::from_utf8(cell).unwrap_or_default());
        T::from_cells(&self.columns, cells)
    }

    /// The row as it might stand in a CSV.
    fn text(&self) -> String {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        let written = writer.write_byte_record(&self.record).is_ok();
        let bytes = writer.into_inner().unwrap_or_default();
        if written {
            String::from_utf8_lossy(&bytes).trim_end().to_owned()
        } else {
            String::new()
        }
    }
}

impl NdjsonRows {
    fn next<T: FromRow>(&mut self, options: &RowOptions) -> Result<Option<Raw<T>>, ImportError> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let read = self.reader.read_until(b'\n', &mut self.buffer);
            match read {
                Ok(0) => return Ok(None),
                Ok(_) => {}
                Err(error) => return Err(too_large(error.into(), self.line)),
            }
            self.bound.record_ended();
            let bytes = self.buffer.trim_ascii();
            if bytes.is_empty() {
                continue;
            }
            let row = match serde_json::from_slice::<Value>(bytes) {
                Ok(Value::Object(object)) => T::from_object(object, options),
                Ok(_) => Err("is not a JSON object".to_owned()),
                Err(error) => Err(format!("is not JSON: {error}")),
            };
            return Ok(Some((self.line, row)));
        }
    }
}

fn read_record<R: Read>(
    reader: &mut csv::Reader<R>,
    record: &mut csv::ByteRecord,
) -> Result<bool, ImportError> {
    reader
        .read_byte_record(record)
        .map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => ImportError::Read(error),
            other => ImportError::Read(std::io::Error::other(format!("{other:?}"))),
        })
}

/// Tells the bound's error from the disk's.
fn too_large(error: ImportError, line: u64) -> ImportError {
    match error {
        ImportError::Read(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            ImportError::RecordTooLarge { line }
        }
        other => other,
    }
}

const _: () = assert!(
    RECORD_MAX > 64 * 1024,
    "the bound must exceed the read buffer"
);
