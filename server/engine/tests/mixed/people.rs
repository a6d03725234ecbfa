//! Contacts with devices, and pushes decided for them.

use std::collections::HashMap;

use domain::consent::Way;
use domain::contact::ContactInput;
use domain::device::{Channel, DeviceInput};
use domain::push::PushContent;
use domain::{AppId, BindingId, ChunkId, ContactId, PushId, Shard};
use serde_json::json;
use storage::chunks::NewChunk;
use storage::sends::{NewSend, SendKey};
use storage::{chunks, contacts, devices, push_revisions, pushes, sends};

use crate::bed::Bed;

/// Contacts in one transaction.
const BATCH: usize = 1000;
/// Sends in one chunk, as the runner makes them.
const CHUNK: usize = 500;

/// A device to be.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) channel: Channel,
    /// Its push token; a browser's is made by the sandbox from its id.
    pub(crate) token: String,
    /// What the sandbox's faults know it by.
    pub(crate) address: String,
}

impl Device {
    /// The device `n` of a channel.
    pub(crate) fn new(bed: &Bed, channel: Channel, n: usize) -> Self {
        let address = match channel {
            Channel::Apns => format!("{n:064x}"),
            Channel::Fcm => format!("fcm-{n}:{:0<40}", "APA91b"),
            Channel::Adm => format!("amzn1.adm-registration.v1.{n}"),
            Channel::Twilio => format!("twilio-{n}:{:0<40}", "APA91b"),
            Channel::Webpush => format!("browser-{n}"),
        };
        let token = match channel {
            Channel::Webpush => bed.sandbox.browser_token(&address).expect("a browser"),
            _ => address.clone(),
        };
        Self {
            channel,
            token,
            address,
        }
    }
}

/// A contact who is there.
pub(crate) struct Someone {
    shard: Shard,
    id: ContactId,
}

impl Someone {
    /// The same once more.
    pub(crate) fn again(&self) -> Self {
        Self {
            shard: self.shard,
            id: self.id,
        }
    }
}

/// Contacts with these devices, each under a name of its own; and which device
/// each binding is.
pub(crate) async fn register(
    bed: &Bed,
    app: AppId,
    slug: &str,
    people: &[(String, Vec<Device>)],
    bindings: &mut HashMap<BindingId, Device>,
) -> Vec<Someone> {
    let now = bed.now();
    let mut found = Vec::with_capacity(people.len());
    for people in people.chunks(BATCH) {
        let consent = ContactInput {
            opted_in: Some(true),
            ..ContactInput::default()
        };
        let inputs: Vec<_> = people
            .iter()
            .map(|(name, _)| (name.clone(), consent.clone()))
            .collect();
        let all: Vec<(&String, &Device, DeviceInput)> = people
            .iter()
            .flat_map(|(name, devices)| devices.iter().map(move |device| (name, device)))
            .map(|(name, device)| {
                let input = json!({"app": slug, "channel": device.channel, "token": device.token});
                (
                    name,
                    device,
                    serde_json::from_value(input).expect("a device"),
                )
            })
            .collect();
        let registrations: Vec<_> = all
            .iter()
            .map(|(name, device, input)| devices::Registration {
                external_id: name,
                device_id: &device.address,
                app_id: app,
                input,
            })
            .collect();
        let mut tx = bed.store.begin().await.unwrap();
        let made = contacts::upsert(&mut tx, &inputs, now, Way::Import, "test")
            .await
            .unwrap();
        let registered = devices::register(&mut tx, &registrations, now, Way::Import, "test")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        found.extend(made.into_iter().map(|made| Someone {
            shard: made.shard,
            id: made.id,
        }));
        let devices = all.iter().map(|(_, device, _)| (*device).clone());
        bindings.extend(registered.iter().map(|made| made.binding_id).zip(devices));
    }
    found
}

/// A push to an app's devices.
pub(crate) async fn push(bed: &Bed, app: AppId) -> PushId {
    let content = PushContent {
        title: "Hello".to_owned(),
        body: "There".to_owned(),
        app: Some(app),
        ..PushContent::default()
    };
    let mut tx = bed.store.begin().await.unwrap();
    let push = pushes::create(&mut tx, None, "Hello", &content, bed.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    push.id
}

/// Decides a push to all of these, in chunks of shards that follow each other.
pub(crate) async fn decide(bed: &Bed, push: PushId, people: &mut [Someone]) -> Vec<ChunkId> {
    let now = bed.now();
    people.sort_unstable_by_key(|someone| (someone.shard, someone.id));
    let mut ids = Vec::new();
    let mut tx = bed.store.begin().await.unwrap();
    let revision = push_revisions::make(&mut tx, push, "test", now)
        .await
        .unwrap();
    for people in people.chunks(CHUNK) {
        let id = ChunkId(tx.ids().next(now));
        let chunk = NewChunk {
            id,
            push_id: push,
            push_revision_id: revision.id,
            campaign_id: None,
            class: revision.content.class,
            test: false,
            shard_lo: people[0].shard,
            shard_hi: people[people.len() - 1].shard,
            recipients: i32::try_from(people.len()).unwrap(),
        };
        chunks::insert(&mut tx, &[chunk], now).await.unwrap();
        let sends: Vec<_> = people
            .iter()
            .map(|someone| NewSend {
                key: SendKey {
                    shard: someone.shard,
                    contact_id: someone.id,
                    source_id: id.0,
                    step: "push".to_owned(),
                },
                chunk_id: id,
                push_id: push,
                push_revision_id: revision.id,
            })
            .collect();
        sends::insert(&mut tx, &sends, now).await.unwrap();
        ids.push(id);
    }
    tx.commit().await.unwrap();
    ids
}
