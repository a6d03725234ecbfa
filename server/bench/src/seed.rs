//! A database with contacts, a device each, and sends that a workflow decided.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::consent::Way;
use domain::contact::{AttributeValue, ContactInput};
use domain::device::{Channel, DeviceInput};
use domain::push::{DeliveryClass, PushContent};
use domain::time::Clock;
use domain::workflow::StepId;
use domain::{AppId, EnrollmentId, PushId, RevisionId, Timestamp};
use serde_json::{Map, json};
use storage::chunks::{self, NewChunk};
use storage::credentials::NewCredential;
use storage::devices::Registration;
use storage::enrollments::{self, Enrollment, EnrollmentState};
use storage::recipients::TriggerEvent;
use storage::sends::{self, NewSend, SendKey};
use storage::{
    Options, Store, apps, campaigns, contacts, credentials, devices, push_revisions, pushes,
};
use uuid::Uuid;

use crate::Failure;
use crate::clock::BenchClock;

/// Rows in one transaction.
const BATCH: usize = 5_000;
/// Sends in one chunk.
const CHUNK: usize = 500;

#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// The database: `sqlite://…` or `postgres://…`.
    #[arg(long)]
    database: String,
    /// Contacts, each with a device and a decided send.
    #[arg(long, default_value_t = 100_000)]
    contacts: usize,
}

/// Opens a database, and brings it to this version.
pub(crate) async fn open(database: &str) -> Result<Store, Failure> {
    let store = Store::open(database, &Options::new(rand::random())).await?;
    store.migrate().await?;
    Ok(store)
}

/// A fresh SQLite database in `dir`.
pub(crate) async fn fresh(dir: &Path) -> Result<Store, Failure> {
    std::fs::create_dir_all(dir)?;
    for file in ["bench.db", "bench.db-wal", "bench.db-shm"] {
        let path: PathBuf = dir.join(file);
        if path.exists() {
            std::fs::remove_file(path)?;
        }
    }
    open(&format!("sqlite://{}", dir.join("bench.db").display())).await
}

pub(crate) async fn run(args: SeedArgs) -> Result<(), Failure> {
    let store = open(&args.database).await?;
    let now = BenchClock::default().now();
    let app = app(&store, now).await?;
    let (push, revision) = push(&store, now).await?;
    let mut decided = Vec::with_capacity(args.contacts);
    for start in (0..args.contacts).step_by(BATCH) {
        let end = (start + BATCH).min(args.contacts);
        decided.extend(people(&store, app, start..end, now).await?);
    }
    // As the runner leaves them: in chunks of neighbors.
    decided.sort_unstable();
    for part in decided.chunks(CHUNK * 10) {
        decide(&store, part, push, revision, now).await?;
    }
    store.close().await;
    println!("{}", json!({"contacts": args.contacts, "push": push}));
    Ok(())
}

