//! SQLite's one writer: a connection that goes from transaction to transaction.
//!
//! A pool would ask it after each whether it still lives, and each question
//! wakes its thread twice, while the next transaction waits.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

use crate::dialect::{Statement, run_between};

/// The writer. Cloning shares it.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    slot: Arc<Mutex<Slot>>,
    options: Arc<SqliteConnectOptions>,
    /// How long a transaction waits for the one before.
    patience: Duration,
}

/// Where the connection is between two transactions.
#[derive(Debug)]
struct Slot {
    /// `None` once it is closed.
    connection: Option<SqliteConnection>,
    /// Whether a transaction may be open: nobody waited for its end.
    open: bool,
}

impl Writer {
    /// Connects.
    pub(crate) async fn open(
        options: SqliteConnectOptions,
        patience: Duration,
    ) -> sqlx::Result<Self> {
        let connection = options.connect().await?;
        let slot = Slot {
            connection: Some(connection),
            open: false,
        };
        Ok(Self {
            slot: Arc::new(Mutex::new(slot)),
            options: Arc::new(options),
            patience,
        })
    }

    /// Begins a transaction, after those that came before.
    ///
    /// # Errors
    /// `PoolTimedOut` when they took longer than the patience, `PoolClosed`.
    pub(crate) async fn begin(&self) -> sqlx::Result<WriterTx> {
        let mut tx = WriterTx(self.lock().await?.into());
        let slot = tx.slot();
        match slot.begin().await {
            Err(sqlx::Error::WorkerCrashed) => {
                slot.renew(&self.options).await?;
                slot.begin().await?;
            }
            begun => begun?,
        }
        Ok(tx)
    }

    /// Begins a transaction with these statements, in one turn, and returns the
    /// identifiers that they return.
    ///
    /// # Errors
    /// As [`Self::begin`], and what the statements run into: then it did not begin.
    pub(crate) async fn begin_with(
        &self,
        statements: &[Statement<'_>],
    ) -> crate::Result<(WriterTx, Vec<Uuid>)> {
        let mut tx = WriterTx(self.lock().await?.into());
        let slot = tx.slot();
        match slot.finish().await {
            Err(sqlx::Error::WorkerCrashed) => slot.renew(&self.options).await?,
            finished => finished?,
        }
        let connection = slot.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        // Whatever becomes of it, it may be open from here on.
        slot.open = true;
        let returned = run_between("BEGIN IMMEDIATE", statements, "", connection).await?;
        Ok((tx, returned))
    }

    /// The connection between two transactions, for single statements and for those who
    /// begin their own.
    pub(crate) async fn alone(&self) -> sqlx::Result<WriterAlone> {
        let mut slot = self.lock().await?;
        match slot.finish().await {
            Err(sqlx::Error::WorkerCrashed) => slot.renew(&self.options).await?,
            finished => finished?,
        }
        slot.connection()?;
        Ok(WriterAlone(slot))
    }

    async fn lock(&self) -> sqlx::Result<OwnedMutexGuard<Slot>> {
        let lock = Arc::clone(&self.slot).lock_owned();
        tokio::time::timeout(self.patience, lock)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)
    }

    /// Closes the connection, after the transactions that have begun.
    pub(crate) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        // What may be open is undone with it.
        if let Some(connection) = slot.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database was not closed in order");
        }
    }
}

impl Slot {
    /// The connection.
    ///
    /// # Errors
    /// `PoolClosed`.
    fn connection(&mut self) -> sqlx::Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Connects again: its thread is gone, and with it whatever was open.
    async fn renew(&mut self, options: &SqliteConnectOptions) -> sqlx::Result<()> {
        self.connection = Some(options.connect().await?);
        self.open = false;
        Ok(())
    }

    /// Undoes a transaction whose end nobody waited for.
    async fn finish(&mut self) -> sqlx::Result<()> {
        if self.open {
            self.undo().await?;
        }
        Ok(())
    }

    async fn begin(&mut self) -> sqlx::Result<()> {
        self.finish().await?;
        // Whoever gives up waiting from here on leaves it open.
        self.open = true;
        let begun = self.run("BEGIN IMMEDIATE").await;
        self.open = begun.is_ok();
        begun
    }

