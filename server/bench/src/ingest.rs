//! Events over HTTP: a client that keeps every connection busy, and a bare
//! handler that reads the same bodies and drops them.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;
use crate::process::Stopwatch;

/// Contacts that the events are of.
const CONTACTS: u64 = 10_000;
/// Events in a batch.
const BATCH: u64 = 100;
/// Largest event, in bytes.
const EVENT_MAX: usize = 500;

/// A handler that reads JSON and drops it.
pub(crate) async fn bare() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", json!({"address": listener.local_addr()?.to_string()}));
    let drop_it = post(async |Json(body): Json<Value>| {
        drop(body);
        Json(json!({"success": true}))
    });
    let routes = Router::new()
        .route("/api/v1/events", drop_it.clone())
        .route("/v1/track", drop_it.clone())
        .route("/v1/batch", drop_it)
        .layer(axum::extract::DefaultBodyLimit::disable());
    let served = tokio::spawn(async move { axum::serve(listener, routes).await });
    // Ends with whoever started it.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    served.abort();
    Ok(())
}

/// At which door events come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Door {
    /// `POST /api/v1/events`
    Rest,
    /// Segment's `POST /v1/track` and `/v1/batch`
    Segment,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct LoadArgs {
    /// Where the server listens.
    #[arg(long)]
    address: String,
    #[arg(long)]
    key: String,
    #[arg(long, value_enum)]
    door: Door,
    /// Batches instead of single events.
    #[arg(long)]
    batches: bool,
    /// Events in all.
    #[arg(long)]
    events: u64,
    /// The number of the first: others than those of another run.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Wait until all are filed, and say how fast that went.
    #[arg(long)]
    filed: bool,
    /// Connections, each with one request at a time.
    #[arg(long, default_value_t = 128)]
    connections: u64,
}

/// Posts events, and counts those that were taken.
pub(crate) async fn load(args: LoadArgs) -> Result<(), Failure> {
    let event = event(args.door, args.first + args.events);
    if event.len() > EVENT_MAX {
        return Err(format!("an event has {} bytes", event.len()).into());
    }
    let per_request = if args.batches { BATCH } else { 1 };
    let requests = Arc::new(AtomicU64::new(0));
    let watch = Stopwatch::start();
    let mut clients = Vec::new();
    for _ in 0..args.connections {
        let (args, requests) = (args.clone(), requests.clone());
        clients.push(tokio::spawn(client(args, requests, per_request)));
    }
    let mut taken = 0;
    for client in clients {
        taken += client.await??;
    }
    let count = taken * per_request;
    let more = json!({"bytes": event.len(), "requests": taken});
    let mut line = watch.stop("ingest", count, more);
    if args.filed {
        all_filed(&args.address).await?;
        #[expect(clippy::cast_precision_loss, reason = "a count in a report")]
        let filed = count as f64 / watch.seconds();
        line["filed_per_second"] = json!(filed);
    }
    println!("{line}");
    Ok(())
}

/// Waits until the server says that no accepted event waits to be filed.
async fn all_filed(address: &str) -> Result<(), Failure> {
    const PATIENCE: Duration = Duration::from_mins(5);
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::get("/metrics")
            .header("host", "localhost")
            .body(Full::new(Bytes::new()))?;
        let body = sender.send_request(request).await?.into_body();
        let text = body.collect().await?.to_bytes();
        connection.abort();
        let waiting = String::from_utf8_lossy(&text).lines().find_map(|line| {
            line.strip_prefix("carillon_events_waiting ")?
                .parse::<f64>()
                .ok()
        });
        if waiting.is_none_or(|waiting| waiting <= 0.0) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("accepted events still wait to be filed".into())
}

/// One connection: a request after the other, until all are sent. Returns how
/// many were answered with success.
async fn client(args: LoadArgs, sent: Arc<AtomicU64>, size: u64) -> Result<u64, Failure> {
    let stream = TcpStream::connect(&args.address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let path = match (args.door, args.batches) {
        (Door::Rest, _) => "/api/v1/events",
        (Door::Segment, false) => "/v1/track",
        (Door::Segment, true) => "/v1/batch",
    };
    let authorization = match args.door {
        Door::Rest => format!("Bearer {}", args.key),
        Door::Segment => format!("Basic {}", base64(&format!("{}:", args.key))),
    };
    let mut taken = 0;
    loop {
        let n = sent.fetch_add(1, Ordering::Relaxed);
        if n * size >= args.events {
            break;
        }
        let first = args.first + n * size;
        let body = if args.batches {
            batch(args.door, first)
        } else {
            event(args.door, first)
        };
        let request = Request::post(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("authorization", &authorization)
            .body(Full::new(Bytes::from(body)))?;
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let text = answer.into_body().collect().await?.to_bytes();
        if status != StatusCode::OK {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&text)).into());
        }
        taken += 1;
        sender.ready().await?;
    }
    connection.abort();
    Ok(taken)
}

/// Event `n`, as the door's clients write it.
fn event(door: Door, n: u64) -> String {
    // Neighbors are of contacts far apart.
    let contact = n.wrapping_mul(7919) % CONTACTS;
    let properties = format!(
        r#"{{"order":"order-{n}","total":{}.5,"currency":"EUR","items":{},"coupon":null,"first":false,"category":"garden","city":"Porto","source":"app","screen":"checkout","version":"4.18.2"}}"#,
        n % 500,
        n % 7,
    );
    match door {
        Door::Rest => format!(
            r#"{{"id":"event-{n}","external_id":"contact-{contact}","name":"order_placed","occurred_at":"2026-11-20T12:00:00.000Z","properties":{properties}}}"#
        ),
        Door::Segment => format!(
            r#"{{"type":"track","messageId":"event-{n}","userId":"contact-{contact}","event":"order_placed","timestamp":"2026-11-20T12:00:00.000Z","properties":{properties}}}"#
        ),
    }
}

fn batch(door: Door, first: u64) -> String {
    let events: Vec<String> = (first..first + BATCH).map(|n| event(door, n)).collect();
    let list = events.join(",");
    match door {
        Door::Rest => format!(r#"{{"events":[{list}]}}"#),
        Door::Segment => format!(r#"{{"batch":[{list}]}}"#),
    }
}

/// Base64 (RFC 4648) of a short text.
fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
