//! The doors for other products' clients, as those meet them.

mod alias;
mod bare_tokens;
mod devices;
mod journal;
mod libraries;
mod revoked;
mod segment;
mod signed;

use crate::api::{Answer, answer};
use crate::carillon::Carillon;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

/// Every table that an ingest writes.
const TABLES: [&str; 6] = [
    "contacts",
    "events",
    "event_keys",
    "device_bindings",
    "device_history",
    "consent_events",
];

/// Somebody else's client, with a key of ours.
pub(crate) struct Sender {
    pub(crate) client: Client,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    pub(crate) key: String,
}

impl Sender {
    pub(crate) fn to(carillon: &Carillon) -> Self {
        let api = carillon.api("ingest");
        Self {
            client: api.client,
            url: carillon.url.clone(),
            key: api.key,
        }
    }

    /// A POST that says nothing of who asks.
    pub(crate) fn bare(&self, path: &str) -> RequestBuilder {
        self.client
            .request(Method::POST, format!("{}{path}", self.url))
    }

    /// With the key as Basic user.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.bare(path).basic_auth(&self.key, Some(""))
    }

    /// Sends JSON, and reads the answer.
    pub(crate) async fn send(&self, path: &str, body: &Value) -> Answer {
        answer(self.post(path).json(body).send().await.expect("an answer")).await
    }

    /// Sends JSON that has to be taken.
    pub(crate) async fn taken(&self, path: &str, body: &Value) {
        let answer = self.send(path, body).await;
        assert_eq!(answer.status, 200, "{path} {body}: {answer:?}");
        assert_eq!(answer.body, serde_json::json!({"success": true}));
    }
}

/// The server's own database.
pub(crate) async fn database(carillon: &Carillon) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(carillon.path("data/carillon.db"));
    options.connect().await.expect("the database opens")
}

/// How many rows each table has.
pub(crate) async fn rows(carillon: &Carillon) -> Vec<(&'static str, i64)> {
    let mut database = database(carillon).await;
    let mut rows = Vec::new();
    for table in TABLES {
        let count =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
                .fetch_one(&mut database)
                .await
                .expect("a number");
        rows.push((table, count));
    }
    rows
}

/// A contact's events in the order of their time: name, time and properties.
pub(crate) async fn events_of(carillon: &Carillon, contact: &str) -> Vec<(String, i64, Value)> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT e.name, e.occurred_at, e.properties FROM events e JOIN contacts c \
         ON c.shard = e.shard AND c.id = e.contact_id WHERE c.external_id = $1 \
         ORDER BY e.occurred_at, e.id",
    )
    .bind(contact)
    .fetch_all(&mut database(carillon).await)
    .await
    .expect("events");
    rows.into_iter()
        .map(|(name, at, properties)| {
            let properties = serde_json::from_str(&properties).expect("JSON");
            (name, at, properties)
        })
        .collect()
}

/// What a contact's devices went through, in order: the kinds of change, and
/// the other contact of a move.
pub(crate) async fn history_of(carillon: &Carillon, contact: &str) -> Vec<(String, String)> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT h.change FROM device_history h JOIN contacts c \
         ON c.shard = h.shard AND c.id = h.contact_id WHERE c.external_id = $1 ORDER BY h.id",
    )
    .bind(contact)
    .fetch_all(&mut database(carillon).await)
    .await
    .expect("history");
    rows.into_iter()
        .map(|(change,)| {
            let change: Value = serde_json::from_str(&change).expect("JSON");
            let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
            (text("kind"), text("external_id"))
        })
        .collect()
}

/// What a counter of `/metrics` stands at, over all its labels that hold `label`.
pub(crate) async fn counted(carillon: &Carillon, counter: &str, label: &str) -> u64 {
    let request = crate::carillon::client().get(format!("{}/metrics", carillon.url));
    let text = request.send().await.expect("an answer").text().await;
    text.expect("text")
        .lines()
        .filter(|line| line.starts_with(counter) && line.contains(label))
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
        .sum()
}
