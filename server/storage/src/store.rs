//! Opening a database, and what can be asked of it as a whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool};
use uuid::Uuid;

use crate::conn::{ReaderInner, SingleInner};
use crate::dialect::{Dialect, Statement};
use crate::readers::Readers;
use crate::writer::Writer;
use crate::{EngineLock, Ids, Reader, Result, Single, StorageError, Tx, migrations};

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of new identifiers: from the operating system's randomness, other
    /// in each process.
    pub seed: u64,
    /// SQLite: how many connections read.
    pub readers: u32,
    /// PostgreSQL: how many connections there may be.
    pub connections: u32,
    /// How long a write waits for another process's write, and a call for a
    /// free connection, before it is given up as unavailable.
    pub patience: Duration,
}

impl Options {
    /// The usual sizes for one process.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            readers: 4,
            connections: 16,
            patience: Duration::from_secs(10),
        }
    }
}

/// Which of the two engines a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// An open database. Cloning shares its connections.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
    ids: Arc<Ids>,
}

#[derive(Clone, Debug)]
enum Pools {
    /// One connection writes, since SQLite has one writer anyway; the others
    /// read beside it.
    Sqlite {
        writer: Writer,
        readers: Readers,
        path: PathBuf,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite://PATH` (created when absent), `postgres://…` or
    /// `postgresql://…`. The tables are not touched: see [`Store::migrate`].
    ///
    /// # Errors
    /// `BadUrl` for an address of another kind, `Unavailable` when the database
    /// cannot be opened.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        Self::open_for(Access::Write, url, options).await
    }

    /// Opens a database that is there, to read it alone: opening makes and changes
    /// nothing, and on SQLite writes fail. (A PostgreSQL session could be made
    /// read-only by a start-up option alone, which connection poolers refuse.)
    ///
    /// # Errors
    /// As [`Store::open`]; `Absent` when there is no SQLite file.
    pub async fn open_to_read(url: &str, options: &Options) -> Result<Self> {
        Self::open_for(Access::Read, url, options).await
    }

    async fn open_for(access: Access, url: &str, options: &Options) -> Result<Self> {
        let ids = Arc::new(Ids::new(options.seed));
        let pools = if url.starts_with("sqlite:") {
            open_sqlite(access, url, options).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, options).await?
        } else {
            return Err(StorageError::BadUrl(
                "it must begin with sqlite:// or postgres://".to_owned(),
            ));
        };
        Ok(Self { pools, ids })
    }

    /// Which engine this is.
    pub const fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Where new identifiers come from.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Begins a transaction with statements, which are given the clock of leases, and
    /// returns the identifiers that they return.
    pub(crate) async fn begin_with<'a>(
        &self,
        now: Timestamp,
        statements: impl FnOnce(Timestamp) -> Vec<Statement<'a>> + Send,
    ) -> Result<(Tx, Vec<Uuid>)> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let (tx, returned) = writer.begin_with(&statements(now)).await?;
                (Tx::sqlite(tx, self.ids.clone()), returned)
            }
            Pools::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                let now = tx.lease_clock(now).await?;
                let returned = tx.run_together(&statements(now)).await?;
                (Tx::postgres(tx, self.ids.clone()), returned)
            }
        })
    }

    /// Begins a transaction that writes. On SQLite it waits for the one writer.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::sqlite(writer.begin().await?, self.ids.clone()),
            Pools::Postgres(pool) => Tx::postgres(pool.begin().await?, self.ids.clone()),
        })
    }

    /// Takes a connection that writes single statements. On SQLite it waits for the one
    /// writer.
    pub async fn single(&self) -> Result<Single> {
        Ok(Single(match &self.pools {
            Pools::Sqlite { writer, .. } => SingleInner::Sqlite(writer.alone().await?),
            Pools::Postgres(pool) => SingleInner::Postgres(pool.acquire().await?),
        }))
    }

    /// Takes a connection that reads, without waiting for writers.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader(match &self.pools {
            Pools::Sqlite { readers, .. } => ReaderInner::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => ReaderInner::Postgres(pool.acquire().await?),
        }))
    }

    /// Brings the tables to this program's version. Safe beside other
    /// processes that do the same.
    ///
    /// # Errors
    /// `NewerSchema` when a newer program was here before.
    pub async fn migrate(&self) -> Result<()> {
        let migrated = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let mut alone = writer.alone().await?;
                migrations::migrator(migrations::SQLITE)
                    .run(alone.connection())
                    .await
            }
            Pools::Postgres(pool) => migrations::migrator(migrations::POSTGRES).run(pool).await,
        };
        migrated.map_err(|error| match error {
            MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) => {
                StorageError::NewerSchema {
                    found,
                    known: migrations::latest(),
                }
            }
            MigrateError::Execute(error) => error.into(),
            other => StorageError::Database(Box::new(other)),
        })
    }

    /// The version of the tables: 0 in an empty database.
    pub async fn schema_version(&self) -> Result<i64> {
        const TABLE_SQLITE: &str =
            "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
        const TABLE_POSTGRES: &str =
            "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')";
        const VERSION: &str =
            "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success";
        let table = match self.engine() {
            Engine::Sqlite => TABLE_SQLITE,
            Engine::Postgres => TABLE_POSTGRES,
        };
        let mut reader = self.read().await?;
        with_engine!(reader.conn(), |db| {
            let tables: i64 = sqlx::query_scalar(table).fetch_one(&mut *db).await?;
            if tables == 0 {
                return Ok(0);
            }
            Ok(sqlx::query_scalar(VERSION).fetch_one(&mut *db).await?)
        })
    }

    /// Checks that the tables are at this program's version.
    ///
    /// # Errors
    /// `OlderSchema` or `NewerSchema`.
    pub async fn check_schema(&self) -> Result<()> {
        let (found, known) = (self.schema_version().await?, migrations::latest());
        match found.cmp(&known) {
            std::cmp::Ordering::Less => Err(StorageError::OlderSchema { found, known }),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StorageError::NewerSchema { found, known }),
        }
    }

    /// Whether the database answers.
    pub async fn health(&self) -> Result<()> {
        let mut reader = self.read().await?;
        with_engine!(reader.conn(), |db| {
            sqlx::query("SELECT 1").execute(&mut *db).await?;
        });
        Ok(())
    }

    /// The engine and its version, such as `SQLite 3.51.3`.
    pub async fn engine_version(&self) -> Result<String> {
        let (name, sql) = match self.engine() {
            Engine::Sqlite => ("SQLite", "SELECT sqlite_version()"),
            Engine::Postgres => ("PostgreSQL", "SELECT current_setting('server_version')"),
        };
        let mut reader = self.read().await?;
        let version: String = with_engine!(reader.conn(), |db| sqlx::query_scalar(sql)
            .fetch_one(&mut *db)
            .await?);
        Ok(format!("{name} {version}"))
    }

    /// The lock that the engine's process holds for as long as it runs.
    ///
    /// # Errors
    /// `EngineRunning` when another process holds it.
    pub fn engine_lock(&self) -> Result<EngineLock> {
        match &self.pools {
            Pools::Sqlite { path, .. } => EngineLock::take(path),
            Pools::Postgres(_) => Ok(EngineLock::shared()),
        }
    }

    /// Whether a process runs the engine on the database file; `None` on
    /// PostgreSQL, where any number may. Nothing is locked.
    pub fn engine_runs(&self) -> Result<Option<bool>> {
        self.path().map(EngineLock::is_held).transpose()
    }

    /// The database file, on SQLite.
    pub fn path(&self) -> Option<&Path> {
        match &self.pools {
            Pools::Sqlite { path, .. } => Some(path),
            Pools::Postgres(_) => None,
        }
    }

    /// Closes every connection, after the work on it ended.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite {
                writer, readers, ..
            } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// To work with.
    Write,
    /// To look at, as it is.
    Read,
}

