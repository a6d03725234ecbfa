//! Connections of either engine, and the macro that writes a repository's
//! body once for both.

use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, SqliteConnection, Transaction};

use crate::dialect::{Dialect, Statement};
use crate::readers::Lent;
use crate::writer::{WriterAlone, WriterTx};
use crate::{Ids, Result};

/// A borrowed connection of either engine: what repositories run on.
#[derive(Debug)]
pub enum Conn<'c> {
    /// SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// Instantiates a repository's body for both engines: `db` is a
/// `&mut SqliteConnection` in one copy and a `&mut PgConnection` in the other.
/// `?` and `return` leave the function around it.
macro_rules! with_engine {
    ($conn:expr, |$db:ident| $body:expr) => {
        match $conn {
            $crate::Conn::Sqlite($db) => $body,
            $crate::Conn::Postgres($db) => $body,
        }
    };
}

/// A transaction that writes. On SQLite it is `BEGIN IMMEDIATE` on the one
/// writer; on PostgreSQL, read committed. Dropped without [`Tx::commit`], it
/// is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: TxInner,
    ids: Arc<Ids>,
}

#[derive(Debug)]
enum TxInner {
    Sqlite(WriterTx),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn sqlite(inner: WriterTx, ids: Arc<Ids>) -> Self {
        Self {
            inner: TxInner::Sqlite(inner),
            ids,
        }
    }

    pub(crate) fn postgres(inner: Transaction<'static, Postgres>, ids: Arc<Ids>) -> Self {
        Self {
            inner: TxInner::Postgres(inner),
            ids,
        }
    }

    /// The connection, for one repository call.
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => Conn::Sqlite(tx.connection()),
            TxInner::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// Where new identifiers come from.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The same, for a call that lends the transaction meanwhile.
    pub(crate) fn shared_ids(&self) -> Arc<Ids> {
        self.ids.clone()
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await?,
            TxInner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Makes everything durable, these statements as the last of it.
    pub(crate) async fn commit_with(mut self, statements: &[Statement<'_>]) -> Result<()> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit_with(statements).await,
            TxInner::Postgres(ref mut tx) => {
                tx.run_together(statements).await?;
                self.commit().await
            }
        }
    }

    /// Undoes everything, and waits until it is undone.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.rollback().await?,
            TxInner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// A connection that writes: each statement is a transaction by itself, and costs no more
/// than one turn of the database. On SQLite it is the one writer.
#[derive(Debug)]
pub struct Single(pub(crate) SingleInner);

#[derive(Debug)]
pub(crate) enum SingleInner {
    Sqlite(WriterAlone),
    Postgres(PoolConnection<Postgres>),
}

impl<'c> From<&'c mut Single> for Conn<'c> {
    fn from(single: &'c mut Single) -> Self {
        match &mut single.0 {
            SingleInner::Sqlite(alone) => Conn::Sqlite(alone.connection()),
            SingleInner::Postgres(connection) => Conn::Postgres(connection),
        }
    }
}

/// A connection that only reads; each statement sees what was committed when
/// it began.
#[derive(Debug)]
pub struct Reader(pub(crate) ReaderInner);

#[derive(Debug)]
pub(crate) enum ReaderInner {
    Sqlite(Lent),
    Postgres(PoolConnection<Postgres>),
}

impl Reader {
    /// The connection, for one repository call.
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            ReaderInner::Sqlite(lent) => Conn::Sqlite(lent.connection()),
            ReaderInner::Postgres(connection) => Conn::Postgres(connection),
        }
    }
}

impl<'c> From<&'c mut Tx> for Conn<'c> {
    fn from(tx: &'c mut Tx) -> Self {
        tx.conn()
    }
}

impl<'c> From<&'c mut Reader> for Conn<'c> {
    fn from(reader: &'c mut Reader) -> Self {
        reader.conn()
    }
}