    async fn commit(&mut self) -> sqlx::Result<()> {
        self.run("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    async fn undo(&mut self) -> sqlx::Result<()> {
        match self.run("ROLLBACK").await {
            // SQLite may have undone it by itself, or it never began.
            Ok(()) | Err(sqlx::Error::Database(_)) => {
                self.open = false;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn run(&mut self, sql: &'static str) -> sqlx::Result<()> {
        sqlx::query(sql).execute(self.connection()?).await?;
        Ok(())
    }
}

/// The writer between two transactions.
#[derive(Debug)]
pub(crate) struct WriterAlone(OwnedMutexGuard<Slot>);

impl WriterAlone {
    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.0
            .connection
            .as_mut()
            .expect("it is there, and closing waits")
    }
}

/// A transaction of the writer. Dropped without its end, it is rolled back.
#[derive(Debug)]
pub(crate) struct WriterTx(Option<OwnedMutexGuard<Slot>>);

impl WriterTx {
    fn slot(&mut self) -> &mut Slot {
        self.0.as_mut().expect("it is taken by the drop alone")
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.slot()
            .connection
            .as_mut()
            .expect("closing waits for transactions")
    }

    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        self.slot().commit().await
    }

    /// Commits with these statements as the last, in one turn.
    pub(crate) async fn commit_with(mut self, statements: &[Statement<'_>]) -> crate::Result<()> {
        run_between("", statements, "COMMIT", self.connection()).await?;
        self.slot().open = false;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> sqlx::Result<()> {
        self.slot().undo().await
    }
}

impl Drop for WriterTx {
    fn drop(&mut self) {
        if let Some(mut slot) = self.0.take()
            && slot.open
            && let Ok(runtime) = Handle::try_current()
        {
            // Not awaited: where it fails, or no runtime is left, the next
            // transaction sees to it, and at the end the database itself.
            runtime.spawn(async move { slot.undo().await });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn writer(folder: &tempfile::TempDir) -> Writer {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        let writer = Writer::open(options, Duration::from_millis(200))
            .await
            .unwrap();
        let mut tx = writer.begin().await.unwrap();
        sqlx::query("CREATE TABLE t (a INTEGER)")
            .execute(tx.connection())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        writer
    }

    async fn insert(tx: &mut WriterTx) {
        sqlx::query("INSERT INTO t (a) VALUES (1)")
            .execute(tx.connection())
            .await
            .unwrap();
    }

    async fn count(writer: &Writer) -> i64 {
        let mut tx = writer.begin().await.unwrap();
        let n = sqlx::query_scalar("SELECT COUNT(*) FROM t")
            .fetch_one(tx.connection())
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        n
    }

    #[tokio::test]
    async fn what_is_committed_stays_and_the_rest_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        let mut tx = writer.begin().await.unwrap();
        insert(&mut tx).await;
        tx.commit().await.unwrap();
        let mut tx = writer.begin().await.unwrap();
        insert(&mut tx).await;
        tx.rollback().await.unwrap();
        let mut tx = writer.begin().await.unwrap();
        insert(&mut tx).await;
        drop(tx);
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_begin_that_nobody_waits_for_any_more_leaves_nothing_open() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        for turns in 0..20 {
            let begin = writer.begin();
            let mut begin = std::pin::pin!(begin);
            for _ in 0..turns {
                let polled = futures::poll!(begin.as_mut());
                if polled.is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let mut tx = writer.begin().await.unwrap();
        insert(&mut tx).await;
        tx.commit().await.unwrap();
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_transaction_waits_for_the_one_before_as_long_as_the_patience() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        let held = writer.begin().await.unwrap();
        let error = writer.begin().await.unwrap_err();
        assert!(matches!(error, sqlx::Error::PoolTimedOut), "{error}");
        drop(held);
        assert_eq!(count(&writer).await, 0);
    }

    #[tokio::test]
    async fn a_closed_writer_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        writer.close().await;
        let error = writer.begin().await.unwrap_err();
        assert!(matches!(error, sqlx::Error::PoolClosed), "{error}");
    }
}
