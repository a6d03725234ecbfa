//! SQLite's connections that read. Who was given back last is lent first: its thread and
//! its memory are warm, and the others stay as small as they are.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// How often a connection is asked whether its thread still lives.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);
/// After a loan of so long a connection may still be at work on a statement that nobody
/// waits for any more.
const LONG: Duration = Duration::from_millis(10);

/// The readers. Cloning shares them.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Shared>);

struct Shared {
    options: SqliteConnectOptions,
    /// How long one is waited for.
    patience: Duration,
    /// How many more may be lent.
    places: Arc<Semaphore>,
    /// Who asks for one or has one.
    loans: TaskTracker,
    /// Given back, the last one last.
    idle: Mutex<Vec<Open>>,
}

/// A connection, and when its thread was last seen alive.
struct Open {
    connection: SqliteConnection,
    seen: Instant,
}

/// What a loan consists of. Dropped as it is, its connection is closed.
struct Loan {
    open: Open,
    since: Instant,
    place: OwnedSemaphorePermit,
    _counted: TaskTrackerToken,
}

/// A connection on loan, which goes back when this is dropped.
pub(crate) struct Lent {
    loan: Option<Loan>,
    home: Arc<Shared>,
}

impl Readers {
    /// At most `most` connections, opened when they are needed.
    pub(crate) fn new(options: SqliteConnectOptions, most: u32, patience: Duration) -> Self {
        Self(Arc::new(Shared {
            options,
            patience,
            places: Arc::new(Semaphore::new(most as usize)),
            loans: TaskTracker::new(),
            idle: Mutex::default(),
        }))
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// `PoolTimedOut` when there was none for longer than the patience, `PoolClosed`, and
    /// what opening one runs into.
    pub(crate) async fn acquire(&self) -> sqlx::Result<Lent> {
        let loan = tokio::time::timeout(self.0.patience, self.0.lend()).await;
        Ok(Lent {
            loan: Some(loan.map_err(|_| sqlx::Error::PoolTimedOut)??),
            home: Arc::clone(&self.0),
        })
    }

    /// Lends nothing more, waits for what is on loan, and closes every connection.
    pub(crate) async fn close(&self) {
        self.0.places.close();
        self.0.loans.close();
        self.0.loans.wait().await;
        while let Some(open) = self.0.take() {
            // It only read: nothing is lost with it.
            let _ = open.connection.close().await;
        }
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

impl Shared {
    async fn lend(&self) -> sqlx::Result<Loan> {
        let counted = self.loans.token();
        let place = Arc::clone(&self.places).acquire_owned();
        let place = place.await.map_err(|_| sqlx::Error::PoolClosed)?;
        let since = Instant::now();
        let open = match self.take() {
            Some(open) => open.looked_at(since).await,
            None => None,
        };
        let open = match open {
            Some(open) => open,
            None => Open {
                connection: self.options.connect().await?,
                seen: since,
            },
        };
        Ok(Loan {
            open,
            since,
            place,
            _counted: counted,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Open>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Open> {
        self.idle().pop()
    }
}

impl Open {
    /// Itself, if its thread is alive.
    async fn looked_at(mut self, now: Instant) -> Option<Self> {
        if now.duration_since(self.seen) > LOOKED_AT_EVERY {
            self.connection.ping().await.ok()?;
            self.seen = now;
        }
        Some(self)
    }
}

impl Loan {
    /// Gives the connection back, and then its place, so that whoever waits finds it.
    fn end(self, home: &Shared) {
        home.idle().push(self.open);
        drop(self.place);
    }
}

impl Lent {
    /// The connection.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        let loan = self.loan.as_mut();
        &mut loan.expect("it is taken by the drop alone").open.connection
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut loan) = self.loan.take() else {
            return;
        };
        if loan.since.elapsed() < LONG {
            loan.end(&self.home);
            return;
        }
        let home = Arc::clone(&self.home);
        // Where there is no runtime any more, it is closed.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                // Answered when whatever it was at work on has ended.
                if loan.open.connection.ping().await.is_ok() {
                    loan.open.seen = Instant::now();
                    loan.end(&home);
                }
            });
        }
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

    /// Patience for a connection that comes, on a slow machine as well.
    const PATIENT: Duration = Duration::from_secs(20);

    fn readers(folder: &tempfile::TempDir, most: u32, patience: Duration) -> Readers {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        Readers::new(options, most, patience)
    }

    /// Waits until so many are back.
    async fn back(readers: &Readers, count: usize) {
        let all = async {
            while readers.0.idle().len() < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENT, all)
            .await
            .expect("they come back");
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
        let readers = readers(&folder, 3, PATIENT);
        let mut first = readers.acquire().await.expect("one");
        let mut second = readers.acquire().await.expect("another");
        mark(&mut first, 1001).await;
        mark(&mut second, 1002).await;
        drop(second);
        back(&readers, 1).await;
        drop(first);
        back(&readers, 2).await;
        let mut again = readers.acquire().await.expect("one");
        assert_eq!(mark(&mut again, 1001).await, 1001);
        let mut other = readers.acquire().await.expect("another");
        assert_eq!(mark(&mut other, 1002).await, 1002);
    }

    #[tokio::test]
    async fn a_place_is_waited_for_and_no_longer_than_the_patience() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 1, Duration::from_secs(1));
        let lent = readers.acquire().await.expect("the one");
        let refused = readers.acquire().await.expect_err("it is on loan");
        assert!(matches!(refused, sqlx::Error::PoolTimedOut), "{refused}");
        let (waited, ()) = tokio::join!(readers.acquire(), async { drop(lent) });
        assert!(waited.is_ok());
    }

    #[tokio::test]
    async fn a_read_that_was_given_up_leaves_a_connection_that_reads() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 1, PATIENT);
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
    async fn who_is_still_at_work_for_nobody_is_not_lent() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 2, PATIENT);
        let mut busy = readers.acquire().await.expect("one");
        mark(&mut busy, 1001).await;
        // It has nothing to tell before it ends.
        let long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
            WHERE i < 10000000) SELECT COUNT(*) FROM n";
        let count = sqlx::query_scalar::<_, i64>(long).fetch_one(busy.connection());
        let given_up = tokio::time::timeout(2 * LONG, count).await;
        assert!(given_up.is_err());
        drop(busy);
        let mut other = readers.acquire().await.expect("another");
        assert_ne!(mark(&mut other, 1002).await, 1001);
        let none = tokio::time::timeout(10 * LONG, readers.acquire()).await;
        assert!(none.is_err(), "the place is taken");
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_on_loan_and_lends_nothing_more() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let readers = readers(&folder, 2, PATIENT);
        let lent = readers.acquire().await.expect("one");
        let closing = tokio::spawn({
            let readers = readers.clone();
            async move { readers.close().await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!closing.is_finished());
        let refused = readers.acquire().await.expect_err("it closes");
        assert!(matches!(refused, sqlx::Error::PoolClosed), "{refused}");
        drop(lent);
        closing.await.expect("it closes");
        let refused = readers.acquire().await.expect_err("closed");
        assert!(matches!(refused, sqlx::Error::PoolClosed), "{refused}");
        readers.close().await;
    }
}
