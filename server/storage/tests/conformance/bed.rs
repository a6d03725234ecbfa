//! A fresh, migrated database for each test, on either engine.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::Timestamp;
use storage::{Options, Store};
use tempfile::TempDir;

/// The moment at which tests begin.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// Where PostgreSQL is; `cargo xtask test` starts one and sets this.
const POSTGRES: &str = "CARILLON_TEST_POSTGRES";
/// Set by hand to leave PostgreSQL out.
const SQLITE_ONLY: &str = "CARILLON_TEST_SQLITE_ONLY";

/// Makes a test for each engine out of `async fn sentence(store: Store)`.
macro_rules! conformance {
    ($($sentence:ident),+ $(,)?) => {$(
        mod $sentence {
            #[tokio::test]
            async fn on_sqlite() {
                let bed = $crate::bed::Bed::sqlite().await;
                super::$sentence(bed.store.clone()).await;
                bed.end().await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let Some(bed) = $crate::bed::Bed::postgres().await else { return };
                super::$sentence(bed.store.clone()).await;
                bed.end().await;
            }
        }
    )+};
}

/// A test's database.
pub(crate) struct Bed {
    pub(crate) store: Store,
    home: Home,
}

enum Home {
    Sqlite(TempDir),
    Postgres { url: String, schema: String },
}

impl Bed {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = open(&url).await;
        Self {
            store,
            home: Home::Sqlite(folder),
        }
    }

    /// `None` only when a developer asked for SQLite alone.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var(POSTGRES) else {
            assert!(
                std::env::var_os(SQLITE_ONLY).is_some(),
                "no PostgreSQL: run `cargo xtask test`, which starts one, or set {POSTGRES}; \
                 {SQLITE_ONLY}=1 leaves it out"
            );
            return None;
        };
        let schema = format!("t{}_{}", std::process::id(), number());
        run(&url, format!("CREATE SCHEMA {schema}")).await;
        let mark = if url.contains('?') { '&' } else { '?' };
        let store = open(&format!("{url}{mark}options[search_path]={schema}")).await;
        Some(Self {
            store,
            home: Home::Postgres { url, schema },
        })
    }

    pub(crate) async fn end(self) {
        self.store.close().await;
        match self.home {
            Home::Sqlite(folder) => folder.close().expect("the scratch folder goes"),
            Home::Postgres { url, schema } => {
                run(&url, format!("DROP SCHEMA {schema} CASCADE")).await;
            }
        }
    }
}

async fn open(url: &str) -> Store {
    let options = Options {
        connections: 4,
        ..Options::new(u64::from(number()))
    };
    let store = Store::open(url, &options)
        .await
        .expect("the database opens");
    store.migrate().await.expect("the migrations run");
    store
}

async fn run(url: &str, sql: String) {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(url)
        .await
        .expect("PostgreSQL answers");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .expect("the schema");
    connection.close().await.expect("PostgreSQL says good-bye");
}

fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Runs one write in a transaction of its own.
macro_rules! write {
    ($store:expr, |$tx:ident| $body:expr) => {{
        let mut transaction = $store.begin().await.unwrap();
        let result = {
            let $tx = &mut transaction;
            $body.await
        };
        transaction.commit().await.unwrap();
        result
    }};
}

/// Runs one read.
macro_rules! read {
    ($store:expr, |$db:ident| $body:expr) => {{
        let mut reader = $store.read().await.unwrap();
        let $db = &mut reader;
        $body.await.unwrap()
    }};
}

/// A moment `seconds` after [`NOW`].
pub(crate) const fn later(seconds: i64) -> Timestamp {
    NOW.plus_seconds(seconds)
}
