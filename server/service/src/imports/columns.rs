//! A CSV's header line.

use domain::contact::ATTRIBUTE_NAME_MAX;

use super::source::ImportError;

/// Column names as the file has them, in order; `None` for one without name.
/// (Only this crate makes one.)
pub struct Header(Vec<Option<String>>);

impl Header {
    /// Reads the header line. Names keep their case; the same name twice, in
    /// any case, is refused.
    pub(super) fn read(record: &csv::ByteRecord) -> Result<Self, ImportError> {
        let mut names: Vec<Option<String>> = Vec::with_capacity(record.len());
        for (n, cell) in record.iter().enumerate() {
            let name = std::str::from_utf8(cell)
                .map_err(|_| ImportError::HeaderEncoding)?
                .trim();
            if name.len() > ATTRIBUTE_NAME_MAX {
                return Err(ImportError::LongColumn(n + 1, ATTRIBUTE_NAME_MAX));
            }
            if name.is_empty() {
                names.push(None);
                continue;
            }
            if names
                .iter()
                .flatten()
                .any(|other| other.eq_ignore_ascii_case(name))
            {
                return Err(ImportError::DuplicateColumn(name.to_owned()));
            }
            names.push(Some(name.to_owned()));
        }
        // Spreadsheets leave separators behind at the end of the line.
        while names.last().is_some_and(Option::is_none) {
            names.pop();
        }
        match names.iter().position(Option::is_none) {
            Some(n) => Err(ImportError::NamelessColumn(n + 1)),
            None if names.is_empty() => Err(ImportError::Empty),
            None => Ok(Self(names)),
        }
    }

    /// The columns' names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .map(|name| name.as_deref().unwrap_or_default())
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is a column called `name`, in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|other| other.eq_ignore_ascii_case(name))
    }

    /// That there is a column called `column`.
    pub(super) fn require(&self, column: &'static str) -> Result<(), ImportError> {
        if self.has(column) {
            return Ok(());
        }
        Err(self.missing(column, None))
    }

    /// That neither `column` nor what other systems call it is here.
    pub(super) fn missing(
        &self,
        column: &'static str,
        foreign: Option<&'static str>,
    ) -> ImportError {
        ImportError::MissingColumn {
            column,
            foreign,
            found: self.names().collect::<Vec<_>>().join(", "),
        }
    }
}
