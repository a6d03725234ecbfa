//! SQLite's connections that read. Who was given back last is lent first: its thread and
//! its memory are warm, and the others stay as small as they are.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How often a connection is asked whether its thread still lives.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

/// The readers. Cloning shares them.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Shared>);

struct Shared {
    options: SqliteConnectOptions,
    /// How long one is waited for.
    patience: Duration,
    most: u32,
    /// How many more may be lent.
    places: Arc<Semaphore>,
    /// Given back, the last one last.
    idle: Mutex<Vec<Open>>,
}

/// A connection, and when its thread was last seen alive.
struct Open {
    connection: SqliteConnection,
    seen: Instant,
}

/// A connection on loan, which goes back when this is dropped.
pub(crate) struct Lent {
    open: Option<Open>,
    home: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// At most `most` connections, opened when they are needed.
    pub(crate) fn new(options: SqliteConnectOptions, most: u32, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            options,
            patience,
            most,
            places: Arc::new(Semaphore::new(most as usize)),
            idle: Mutex::default(),
        }))
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// `PoolTimedOut` when all were on loan for longer than the patience, `PoolClosed`,
    /// and what opening one runs into.
    pub(crate) async fn acquire(&self) -> sqlx::Result<Lent> {
        let place = Arc::clone(&self.0.places).acquire_owned();
        let place = tokio::time::timeout(self.0.patience, place)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let open = match self.0.take() {
            Some(open) => open.looked_at().await,
            None => None,
        };
        let open = match open {
            Some(open) => open,
            None => Open {
                connection: self.0.options.connect().await?,
                seen: Instant::now(),
            },
        };
        Ok(Lent {
            open: Some(open),
            home: Arc::clone(&self.0),
            _place: place,
        })
    }

    /// Lends nothing more, waits for what is on loan, and closes every connection.
    pub(crate) async fn close(&self) {
        // Fails when it is closed already.
        if let Ok(all) = self.0.places.acquire_many(self.0.most).await {
            self.0.places.close();
            all.forget();
        }
        while let Some(open) = self.0.take() {
            // It only read: nothing is lost with it.
            let _ = open.connection.close().await;
        }
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Readers({})", self.0.most)
    }
}

impl Shared {
    fn take(&self) -> Option<Open> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }
}

impl Open {
    /// Itself, if its thread is alive.
    async fn looked_at(mut self) -> Option<Self> {
        if self.seen.elapsed() > LOOKED_AT_EVERY {
            self.connection.ping().await.ok()?;
            self.seen = Instant::now();
        }
        Some(self)
    }
}

impl Lent {
    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self
            .open
            .as_mut()
            .expect("it is taken by the drop alone")
            .connection
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Before its place is free, so that whoever waits finds it.
        let mut idle = self
            .home
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.open.take());
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lent")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(folder: &tempfile::TempDir, most: u32) -> Readers {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        Readers::new(options, most, Duration::from_millis(100))
    }

    /// Marks a connection, and tells the mark that it had.
    async fn mark(lent: &mut Lent, n: i64) -> i64 {
        let connection = lent.connection();
        let was: i64 = sqlx::query_scalar("PRAGMA busy_timeout")
            .fetch_one(&mut *connection)
            .await
            .expect("is read");
        let set = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {n}"));
        sqlx::query(set).execute(connection).await.expect("is set");
        was
    }

    #[tokio::test]
    async fn who_came_back_last_is_lent_first() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 3);
        let mut first = readers.acquire().await.expect("one");
        let mut second = readers.acquire().await.expect("another");
        mark(&mut first, 1001).await;
        mark(&mut second, 1002).await;
        drop(second);
        drop(first);
        let mut again = readers.acquire().await.expect("one");
        assert_eq!(mark(&mut again, 1001).await, 1001);
        let mut other = readers.acquire().await.expect("another");
        assert_eq!(mark(&mut other, 1002).await, 1002);
    }

    #[tokio::test]
    async fn a_place_is_waited_for_and_no_longer_than_the_patience() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 1);
        let lent = readers.acquire().await.expect("the one");
        let refused = readers.acquire().await.expect_err("it is on loan");
        assert!(matches!(refused, sqlx::Error::PoolTimedOut), "{refused}");
        let (waited, ()) = tokio::join!(readers.acquire(), async { drop(lent) });
        assert!(waited.is_ok());
    }

    #[tokio::test]
    async fn a_read_that_was_given_up_leaves_a_connection_that_reads() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 1);
        let mut lent = readers.acquire().await.expect("the one");
        let long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
            WHERE i < 5000000) SELECT i FROM n";
        let all = sqlx::query_scalar::<_, i64>(long).fetch_all(lent.connection());
        let given_up = tokio::time::timeout(Duration::from_millis(5), all).await;
        assert!(given_up.is_err());
        drop(lent);
        let mut lent = readers.acquire().await.expect("it came back");
        let one: i64 = sqlx::query_scalar("SELECT 1")
            .fetch_one(lent.connection())
            .await
            .expect("reads");
        assert_eq!(one, 1);
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_on_loan_and_lends_nothing_more() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 2);
        let lent = readers.acquire().await.expect("one");
        let closing = tokio::spawn({
            let readers = readers.clone();
            async move { readers.close().await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!closing.is_finished());
        drop(lent);
        closing.await.expect("it closes");
        let refused = readers.acquire().await.expect_err("closed");
        assert!(matches!(refused, sqlx::Error::PoolClosed), "{refused}");
        readers.close().await;
    }
}
