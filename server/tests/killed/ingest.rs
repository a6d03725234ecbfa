//! Killed while it takes events in: clients of our API and of Segment's post
//! single events and batches, each again under its own identifiers until it is
//! acknowledged, to a server that is killed again and again, also while accepted
//! events wait to be filed. What was acknowledged is stored, once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::kills::Database;
use crate::server::{Process, add_key, serve_pages};

/// How often the server is killed.
const KILLS: usize = 5;
/// Requests that are acknowledged between two kills, at least.
const BETWEEN: usize = 150;
/// Events in one batch.
const BATCH: usize = 20;
/// Clients of each kind: together more than are written to their places at once.
const CLIENTS: usize = 6;
/// Longest that all of it may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// What a client sends, and where.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Event,
    Events,
    Track,
    Batch,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Event, Self::Events, Self::Track, Self::Batch];

    const fn size(self) -> usize {
        match self {
            Self::Event | Self::Track => 1,
            Self::Events | Self::Batch => BATCH,
        }
    }

    /// The request that says what these events are.
    fn request(self, client: &Client, url: &str, key: &str, ids: &[String]) -> RequestBuilder {
        // Some of them are new, and most are sent more than one event.
        let contact = |id: &str| {
            let sum: usize = id.bytes().map(usize::from).sum();
            format!("contact-{}", sum % 40)
        };
        let event = |id: &String| json!({"id": id, "external_id": contact(id), "name": "sent", "properties": {"id": id}});
        let track = |id: &String| {
            json!({"type": "track", "messageId": id, "userId": contact(id), "event": "sent",
                "properties": {"id": id}})
        };
        let (path, body) = match self {
            Self::Event => ("/api/v1/events", event(&ids[0])),
            Self::Events => {
                let events: Vec<Value> = ids.iter().map(event).collect();
                ("/api/v1/events", json!({ "events": events }))
            }
            Self::Track => ("/v1/track", track(&ids[0])),
            Self::Batch => {
                let batch: Vec<Value> = ids.iter().map(track).collect();
                ("/v1/batch", json!({ "batch": batch }))
            }
        };
        let request = client.post(format!("{url}{path}")).json(&body);
        match self {
            Self::Event | Self::Events => request.bearer_auth(key),
            Self::Track | Self::Batch => request.basic_auth(key, Some("")),
        }
    }
}

/// What all clients share.
struct Shared {
    key: String,
    acknowledged: AtomicUsize,
    /// Requests that got no answer.
    lost: AtomicUsize,
    enough: AtomicBool,
}