async fn open_sqlite(access: Access, url: &str, options: &Options) -> Result<Pools> {
    let connect: SqliteConnectOptions = url
        .parse()
        .map_err(|_| StorageError::BadUrl(format!("{url} names no file")))?;
    let path = connect.get_filename().to_owned();
    let named = url.trim_start_matches("sqlite:").trim_start_matches("//");
    if named.is_empty() || named.contains(":memory:") || url.contains("mode=memory") {
        return Err(StorageError::BadUrl(
            "a database in memory would be lost; name a file, such as sqlite://carillon.db"
                .to_owned(),
        ));
    }
    let connect = match access {
        Access::Write => connect
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full),
        Access::Read if !path.exists() => {
            return Err(StorageError::Absent(path.display().to_string()));
        }
        // Whoever closes a file last moves its log into it, unless it may only read;
        // and whoever may only read leaves the log's files behind that it made.
        Access::Read => connect
            .create_if_missing(false)
            .read_only(log_of(&path).exists())
            .pragma("query_only", "ON"),
    };
    let connect = connect
        .foreign_keys(true)
        .busy_timeout(options.patience)
        // Bulk statements have a text for each power of two of rows.
        .statement_cache_capacity(512)
        // Rows come from SQLite's own thread: fewer waits for each other.
        .row_buffer_size(512)
        // Fewer, larger checkpoints: pages that are written again and again are
        // copied into the file once.
        .pragma("wal_autocheckpoint", "32768")
        // An index is written a page at a time, however little of it is new.
        .page_size(4096)
        // In KiB. More makes nothing faster, and a long send would fill it.
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "MEMORY");
    let writer = Writer::open(connect.clone(), options.patience).await?;
    let reading = connect
        .create_if_missing(false)
        .pragma("query_only", "ON")
        // What a chunk reads lies together and is read once.
        .pragma("cache_size", "-1024");
    let readers = Readers::new(reading, options.readers.max(1), options.patience);
    Ok(Pools::Sqlite {
        writer,
        readers,
        path,
    })
}

/// SQLite's write-ahead log of a database file.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

async fn open_postgres(url: &str, options: &Options) -> Result<Pools> {
    // The parser's own message may repeat the password.
    let connect: PgConnectOptions = url.parse().map_err(|_| {
        StorageError::BadUrl(
            "it is not a PostgreSQL URL such as postgres://user@host/name".to_owned(),
        )
    })?;
    let connect = connect
        .application_name("carillon")
        .statement_cache_capacity(256);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.patience)
        .connect_with(connect.clone())
        .await;
    match pool {
        Ok(pool) => Ok(Pools::Postgres(pool)),
        // The pool waited for a server that may still be starting, and forgot
        // what stood in its way.
        Err(sqlx::Error::PoolTimedOut) => Err(why_unreachable(&connect, options.patience).await),
        Err(error) => Err(error.into()),
    }
}

/// What stands in the way of a connection, as one more try finds out.
async fn why_unreachable(connect: &PgConnectOptions, patience: Duration) -> StorageError {
    match tokio::time::timeout(patience, connect.connect()).await {
        Ok(Err(error)) => error.into(),
        Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut.into(),
    }
}
