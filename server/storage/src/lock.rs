//! The lock that lets one engine process at a time work on a SQLite file.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

use crate::{Result, StorageError};

/// Held by the process that runs the engine. Whoever takes it may void every
/// older lease, since no other engine can be alive. On PostgreSQL, where
/// leases by the database's clock do that work, it holds nothing.
#[derive(Debug)]
pub struct EngineLock(Option<File>);

impl EngineLock {
    /// The lock of an engine that needs none.
    pub(crate) const fn shared() -> Self {
        Self(None)
    }

    /// Takes the lock beside the database file, at once or not at all. The
    /// operating system frees it when the process ends, however it ends.
    pub(crate) fn take(database: &Path) -> Result<Self> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(file_beside(database))
            .map_err(unavailable)?;
        Self::lock(file)
    }

    /// Whether somebody holds the lock. No lock file is made.
    pub(crate) fn is_held(database: &Path) -> Result<bool> {
        let file = match File::open(file_beside(database)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(unavailable(error)),
        };
        match Self::lock(file) {
            Ok(_) => Ok(false),
            Err(StorageError::EngineRunning) => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn lock(file: File) -> Result<Self> {
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(StorageError::EngineRunning),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }

    /// Whether holding this lock means that no other engine is alive.
    pub const fn is_exclusive(&self) -> bool {
        self.0.is_some()
    }
}

fn file_beside(database: &Path) -> OsString {
    let mut name = database.as_os_str().to_owned();
    name.push(".engine-lock");
    name
}

fn unavailable(error: std::io::Error) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_engine_is_turned_away_until_the_first_ends() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let database = folder.path().join("carillon.db");
        assert!(!EngineLock::is_held(&database).expect("looked at"));
        assert!(!folder.path().join("carillon.db.engine-lock").exists());
        let first = EngineLock::take(&database).expect("nobody holds it");
        assert!(EngineLock::is_held(&database).expect("looked at"));
        assert!(first.is_exclusive());
        assert!(matches!(
            EngineLock::take(&database),
            Err(StorageError::EngineRunning)
        ));
        drop(first);
        EngineLock::take(&database).expect("free again");
    }
}
