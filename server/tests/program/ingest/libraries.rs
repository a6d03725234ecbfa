//! Segment's official libraries, unchanged. The answer to their first batch is
//! lost on the way, so that each sends it again by itself.
//!
//! `cargo xtask test program` installs them, pinned, and says where they are.

use super::{Sender, events_of, rows};
use crate::carillon::Carillon;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// Where the libraries are.
const LIBRARIES: &str = "CARILLON_SEGMENT_LIBRARIES";

fn libraries() -> Option<PathBuf> {
    let found = std::env::var_os(LIBRARIES).map(PathBuf::from);
    if found.is_none() {
        // Past the test harness, which hides what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "{LIBRARIES} is not set: Segment's libraries are not here, nothing was judged"
        );
    }
    found
}

/// What a request was: its body as it came, and how it was packed.
type Seen = Arc<Mutex<Vec<(Bytes, bool)>>>;

#[derive(Clone)]
struct Relay {
    to: String,
    client: reqwest::Client,
    seen: Seen,
}

/// Passes a request on; says of the first that it failed, when it was done.
async fn pass_on(
    State(relay): State<Relay>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let mut request = relay.client.post(format!("{}{}", relay.to, uri.path()));
    for name in ["authorization", "content-type", "content-encoding"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.body(body.clone()).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("text");
    assert_eq!(status, StatusCode::OK, "{text}");
    let first = {
        let mut seen = relay.seen.lock().expect("nobody panicked");
        seen.push((body, headers.contains_key("content-encoding")));
        seen.len() == 1
    };
    if first {
        (StatusCode::BAD_GATEWAY, "lost".to_owned())
    } else {
        (status, text)
    }
}

/// A relay to a server; where it listens, and what it saw.
async fn relay(to: &Sender) -> (String, Seen) {
    let seen = Seen::default();
    let relay = Relay {
        to: to.url.clone(),
        client: to.client.clone(),
        seen: seen.clone(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new().fallback(pass_on).with_state(relay);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (format!("http://{address}"), seen)
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/program/ingest")
        .join(name)
}

/// Runs a library's program, which says the same six things in every language,
/// and judges what became of them.
async fn judge(mut program: Command, packed: bool) {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let (url, seen) = relay(&sender).await;
    program.args([&url, &sender.key]);
    let output = tokio::task::spawn_blocking(move || program.output());
    let output = output.await.expect("no panic").expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    let seen = seen.lock().expect("nobody panicked").clone();
    assert_eq!(seen.len(), 2, "one batch, sent twice");
    assert!(seen.iter().all(|(_, was_packed)| *was_packed == packed));
    let expected = [
        ("contacts", 2),
        // Four that were said, and the alias in both timelines.
        ("events", 6),
        ("event_keys", 7),
    ];
    assert_eq!(rows(&carillon).await[..3], expected, "each message once");
    let names = |events: Vec<(String, i64, serde_json::Value)>| {
        let mut names: Vec<_> = events.into_iter().map(|event| event.0).collect();
        names.sort_unstable();
        names
    };
    let ada = names(events_of(&carillon, "ada").await);
    let said = [
        "Order Placed",
        "Visited",
        "alias",
        "page_viewed",
        "screen_viewed",
    ];
    assert_eq!(ada, said);
    assert_eq!(names(events_of(&carillon, "visitor").await), ["alias"]);
    let contact = carillon.api("read").get("/contacts/ada").await.body;
    assert_eq!(contact["email"], "ada@example.org");
    assert_eq!(contact["attributes"]["group_name"], "Engines");
}

#[tokio::test]
async fn the_library_for_node_works_unchanged_and_a_batch_sent_twice_is_taken_once() {
    let Some(libraries) = libraries() else { return };
    let mut node = Command::new("node");
    node.arg(script("library.cjs")).arg(libraries.join("node"));
    judge(node, false).await;
}

#[tokio::test]
async fn the_library_for_python_works_unchanged_and_a_batch_sent_twice_is_taken_once() {
    let Some(libraries) = libraries() else { return };
    let mut python = Command::new(libraries.join("python/bin/python"));
    python.arg(script("library.py"));
    judge(python, true).await;
}