/// Sends one request after another, each until it is acknowledged; returns the
/// identifiers of all its events.
async fn send(
    kind: Kind,
    number: usize,
    server: watch::Receiver<String>,
    shared: Arc<Shared>,
) -> Vec<String> {
    let client = Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .expect("a client");
    let mut sent = Vec::new();
    let begun = Instant::now();
    while !shared.enough.load(Ordering::Relaxed) {
        let ids: Vec<String> = (0..kind.size())
            .map(|_| format!("{kind:?}-{number}-{}", sent.len()))
            .enumerate()
            .map(|(n, id)| format!("{id}-{n}"))
            .collect();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{kind:?} gets no answer");
            let url = server.borrow().clone();
            let answer = kind.request(&client, &url, &shared.key, &ids).send().await;
            let answered = match answer {
                Ok(answer) => {
                    let status = answer.status();
                    // Whole, or it was not an answer.
                    answer.text().await.map(|text| (status, text))
                }
                Err(error) => Err(error),
            };
            match answered {
                Ok((status, _)) if status.is_success() => break,
                Ok((status, text)) => {
                    assert!(status.is_server_error(), "{kind:?}: {status} {text}");
                }
                Err(_) => {
                    shared.lost.fetch_add(1, Ordering::Relaxed);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        sent.extend(ids);
        shared.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    sent
}

/// Runs clients against a server that is killed, and compares.
pub(crate) async fn run(postgres: bool) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().expect("a scratch folder");
    let directory = folder.path();
    let Some(database) = Database::new(directory, postgres).await else {
        return;
    };
    let (mut process, url) = serve_pages(directory, &database.url);
    let shared = Arc::new(Shared {
        key: add_key(directory, &database.url),
        acknowledged: AtomicUsize::new(0),
        lost: AtomicUsize::new(0),
        enough: AtomicBool::new(false),
    });
    let (moved, server) = watch::channel(url);
    let mut clients = Vec::new();
    for kind in Kind::ALL {
        for number in 0..CLIENTS {
            let client = send(kind, number, server.clone(), shared.clone());
            clients.push(tokio::spawn(client));
        }
    }
    let begun = Instant::now();
    let mut waited = 0;
    for kill in 1..=KILLS {
        let before = shared.acknowledged.load(Ordering::Relaxed);
        while shared.acknowledged.load(Ordering::Relaxed) < before + BETWEEN {
            assert!(
                begun.elapsed() < PATIENCE,
                "nothing is taken after {kill} kills"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        process.kill();
        waited += waiting(&database.url).await;
        process = restart(directory, &database.url, &moved);
    }
    shared.enough.store(true, Ordering::Relaxed);
    let mut sent = Vec::new();
    for client in clients {
        sent.extend(client.await.expect("a client ends"));
    }
    // The last acknowledgments count as well.
    process.kill();
    waited += waiting(&database.url).await;
    process = restart(directory, &database.url, &moved);
    while waiting(&database.url).await > 0 {
        assert!(begun.elapsed() < PATIENCE, "what was accepted is not filed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.kill();
    let lost = shared.lost.load(Ordering::Relaxed);
    println!(
        "{} events acknowledged, {lost} requests cut off, {waited} rows waited at the kills",
        sent.len()
    );
    assert!(lost >= KILLS, "the kills met requests in flight");
    assert!(waited > 0, "the kills met events that were not filed");
    check(&database.url, sent).await;
    database.end().await;
}

fn restart(directory: &Path, database: &str, moved: &watch::Sender<String>) -> Process {
    let (process, url) = serve_pages(directory, database);
    moved.send_replace(url);
    process
}

/// That every event is stored once, and no other.
async fn check(url: &str, sent: Vec<String>) {
    let mut stored: HashMap<String, usize> = HashMap::new();
    for properties in properties(url).await {
        let properties: Value = serde_json::from_str(&properties).expect("JSON");
        let id = properties["id"].as_str().expect("an id").to_owned();
        *stored.entry(id).or_default() += 1;
    }
    let twice: Vec<_> = stored.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "stored more than once: {twice:?}");
    let lost: Vec<_> = sent.iter().filter(|id| !stored.contains_key(*id)).collect();
    assert!(lost.is_empty(), "acknowledged and not stored: {lost:?}");
    assert_eq!(stored.len(), sent.len(), "nothing else is stored");
}

/// How many rows of accepted events wait to be filed.
async fn waiting(url: &str) -> i64 {
    all(url, "SELECT COUNT(*) FROM event_journal").await[0]
}

/// The properties of every event.
async fn properties(url: &str) -> Vec<String> {
    all(url, "SELECT properties FROM events").await
}

/// A column of every row.
async fn all<T>(url: &str, sql: &'static str) -> Vec<T>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    T: Send + Unpin,
{
    use sqlx::Connection;
    if url.starts_with("postgres") {
        let mut db = sqlx::PgConnection::connect(url).await.expect("it answers");
        sqlx::query_scalar(sql).fetch_all(&mut db).await
    } else {
        let mut db = sqlx::SqliteConnection::connect(url)
            .await
            .expect("it opens");
        sqlx::query_scalar(sql).fetch_all(&mut db).await
    }
    .expect("rows")
}
