//! What can go wrong between a repository and its caller.

use sqlx::error::ErrorKind;
use thiserror::Error;

/// A failure of storage. Its text never holds SQL or the database's own words:
/// those are in the source, for the log.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The thing that was named does not exist.
    #[error("not found")]
    NotFound,
    /// Something else has that key already, or still refers to this.
    #[error("conflicts with something that exists")]
    Conflict,
    /// The thing was changed since it was read: read it again.
    #[error("changed by somebody else in the meantime; read it again")]
    StaleVersion,
    /// The lease was lost: another owner works on this now.
    #[error("the lease was lost to another owner")]
    StaleLease,
    /// The cursor does not belong to this list.
    #[error("the cursor is not one that this list gave; start from the first page")]
    BadCursor,
    /// The database's address cannot be used.
    #[error("the database URL cannot be used: {0}")]
    BadUrl(String),
    /// There is no database file yet.
    #[error("there is no file {0} yet; `carillon migrate` makes it, and so does `carillon serve`")]
    Absent(String),
    /// The database was migrated by a newer version of Carillon.
    #[error(
        "the database is at version {found}, newer than this program's {known}; use the newer program"
    )]
    NewerSchema {
        /// The database's version.
        found: i64,
        /// This program's version.
        known: i64,
    },
    /// The tables are not at this program's version.
    #[error(
        "the database is at version {found} and this program needs {known}; run `carillon migrate`"
    )]
    OlderSchema {
        /// The database's version; 0 when it is empty.
        found: i64,
        /// This program's version.
        known: i64,
    },
    /// Another process runs the engine on this database file.
    #[error(
        "another Carillon process runs the engine on this database; stop it, or start this one with --role web"
    )]
    EngineRunning,
    /// The database is busy or cannot be reached; the same call may succeed
    /// later.
    #[error("the database is busy or cannot be reached; try again")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value is not one that this version writes.
    #[error("stored data of {what} cannot be read")]
    Corrupt {
        /// Which data.
        what: &'static str,
        /// What was wrong with it.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Anything else that the database says.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// A stored value that no version of this program writes.
    pub(crate) const fn corrupt(what: &'static str) -> Self {
        Self::Corrupt { what, source: None }
    }

    /// Stored JSON that does not read as its type.
    pub(crate) fn corrupt_json(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Corrupt {
            what,
            source: Some(Box::new(source)),
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(Box::new(error)),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_) => Self::Corrupt {
                what: "a row",
                source: Some(Box::new(error)),
            },
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => Self::Conflict,
                _ if database.code().is_some_and(|code| is_passing(&code)) => {
                    Self::Unavailable(Box::new(error))
                }
                _ => Self::Database(Box::new(error)),
            },
            _ => Self::Database(Box::new(error)),
        }
    }
}

/// Codes of failures that pass by themselves. SQLite: BUSY and LOCKED with
/// their extended codes (<https://sqlite.org/rescode.html>). PostgreSQL:
/// classes 08, 40, 53, 57P and lock time-outs (appendix A of its manual).
fn is_passing(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        _ => {
            code == "55P03"
                || ["08", "40", "53", "57P"]
                    .iter()
                    .any(|class| code.starts_with(class))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_and_deadlocked_databases_are_worth_another_try() {
        for code in [
            "5", "6", "261", "517", "40001", "40P01", "57P01", "55P03", "53300", "08006",
        ] {
            assert!(is_passing(code), "{code}");
        }
        for code in ["1", "19", "787", "23505", "42P01", "22001", "57014"] {
            assert!(!is_passing(code), "{code}");
        }
    }

    #[test]
    fn no_message_repeats_what_the_database_said() {
        let error = StorageError::from(sqlx::Error::Protocol("SELECT secret FROM t".into()));
        assert!(!error.to_string().contains("SELECT"), "{error}");
    }
}
