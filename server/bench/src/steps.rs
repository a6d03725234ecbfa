//! The step machine, in memory and through a database.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::app::CredentialSecret;
use domain::consent::Way;
use domain::contact::Contact;
use domain::device::Channel;
use domain::event::EventInput;
use domain::time::Clock;
use domain::workflow::{Facts, Graph, Position, Revision, run as run_pass};
use domain::{AppId, RevisionId, Shard, Timestamp, WorkflowId};
use engine::{CredentialSource, Deps, Settings, SourceError};
use futures::future::BoxFuture;
use serde_json::{Map, json};
use storage::{Store, campaigns, contacts, events, step_counts, workflow_revisions, workflows};
use uuid::Uuid;

use crate::clock::BenchClock;
use crate::process::Stopwatch;
use crate::{Failure, seed};

/// Trigger, branch, delay, branch, exit.
fn graph() -> Graph {
    let city = json!({"comparisons": [{
        "subject": {"of": "contact", "name": "city"}, "operator": "is", "value": "Porto",
    }]});
    let order = json!({"comparisons": [{
        "subject": {"of": "event", "name": "order"}, "operator": "greater_than", "value": 10,
    }]});
    serde_json::from_value(json!({
        "nodes": [
            {"id": "in", "x": 0.0, "y": 0.0, "step": {
                "kind": "trigger", "trigger": {"on": "event", "name": "order_placed"},
                "re_entry": {"rule": "any_time"},
            }},
            {"id": "where", "x": 0.0, "y": 0.0, "step": {"kind": "branch", "condition": city}},
            {"id": "wait", "x": 0.0, "y": 0.0, "step": {
                "kind": "delay", "delay": {"amount": 1, "unit": "hours"},
            }},
            {"id": "much", "x": 0.0, "y": 0.0, "step": {"kind": "branch", "condition": order}},
            {"id": "out", "x": 0.0, "y": 0.0, "step": {"kind": "exit"}},
        ],
        "edges": [
            {"from": "in", "to": "where"},
            {"from": "where", "port": "yes", "to": "wait"},
            {"from": "where", "port": "no", "to": "wait"},
            {"from": "wait", "to": "much"},
            {"from": "much", "port": "yes", "to": "out"},
            {"from": "much", "port": "no", "to": "out"},
        ],
    }))
    .unwrap_or_default()
}

/// Runs passes to their wait and from there to their end.
pub(crate) fn in_memory(passes: u32) {
    let Ok(revision) = Revision::compile(RevisionId(Uuid::nil()), graph()) else {
        eprintln!("the graph does not compile");
        return;
    };
    let contact = Contact {
        id: Uuid::nil().into(),
        shard: Shard::from_number(0),
        external_id: "ada".to_owned(),
        first_name: None,
        last_name: None,
        email: None,
        locale: None,
        time_zone: None,
        opted_in: Some(true),
        attributes: [(
            "city".to_owned(),
            domain::contact::AttributeValue::Text("Lyon".into()),
        )]
        .into(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let properties = Map::from_iter([("order".to_owned(), json!(7))]);
    let facts = Facts {
        contact: Some(&contact),
        properties: &properties,
    };
    let watch = Stopwatch::start();
    let mut steps = 0;
    for n in 0..passes {
        let now = Timestamp(i64::from(n));
        let from = Position {
            step: revision.start().clone(),
            until: None,
        };
        let first = run_pass(&revision, from, facts, now);
        steps += first.entries.len() as u64;
        let second = run_pass(&revision, first.position, facts, now.plus_seconds(3601));
        steps += second.entries.len() as u64;
    }
    watch.print("steps in memory", steps, json!({}));
}

#[derive(Debug, Args)]
pub(crate) struct StepsArgs {
    /// Where the database is made.
    #[arg(long)]
    dir: PathBuf,
    /// Contacts, each with one pass.
    #[arg(long, default_value_t = 50_000)]
    contacts: usize,
}

struct NoSecrets;

impl CredentialSource for NoSecrets {
    fn load(
        &self,
        _app: AppId,
        _channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>> {
        Box::pin(async { Ok(None) })
    }
}

/// Runs every contact from its event to its end.
pub(crate) async fn run(args: StepsArgs) -> Result<(), Failure> {
    let store = seed::fresh(&args.dir).await?;
    let clock = Arc::new(BenchClock::default());
    let now = clock.now();
    let mut tx = store.begin().await?;
    let campaign = campaigns::create(&mut tx, "Bench", now).await?;
    let workflow = workflows::create(&mut tx, campaign.id, "Bench", &graph(), now).await?;
    workflow_revisions::publish(&mut tx, workflow.id, 1, &[].into(), "bench", now).await?;
    tx.commit().await?;
    for start in (0..args.contacts).step_by(1000) {
        let range = start..(start + 1000).min(args.contacts);
        let inputs: Vec<_> = range.clone().map(seed::contact).collect();
        let placed: Vec<EventInput> = inputs
            .iter()
            .zip(range)
            .map(|((name, _), n)| EventInput {
                id: None,
                external_id: name.clone(),
                name: "order_placed".to_owned(),
                occurred_at: Some(now),
                properties: Map::from_iter([("order".to_owned(), json!(n))]).into(),
            })
            .collect();
        let mut tx = store.begin().await?;
        contacts::upsert(&mut tx, &inputs, now, Way::Import, "bench").await?;
        events::ingest(&mut tx, &placed, now).await?;
        tx.commit().await?;
    }
    let deps = Deps {
        clock: clock.clone(),
        credentials: Arc::new(NoSecrets),
        reach: delivery::Reach::default(),
        settings: Settings {
            poll: Duration::from_millis(5),
            ..Settings::default()
        },
    };
    let all = i64::try_from(args.contacts)?;
    let watch = Stopwatch::start();
    let engine = engine::start(store.clone(), deps).await?;
    until(&store, workflow.id, |counts| counts("wait").entered == all).await?;
    clock.pass(3_600_000);
    engine.events_arrived();
    until(&store, workflow.id, |counts| counts("out").ended == all).await?;
    // Six lines each: left, left, waiting; left, left, ended.
    watch.print("steps through SQLite", args.contacts as u64 * 6, json!({}));
    engine.shutdown(Duration::from_secs(5)).await;
    store.close().await;
    Ok(())
}

async fn until(
    store: &Store,
    workflow: WorkflowId,
    done: impl Fn(&dyn Fn(&str) -> step_counts::StepCount) -> bool,
) -> Result<(), Failure> {
    loop {
        let counts = {
            let mut reader = store.read().await?;
            step_counts::of_workflow(&mut reader, workflow).await?
        };
        if done(&|step: &str| counts.get(&step.into()).copied().unwrap_or_default()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
