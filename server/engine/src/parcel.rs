//! Parcels: deliveries ready to leave, rendered and encoded.

use std::sync::Arc;

use bytes::Bytes;
use delivery::{Message, Options, PushType};
use domain::device::{Binding, Platform};
use domain::payload;
use domain::push::{CompiledPush, DeliveryClass, RawPushType, Rendered};
use domain::{BindingId, ChunkId, ContactId, RevisionId, Shard, Timestamp};
use serde::Serialize;
use storage::chunks::Chunk;
use storage::deliveries::Place;
use storage::rollups::Account;

use crate::route::{Claimed, Route};

/// What every parcel of one chunk shares.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) chunk: ChunkId,
    /// Where the chunk's deliveries are kept.
    pub(crate) home: Shard,
    pub(crate) push_revision_id: RevisionId,
    pub(crate) class: DeliveryClass,
    /// A test: every call is kept, and told at once.
    pub(crate) test: bool,
    /// Whose counts; `None` for a test.
    pub(crate) account: Option<Account>,
    pub(crate) decided_at: Timestamp,
    /// When its time to live ends.
    pub(crate) deadline: Timestamp,
}

impl Order {
    pub(crate) fn of(chunk: &Chunk, push: Option<&CompiledPush>) -> Self {
        let account = Account {
            campaign_id: chunk.campaign_id,
            push_id: chunk.push_id,
        };
        let ttl = push.map_or(0, CompiledPush::ttl_seconds);
        Self {
            chunk: chunk.id,
            home: chunk.home,
            push_revision_id: chunk.push_revision_id,
            class: chunk.class,
            test: chunk.test,
            account: (!chunk.test).then_some(account),
            decided_at: chunk.created_at,
            deadline: crate::policy::deadline(chunk.created_at, ttl),
        }
    }
}

/// A parcel on its way from queue to queue to call: each hands over a pointer.
pub(crate) type BoxedParcel = Box<Parcel>;

/// A delivery ready to leave.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) order: Arc<Order>,
    /// The claim that a retry is made under: until when it holds.
    pub(crate) claimed_until: Option<Timestamp>,
    /// Its place on the route while it waits to be made.
    pub(crate) claimed: Option<Claimed>,
    /// Its number in the chunk.
    pub(crate) seq: i32,
    /// The number of the call that it is for, from 1.
    pub(crate) attempt: i16,
    pub(crate) message: Message,
    pub(crate) route: Arc<Route>,
    pub(crate) device: DeviceKey,
}

/// The device that a parcel is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceKey {
    pub(crate) shard: Shard,
    pub(crate) contact_id: ContactId,
    pub(crate) binding_id: BindingId,
    pub(crate) platform: Platform,
}

impl Parcel {
    /// Packs an encoded body for `binding`.
    pub(crate) fn pack(
        order: Arc<Order>,
        (seq, attempt): (i32, i16),
        rendered: &Rendered<'_>,
        body: Vec<u8>,
        binding: Binding,
        route: Arc<Route>,
    ) -> Self {
        let id = domain::delivery::delivery_uuid(order.chunk, seq);
        let options = payload::options(rendered, binding.platform, id);
        let mut options = Options::of(options, route.topic.clone(), order.decided_at);
        if rendered
            .raw
            .is_some_and(|raw| raw.push_type == RawPushType::Background)
        {
            options.push_type = PushType::Background;
        }
        let message = Message {
            id,
            token: binding.token.into(),
            body: body.into(),
            options,
            validate_only: false,
        };
        let device = DeviceKey {
            shard: binding.shard,
            contact_id: binding.contact_id,
            binding_id: binding.id,
            platform: binding.platform,
        };
        Self {
            order,
            claimed_until: None,
            claimed: None,
            seq,
            attempt,
            message,
            route,
            device,
        }
    }

    /// Where its delivery is kept.
    pub(crate) fn place(&self) -> Place {
        Place {
            home: self.order.home,
            chunk_id: self.order.chunk,
            seq: self.seq,
        }
    }

    /// What was sent, as the attempts keep it.
    pub(crate) fn payload(&self) -> String {
        String::from_utf8_lossy(&self.message.body).into_owned()
    }

    /// What was sent beside the body, as the attempts keep it.
    pub(crate) fn headers(&self) -> String {
        let options = &self.message.options;
        let headers = Headers {
            id: self.message.id,
            topic: options.topic.as_deref(),
            push_type: options.push_type.as_str(),
            priority: options.priority.as_str(),
            expiration: options.expiration,
            collapse_id: options.collapse_id.as_deref(),
        };
        serde_json::to_string(&headers).unwrap_or_default()
    }
}

/// The bodies of a chunk's parcels, put together: one piece of memory for all
/// of them, however many threads they go through.
#[derive(Default)]
pub(crate) struct Bodies {
    whole: Vec<u8>,
    lengths: Vec<usize>,
}

impl Bodies {
    /// How many were taken.
    pub(crate) fn taken(&self) -> usize {
        self.lengths.len()
    }

    /// Takes a parcel's body until [`Self::give_back`].
    pub(crate) fn take(&mut self, parcel: &mut Parcel) {
        let body = std::mem::take(&mut parcel.message.body);
        self.whole.extend_from_slice(&body);
        self.lengths.push(body.len());
    }

    /// Gives the parcels their bodies back, in the order in which they were taken.
    pub(crate) fn give_back(self, parcels: &mut [BoxedParcel]) {
        let mut rest = Bytes::from(self.whole);
        for (parcel, length) in parcels.iter_mut().zip(self.lengths) {
            parcel.message.body = rest.split_to(length);
        }
    }
}

#[derive(Serialize)]
struct Headers<'a> {
    id: uuid::Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    push_type: &'a str,
    priority: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collapse_id: Option<&'a str>,
}
