//! Pushes per second through the APNs client alone: pool, provider token and
//! outcomes, but no engine and no storage. Flags and output as `bare_loop`'s.

mod flags;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use delivery::{Client, Connector, Limits, Message, Options, Outcome, apns};
use domain::Timestamp;
use domain::time::Clock;
use uuid::Uuid;

use flags::{Failure, Flags, Report};

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "a tool of its own, outside the product"
        )]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let flags = Flags::read()?;
    let connections = flags.number("--connections", 4)?.max(1);
    let streams = flags.number("--streams", 256)?.max(1);
    let pushes = flags.number("--pushes", 200_000)?;
    let frame = r#"{"aps":{"alert":""}}"#.len();
    let filling = usize::try_from(flags.number("--payload", 200)?)?.saturating_sub(frame);
    let body: Bytes = format!(r#"{{"aps":{{"alert":"{}"}}}}"#, "x".repeat(filling)).into();
    let options = Options {
        topic: Some(flags.text("--topic").unwrap_or("com.example.app").into()),
        ..Options::default()
    };
    let client =
        Connector::new(Arc::new(SystemClock), delivery::Reach::default()).apns(apns::Settings {
            team_id: flags.text("--team-id")?.to_owned(),
            key_id: flags.text("--key-id")?.to_owned(),
            private_key_pem: std::fs::read_to_string(flags.text("--key")?)?,
            endpoint: format!("https://{}", flags.text("--address")?),
            extra_ca_pem: Some(std::fs::read_to_string(flags.text("--ca")?)?),
            limits: Limits {
                connections: usize::try_from(connections)?,
                max_in_flight: usize::try_from(streams)?,
                ..Limits::default()
            },
        })?;
    push(&client, 0, &body, &options).await?;
    let next = Arc::new(AtomicU64::new(0));
    let report = Report::start();
    let mut workers = Vec::new();
    for _ in 0..streams {
        let (client, next) = (client.clone(), Arc::clone(&next));
        let (body, options) = (body.clone(), options.clone());
        workers.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= pushes {
                    return Ok::<_, Failure>(());
                }
                push(&client, number, &body, &options).await?;
            }
        }));
    }
    for worker in workers {
        worker.await??;
    }
    report.print("delivery's APNs client", pushes, connections, streams);
    client.close(Duration::from_secs(5)).await;
    Ok(())
}

async fn push(
    client: &Client,
    number: u64,
    body: &Bytes,
    options: &Options,
) -> Result<(), Failure> {
    let message = Message {
        id: Uuid::from_u128(u128::from(number)),
        token: format!("{number:064x}").into(),
        body: body.clone(),
        options: options.clone(),
        validate_only: false,
    };
    match client.send(&message).await.outcome {
        Outcome::Accepted { .. } => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}
