//! The whole engine: decided sends in, recorded outcomes out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::AppId;
use domain::app::{ApnsEnvironment, CredentialSecret};
use domain::device::Channel;
use engine::{CredentialSource, Deps, Settings, SourceError};
use futures::future::BoxFuture;
use serde_json::{Map, json};
use storage::rollups::{self, Metric};
use storage::{Store, chunks};

use crate::clock::BenchClock;
use crate::process::Stopwatch;
use crate::{Failure, seed};

#[derive(Debug, Args)]
pub(crate) struct DispatchArgs {
    /// The seeded database.
    #[arg(long)]
    database: String,
    /// Where the sink wrote its certificate and key.
    #[arg(long)]
    dir: PathBuf,
    /// Where the sink listens.
    #[arg(long)]
    address: String,
    #[arg(long)]
    team: String,
    #[arg(long)]
    key: String,
    #[arg(long, default_value_t = 4)]
    connections: usize,
}

struct Given(CredentialSecret);

impl CredentialSource for Given {
    fn load(
        &self,
        _app: AppId,
        _channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>> {
        Box::pin(async { Ok(Some(self.0.clone())) })
    }
}

pub(crate) async fn run(args: DispatchArgs) -> Result<(), Failure> {
    let store = seed::open(&args.database).await?;
    let secret = CredentialSecret::Apns {
        team_id: args.team,
        key_id: args.key,
        topic: "com.example.app".to_owned(),
        environment: ApnsEnvironment::Production,
        private_key: std::fs::read_to_string(args.dir.join("key.p8"))?,
        endpoint: Some(format!("https://{}", args.address)),
        ca: Some(std::fs::read_to_string(args.dir.join("ca.pem"))?),
    };
    let deps = Deps {
        clock: Arc::new(BenchClock::default()),
        credentials: Arc::new(Given(secret)),
        reach: delivery::Reach::default(),
        settings: Settings {
            connections: args.connections,
            ..Settings::default()
        },
    };
    let watch = Stopwatch::start();
    let engine = engine::start(store.clone(), deps).await?;
    while open(&store).await? {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let counts = counts(&store).await?;
    let accepted = counts
        .get("accepted")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    watch.print("engine", accepted, json!({"states": counts}));
    engine.shutdown(Duration::from_secs(5)).await;
    store.close().await;
    Ok(())
}

/// Whether any chunk is unfinished.
async fn open(store: &Store) -> Result<bool, Failure> {
    let mut reader = store.read().await?;
    Ok(chunks::any_open(&mut reader).await?)
}

async fn counts(store: &Store) -> Result<Map<String, serde_json::Value>, Failure> {
    let mut reader = store.read().await?;
    let mut totals = std::collections::BTreeMap::<Metric, i64>::new();
    for count in rollups::of_days(&mut reader, 0, i32::MAX).await? {
        *totals.entry(count.metric).or_default() += count.n;
    }
    Ok(totals
        .into_iter()
        .map(|(metric, n)| (metric.name().to_owned(), json!(n)))
        .collect())
}
