//! Rows that were not taken, each with its line and the reason.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

/// Most of a rejected row that is kept, in bytes.
const ROW_MAX: usize = 2048;
/// The header line.
const COLUMNS: [&str; 3] = ["line", "reason", "row"];
/// More than the header line takes, in bytes.
const HEADER_MAX: u64 = 64;

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it begins; the first line of the file is 1.
    pub line: u64,
    /// What is wrong with it and what would be right.
    pub reason: String,
    /// The row as it was read, cut to 2 KiB.
    pub row: String,
}

impl Reject {
    /// A rejected row.
    pub(super) fn new(line: u64, reason: impl Into<String>, mut row: String) -> Self {
        if row.len() > ROW_MAX {
            let mut end = ROW_MAX;
            while !row.is_char_boundary(end) {
                end -= 1;
            }
            row.truncate(end);
            row.push('…');
        }
        Self {
            line,
            reason: reason.into(),
            row,
        }
    }
}

/// A CSV file with `line,reason,row`, made when the first row is rejected.
#[derive(Debug)]
pub struct RejectsFile {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl RejectsFile {
    /// A file at `path`, which is not touched before there is a reject.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            writer: None,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row.
    pub fn add(&mut self, reject: &Reject) -> io::Result<()> {
        if self.writer.is_none() {
            let file = File::create(&self.path)?;
            let mut writer = csv::Writer::from_writer(BufWriter::new(file));
            writer.write_record(COLUMNS)?;
            self.writer = Some(writer);
        }
        if let Some(writer) = &mut self.writer {
            writer.write_record([&reject.line.to_string(), &reject.reason, &reject.row])?;
        }
        Ok(())
    }

    /// Removes what an earlier import left here, since this one rejected nothing.
    /// A file that is something else stays.
    pub fn remove_earlier(&self) -> io::Result<()> {
        if self.writer.is_some() || !self.path.is_file() {
            return Ok(());
        }
        let mut first = String::new();
        BufReader::new(File::open(&self.path)?)
            .take(HEADER_MAX)
            .read_line(&mut first)?;
        if first.trim_end() == COLUMNS.join(",") {
            fs::remove_file(&self.path)?;
        }
        Ok(())
    }

    /// Writes out what is buffered; whether the file was made.
    pub fn finish(&mut self) -> io::Result<bool> {
        match &mut self.writer {
            Some(writer) => {
                writer.flush()?;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

impl Drop for RejectsFile {
    fn drop(&mut self) {
        if let Some(writer) = &mut self.writer {
            // Whoever wanted to know called `finish`.
            let _ = writer.flush();
        }
    }
}
