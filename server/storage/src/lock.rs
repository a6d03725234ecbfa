//! The lock that lets one engine process at a time work on a SQLite file.

use std::fs::{File, TryLockError};
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
        let mut name = database.as_os_str().to_owned();
        name.push(".engine-lock");
        let unavailable = |error: std::io::Error| StorageError::Unavailable(Box::new(error));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&name)
            .map_err(unavailable)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_engine_is_turned_away_until_the_first_ends() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let database = folder.path().join("carillon.db");
        let first = EngineLock::take(&database).expect("nobody holds it");
        assert!(first.is_exclusive());
        assert!(matches!(
            EngineLock::take(&database),
            Err(StorageError::EngineRunning)
        ));
        drop(first);
        EngineLock::take(&database).expect("free again");
    }
}
