//! Deliveries of a plan, before they are written.

use std::sync::Arc;

use domain::delivery::DeliveryState;
use domain::device::Channel;
use domain::gate::{GateFacts, GateMask};
use domain::{BindingId, ChunkId, ContactId, Shard, Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, Scalar, shard};
use crate::{Result, Tx, codes, facts};

/// A delivery about to be written, planned or suppressed.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Its number in the chunk.
    pub seq: i32,
    /// The contact's shard.
    pub contact_shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The device.
    pub binding_id: BindingId,
    /// The provider.
    pub channel: Channel,
    /// The send's source.
    pub source_id: Uuid,
    /// The send's step.
    pub step: Arc<str>,
    /// `Planned` or `Suppressed`.
    pub state: DeliveryState,
    /// The gate's reason, if one stopped it.
    pub reason: Option<&'static str>,
    /// What that gate saw.
    pub facts: Option<GateFacts>,
    /// The gates passed, the contact's included.
    pub mask: GateMask,
}

impl NewDelivery {
    fn is_planned(&self) -> bool {
        self.state == DeliveryState::Planned && self.reason.is_none() && self.facts.is_none()
    }

    /// Whether both are planned, by one step and past the same gates.
    fn is_planned_as(&self, other: &Self) -> bool {
        self.is_planned() && self.mask == other.mask && self.step == other.step
    }
}

/// Writes a plan's deliveries.
pub(crate) async fn insert(
    tx: &mut Tx,
    home: Shard,
    chunk: ChunkId,
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<()> {
    let (usual, others): (Vec<_>, Vec<_>) = match deliveries.iter().find(|d| d.is_planned()) {
        Some(first) => deliveries.iter().partition(|d| d.is_planned_as(first)),
        None => (Vec::new(), deliveries.iter().collect()),
    };
    insert_usual(tx, home, chunk, &usual).await?;
    insert_others(tx, home, chunk, &others, now).await
}

/// What is each delivery's own: `seq contact_shard contact_id binding_id channel source_id`.
fn rows_of<'a>(deliveries: &'a [&NewDelivery]) -> Rows<'a> {
    Rows::new()
        .column(deliveries.iter().map(|d| d.seq))
        .column(deliveries.iter().map(|d| d.contact_shard))
        .column(deliveries.iter().map(|d| d.contact_id))
        .column(deliveries.iter().map(|d| d.binding_id))
        .column(deliveries.iter().map(|d| codes::channel(d.channel)))
        .column(deliveries.iter().map(|d| d.source_id))
}

/// Writes deliveries that are planned, all by one step and past the same gates: what
/// they have in common is not said for each.
async fn insert_usual(
    tx: &mut Tx,
    home: Shard,
    chunk: ChunkId,
    deliveries: &[&NewDelivery],
) -> Result<()> {
    const SQL: &str = "WITH r (seq, contact_shard, contact_id, binding_id, channel, source_id) \
        AS ({rows}) INSERT INTO deliveries (shard, chunk_id, seq, contact_shard, contact_id, \
        binding_id, channel, source_id, step, state, attempt, gates_mask) \
        SELECT CAST($1 AS SMALLINT), $2, seq, contact_shard, contact_id, binding_id, channel, \
        source_id, $4, 0, 0, CAST($3 AS INTEGER) FROM r";
    let Some(first) = deliveries.first() else {
        return Ok(());
    };
    let rows = rows_of(deliveries);
    let scalars = [
        Scalar::Big(shard(home).into()),
        Scalar::Uuid(chunk.0),
        Scalar::Big(first.mask.0.into()),
        Scalar::Text(first.step.clone()),
    ];
    with_engine!(tx.conn(), |db| db
        .execute_rows(SQL, &rows, &scalars)
        .await?);
    Ok(())
}

async fn insert_others(
    tx: &mut Tx,
    home: Shard,
    chunk: ChunkId,
    deliveries: &[&NewDelivery],
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "WITH r (seq, contact_shard, contact_id, binding_id, channel, source_id, \
        step, state, reason, gates_mask, facts) AS ({rows}) \
        INSERT INTO deliveries (shard, chunk_id, seq, contact_shard, contact_id, binding_id, \
        channel, source_id, step, state, reason, attempt, gates_mask, facts, finished_at) \
        SELECT CAST($1 AS SMALLINT), $2, seq, contact_shard, contact_id, binding_id, channel, \
        source_id, step, state, reason, 0, gates_mask, facts, CASE WHEN state = 0 THEN NULL ELSE $3 END \
        FROM r";
    let rows = rows_of(deliveries)
        .column(deliveries.iter().map(|d| &*d.step))
        .column(deliveries.iter().map(|d| d.state.code()))
        .column(deliveries.iter().map(|d| d.reason))
        .column(deliveries.iter().map(|d| d.mask.0))
        .column(
            deliveries
                .iter()
                .map(|d| d.facts.as_ref().and_then(facts::pack)),
        );
    let scalars = [
        Scalar::Big(shard(home).into()),
        Scalar::Uuid(chunk.0),
        Scalar::Big(now.as_millis()),
    ];
    with_engine!(tx.conn(), |db| db
        .execute_rows(SQL, &rows, &scalars)
        .await?);
    Ok(())
}