async fn app(store: &Store, now: Timestamp) -> Result<AppId, Failure> {
    let mut tx = store.begin().await?;
    let (app, _) = apps::put(
        &mut tx,
        "shop",
        "Shop",
        &domain::app::Capabilities::default(),
        now,
    )
    .await?;
    let new = NewCredential {
        app_id: app.id,
        channel: Channel::Apns,
        sealed: b"given on the command line",
        summary: "of the sink",
        topic: "com.example.app",
    };
    credentials::put(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(app.id)
}

async fn push(store: &Store, now: Timestamp) -> Result<(PushId, RevisionId), Failure> {
    let content = PushContent {
        title: "Hello {{ contact.first_name | default: \"there\" }}".to_owned(),
        body: "Your order {{ event.order }} for {{ contact.city }} is on its way, \
               and there is more to come."
            .to_owned(),
        link: Some("shop://orders/{{ event.order }}".to_owned()),
        class: DeliveryClass::Promotional,
        ..PushContent::default()
    };
    let mut tx = store.begin().await?;
    let campaign = campaigns::create(&mut tx, "Bench", now).await?;
    let push = pushes::create(&mut tx, Some(campaign.id), "Bench", &content, now).await?;
    let revision = push_revisions::make(&mut tx, push.id, "bench", now).await?;
    tx.commit().await?;
    Ok((push.id, revision.id))
}

/// What is known of contact `n`.
pub(crate) fn contact(n: usize) -> (String, ContactInput) {
    const CITIES: [&str; 4] = ["Berlin", "Porto", "Kraków", "Lyon"];
    let input = ContactInput {
        first_name: Some(format!("Ada{n}")),
        email: Some(format!("ada{n}@example.com")),
        locale: Some("en-GB".to_owned()),
        opted_in: Some(true),
        attributes: [(
            "city".to_owned(),
            Some(AttributeValue::Text(CITIES[n % 4].to_owned())),
        )]
        .into(),
        ..ContactInput::default()
    };
    (format!("contact-{n}"), input)
}

async fn people(
    store: &Store,
    app: AppId,
    range: std::ops::Range<usize>,
    now: Timestamp,
) -> Result<Vec<SendKey>, Failure> {
    let inputs: Vec<(String, ContactInput)> = range.clone().map(contact).collect();
    let bindings: Vec<DeviceInput> = range
        .clone()
        .map(|n| {
            let token = format!("{n:064x}");
            serde_json::from_value(json!({"app": "shop", "channel": "apns", "token": token}))
        })
        .collect::<Result<_, _>>()?;
    let mut tx = store.begin().await?;
    let made = contacts::upsert(&mut tx, &inputs, now, Way::Import, "bench").await?;
    let registrations: Vec<Registration<'_>> = inputs
        .iter()
        .zip(&bindings)
        .map(|((name, _), input)| Registration {
            external_id: name,
            device_id: name,
            app_id: app,
            input,
        })
        .collect();
    devices::register(&mut tx, &registrations, now, Way::Import, "bench").await?;
    let mut passes = Vec::with_capacity(made.len());
    for (contact, n) in made.iter().zip(range) {
        let properties = Map::from_iter([("order".to_owned(), json!(n))]);
        passes.push(Enrollment {
            shard: contact.shard,
            id: EnrollmentId(Uuid::from_u128(n as u128 + 1)),
            contact_id: contact.id,
            workflow_id: Uuid::nil().into(),
            revision_id: Uuid::nil().into(),
            step: StepId::from("out"),
            state: EnrollmentState::Ended,
            due_at: None,
            version: 1,
            entered_at: now,
            ended_at: Some(now),
            event: TriggerEvent {
                properties,
                ..TriggerEvent::none(now)
            },
        });
    }
    // As the enroller takes a batch of events: shard by shard.
    passes.sort_unstable_by_key(|pass| (pass.shard, pass.id));
    enrollments::insert(&mut tx, &passes).await?;
    tx.commit().await?;
    Ok(passes
        .into_iter()
        .map(|pass| SendKey {
            shard: pass.shard,
            contact_id: pass.contact_id,
            source_id: pass.id.0,
            step: "push".to_owned(),
        })
        .collect())
}

async fn decide(
    store: &Store,
    keys: &[SendKey],
    push: PushId,
    revision: RevisionId,
    now: Timestamp,
) -> Result<(), Failure> {
    let (mut decided, mut sent) = (Vec::new(), Vec::with_capacity(keys.len()));
    for part in keys.chunks(CHUNK) {
        let [first, .., last] = part else { continue };
        let id = store.ids().next_chunk(now);
        decided.push(NewChunk {
            id,
            push_id: push,
            push_revision_id: revision,
            campaign_id: None,
            class: DeliveryClass::Promotional,
            test: false,
            shard_lo: first.shard,
            shard_hi: last.shard,
            recipients: i32::try_from(part.len())?,
        });
        sent.extend(part.iter().map(|key| NewSend {
            key: key.clone(),
            chunk_id: id,
            push_id: push,
            push_revision_id: revision,
        }));
    }
    let mut tx = store.begin().await?;
    chunks::insert(&mut tx, &decided, now).await?;
    sends::insert(&mut tx, &sent, now).await?;
    tx.commit().await?;
    Ok(())
}
