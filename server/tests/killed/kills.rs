//! The run: kill, kill, kill, kill, kill, stop past the lease, go on, finish.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::PushId;
use domain::push::DeliveryClass;
use storage::chunks::{self, ChunkState};
use storage::{Cursor, Options, Store};

use crate::seed::{CONTACTS, fill};
use crate::server::{Follower, LEASE_SECONDS, Process, Sandbox, serve};
use crate::verdict::{self, Log};

/// How often a server is killed.
const KILLS: usize = 5;
/// Longest that the whole send may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// One call in a hundred is reset, one never answered.
const FAULTS: &str = r#"{"seed": 7, "faults": [
    {"probability": 0.01, "do": "reset_stream"},
    {"probability": 0.01, "do": "never_answer"}
]}"#;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) class: DeliveryClass,
    pub(crate) postgres: bool,
    pub(crate) workers: usize,
}

/// Runs a plan from a fresh database to the verdict.
pub(crate) async fn run(plan: Plan) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let directory = folder.path();
    let Some(database) = Database::new(directory, plan.postgres).await else {
        return;
    };
    let sandbox = Sandbox::start(directory, FAULTS);
    let store = open(&database.url).await;
    store.migrate().await.expect("the migrations run");
    let push = fill(&store, &sandbox, directory, plan.class).await;
    // On SQLite the test keeps its hands off while servers run.
    store.close().await;

    let begun = Instant::now();
    let mut follower = sandbox.follow();
    let mut crew = Crew::start(directory, &database.url, plan.workers);
    let mut started = Vec::new();
    while started.len() < KILLS {
        // In the middle of sending: some hundred after the last one's start.
        let going = follower.lines() + 300;
        let mark = going.max((started.len() + 1) * CONTACTS / (KILLS + 3));
        arrive(&mut follower, mark, begun).await;
        crew.kill_one(started.len());
        let underway = sub_batches_underway(&database.url, push).await;
        println!(
            "killed at {} received, {underway} chunks under way",
            follower.lines()
        );
        if underway > 0 {
            started.push(underway);
        }
        crew.fill();
    }
    arrive(&mut follower, (KILLS + 1) * CONTACTS / (KILLS + 3), begun).await;
    crew.stop_past_the_lease().await;
    let kills = started.len();
    finish(&database.url, push, begun).await;
    println!("all done after {:?}", begun.elapsed());
    drop(crew);

    let store = open(&database.url).await;
    let log = Log::read(&sandbox.end());
    verdict::check(plan.class, &store, push, &log, kills).await;
    store.close().await;
    database.end().await;
}

async fn open(url: &str) -> Store {
    let options = Options {
        connections: 4,
        ..Options::new(std::process::id().into())
    };
    Store::open(url, &options)
        .await
        .expect("the database opens")
}

/// Waits until so many pushes have arrived.
async fn arrive(follower: &mut Follower, mark: usize, begun: Instant) {
    while follower.lines() < mark {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} of {mark} arrived",
            follower.lines()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The servers that share the work.
struct Crew {
    directory: std::path::PathBuf,
    database: String,
    role: &'static str,
    size: usize,
    servers: Vec<Process>,
}

impl Crew {
    fn start(directory: &Path, database: &str, size: usize) -> Self {
        let mut crew = Self {
            directory: directory.to_owned(),
            database: database.to_owned(),
            role: if size == 1 { "all" } else { "worker" },
            size,
            servers: Vec::new(),
        };
        crew.fill();
        crew
    }

    /// Starts as many as are missing.
    fn fill(&mut self) {
        while self.servers.len() < self.size {
            self.servers
                .push(serve(&self.directory, &self.database, self.role));
        }
    }

    /// Kills one, each in its turn.
    fn kill_one(&mut self, turn: usize) {
        let victim = self.servers.remove(turn % self.servers.len());
        victim.kill();
    }

    /// Stops one until its lease is over, and lets it go on.
    async fn stop_past_the_lease(&self) {
        self.servers[0].signal("STOP");
        tokio::time::sleep(Duration::from_secs(LEASE_SECONDS + 2)).await;
        self.servers[0].signal("CONT");
    }
}

/// Chunks of which a sub-batch was started and not everything recorded.
async fn sub_batches_underway(database: &str, push: PushId) -> usize {
    let store = open(database).await;
    let chunks = all_chunks(&store, push).await;
    store.close().await;
    chunks
        .iter()
        .filter(|c| c.state == ChunkState::Sending && c.finished_at.is_none())
        .count()
}

/// Waits until no chunk, retry or enrollment is left open.
async fn finish(database: &str, push: PushId, begun: Instant) {
    loop {
        let store = open(database).await;
        let open = verdict::open_work(&store, push).await;
        store.close().await;
        if open == 0 {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{open} things are still open");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Every chunk of the push.
pub(crate) async fn all_chunks(store: &Store, push: PushId) -> Vec<chunks::Chunk> {
    let mut reader = store.read().await.expect("a reader");
    let mut all = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = chunks::of_push(&mut reader, push, after.as_ref(), 500)
            .await
            .expect("chunks");
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// Where a run's data is kept.
pub(crate) struct Database {
    pub(crate) url: String,
    schema: Option<(String, String)>,
}

impl Database {
    /// `None` only when a developer asked for SQLite alone.
    pub(crate) async fn new(directory: &Path, postgres: bool) -> Option<Self> {
        if !postgres {
            let url = format!("sqlite://{}", directory.join("killed.db").display());
            return Some(Self { url, schema: None });
        }
        let Ok(url) = std::env::var("CARILLON_TEST_POSTGRES") else {
            assert!(
                std::env::var_os("CARILLON_TEST_SQLITE_ONLY").is_some(),
                "no PostgreSQL: run `cargo xtask test`, which starts one, or set \
                 CARILLON_TEST_POSTGRES; CARILLON_TEST_SQLITE_ONLY=1 leaves it out"
            );
            return None;
        };
        let name = directory
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("killed");
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("k{}", name.to_lowercase());
        query(&url, format!("CREATE SCHEMA {name}")).await;
        let mark = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{mark}options[search_path]={name}");
        Some(Self {
            url: own,
            schema: Some((url, name)),
        })
    }

    pub(crate) async fn end(self) {
        if let Some((url, name)) = self.schema {
            query(&url, format!("DROP SCHEMA {name} CASCADE")).await;
        }
    }
}

async fn query(url: &str, sql: String) {
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
