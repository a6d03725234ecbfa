//! The dispatcher: claims chunks, plans those that are decided, settles what
//! dead workers left uncertain, and hands all of them to the sender.

use std::sync::Arc;

use domain::Timestamp;
use domain::delivery::DeliveryState;
use domain::push::{CompiledPush, DeliveryClass, Needs};
use storage::StorageError;
use storage::chunks::{self, Chunk, ChunkState};
use storage::deliveries;
use storage::ledger::{self, Outcome, Plan};
use storage::recipients::{self, Depth};
use storage::rollups::{self, Counts, Metric};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

use crate::parcel::Order;
use crate::planning::{self, Desk, Planned, Withheld};
use crate::sender::{Lane, Lot};
use crate::shared::{Hold, Shared};
use crate::shelf::Push;

/// Chunks in hand that have not all started yet: enough for the sender never
/// to wait, few enough to stay small.
const IN_HAND: usize = 10;
/// Of these, kept free for urgent ones.
const FOR_URGENT: usize = 2;
/// Chunks that one claim takes.
const AT_ONCE: usize = 4;

/// Chunks that are read and rendered at once: half of the cores' worth, since the
/// sender, the ledger and the providers' answers need the others; more only push each
/// other's data out of the caches.
fn desks() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).max(1)
}

/// What comes with a claimed chunk: room for it, and its lease.
type Hand = (OwnedSemaphorePermit, Hold);

/// Claims and hands over until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, lots: mpsc::Sender<Lot>) {
    let room = Arc::new(Semaphore::new(IN_HAND - FOR_URGENT));
    let urgent_room = Arc::new(Semaphore::new(FOR_URGENT));
    let desks = Arc::new(Semaphore::new(desks()));
    let mut planning = JoinSet::new();
    while !shared.stop.is_cancelled() {
        while planning.try_join_next().is_some() {}
        let mut permits = take(&room, AT_ONCE);
        let full = permits.is_empty();
        if full {
            permits = take(&urgent_room, FOR_URGENT);
        }
        let claimed = claim(&shared, permits, full).await.unwrap_or_else(|error| {
            tracing::error!(%error, source = ?error, "chunks cannot be claimed");
            Vec::new()
        });
        if claimed.is_empty() {
            // Either there is nothing to do, or no room: both end by a bell.
            // Room that was made in the meantime rings it too.
            tokio::select! {
                go_on = shared.wait_for(&shared.sends) => if !go_on { break },
                Some(_) = planning.join_next() => {}
                _ = room.acquire(), if full => {}
            }
            continue;
        }
        for (chunk, permit) in claimed {
            let (shared, lots) = (Arc::clone(&shared), lots.clone());
            let desks = Arc::clone(&desks);
            planning.spawn(async move {
                let id = chunk.id;
                if let Err(error) = prepare(&shared, chunk, permit, &desks, &lots).await {
                    // Its lease runs out, and somebody tries again.
                    tracing::error!(chunk = %id, %error, source = ?error,
                        "a chunk cannot be prepared");
                }
            });
        }
    }
    planning.shutdown().await;
}

fn take(room: &Arc<Semaphore>, most: usize) -> Vec<OwnedSemaphorePermit> {
    (0..most)
        .map_while(|_| Arc::clone(room).try_acquire_owned().ok())
        .collect()
}

/// As many chunks as there are permits, each with its own.
async fn claim(
    shared: &Shared,
    permits: Vec<OwnedSemaphorePermit>,
    urgent_only: bool,
) -> Result<Vec<(Chunk, OwnedSemaphorePermit)>, StorageError> {
    if permits.is_empty() {
        return Ok(Vec::new());
    }
    let now = shared.now();
    {
        let mut reader = shared.store.read().await?;
        if !chunks::any_free(&mut reader, now, urgent_only).await? {
            return Ok(Vec::new());
        }
    }
    let limit = i64::try_from(permits.len()).unwrap_or(1);
    let mut tx = shared.store.begin().await?;
    let claimed = chunks::claim(
        &mut tx,
        shared.owner.id,
        now,
        shared.owner.lease_millis,
        limit,
        urgent_only,
    )
    .await?;
    tx.commit().await?;
    Ok(claimed.into_iter().zip(permits).collect())
}

async fn prepare(
    shared: &Arc<Shared>,
    chunk: Chunk,
    permit: OwnedSemaphorePermit,
    desks: &Semaphore,
    lots: &mpsc::Sender<Lot>,
) -> Result<(), StorageError> {
    let hand = (permit, Hold::new(shared, chunk.id));
    shared.look().await?;
    let push = shared.shelf.push(chunk.push_revision_id).await?;
    let order = Arc::new(Order::of(&chunk, push.compiled.as_ref()));
    let lane = match chunk.state {
        ChunkState::Decided => plan(shared, chunk, push, order, hand, desks).await?,
        ChunkState::Planned | ChunkState::Sending => {
            resume(shared, chunk, push, order, hand).await?
        }
        ChunkState::Finished => None,
    };
    if let Some(lane) = lane {
        // A closed sender has ended: the lease is given up at the end.
        let _ = lots.send(Lot::Chunk(lane)).await;
    }
    Ok(())
}

/// Plans a decided chunk. `None` when nothing of it may leave, or when it was
/// lost to another worker.
async fn plan(
    shared: &Arc<Shared>,
    chunk: Chunk,
    push: Arc<Push>,
    order: Arc<Order>,
    hand: Hand,
    desks: &Semaphore,
) -> Result<Option<Lane>, StorageError> {
    let depth = match push.compiled.as_ref().map(CompiledPush::needs) {
        None | Some(Needs::Nothing) => Depth::Gates,
        Some(Needs::Contact) => Depth::Contact,
        Some(Needs::ContactAndEvent) => Depth::Event,
    };
    // Tests and transactional pushes wait for no other's plan.
    let urgent = chunk.test || chunk.class == DeliveryClass::Transactional;
    let desk = if urgent {
        None
    } else {
        desks.acquire().await.ok()
    };
    let fetched = {
        let mut reader = shared.store.read().await?;
        recipients::of_chunk(&mut reader, chunk.id, depth).await?
    };
    let planned = {
        let (shared, order) = (Arc::clone(shared), Arc::clone(&order));
        in_background(move || {
            let capabilities = shared.shelf.capabilities();
            let desk = self::desk(&shared, &push, &capabilities, &order);
            let (recipients, devices) = fetched.decode()?;
            planning::plan(&desk, recipients, devices)
        })
        .await
        .transpose()?
    };
    drop(desk);
    let Some(Planned {
        deliveries,
        usual,
        usual_count,
        others,
        parcels,
    }) = planned
    else {
        return Ok(None);
    };
    let total = i32::try_from(deliveries.len()).unwrap_or(i32::MAX);
    let plan = Plan {
        chunk: chunk.id,
        epoch: chunk.epoch,
        home: chunk.home,
        account: order.account,
        deliveries,
        usual,
        usual_count,
        others,
    };
    let held = shared.ledger.plan(plan).await.unwrap_or(false);
    if chunk.test {
        shared.tell(chunk.id);
    }
    Ok((held && !parcels.is_empty())
        .then(|| Lane::new(order, &chunk, total, parcels, Vec::new(), hand)))
}

/// Takes over a chunk that another worker left, or this one before it was
/// killed. `None` when that cannot be done at present.
async fn resume(
    shared: &Arc<Shared>,
    chunk: Chunk,
    push: Arc<Push>,
    order: Arc<Order>,
    hand: Hand,
) -> Result<Option<Lane>, StorageError> {
    let now = shared.now();
    let uncertain = settle(shared, &chunk, &order, now).await?;
    tracing::warn!(chunk = %chunk.id, started_to = chunk.started_to, uncertain,
        "a chunk was left by a worker that fell silent; it goes on");
    let (open, recipients, devices) = {
        let mut reader = shared.store.read().await?;
        let open = deliveries::open_of_chunk(&mut reader, chunk.home, chunk.id).await?;
        let recipients = recipients::of_deliveries(&mut reader, &open).await?;
        let devices = deliveries::targets(&mut reader, &open).await?;
        (open, recipients, devices)
    };
    let planned = {
        let (shared, order) = (Arc::clone(shared), Arc::clone(&order));
        in_background(move || {
            let capabilities = shared.shelf.capabilities();
            let desk = desk(&shared, &push, &capabilities, &order);
            planning::plan_again(&desk, &open, recipients, devices)
        })
        .await
    };
    let Some((parcels, withheld)) = planned else {
        // Nothing is settled: whoever takes it over when its lease is over tries again.
        return Ok(None);
    };
    let outcomes = withheld.into_iter().map(withheld_outcome).collect();
    Ok(Some(Lane::new(
        order,
        &chunk,
        chunk.deliveries,
        parcels,
        outcomes,
        hand,
    )))
}

/// Settles what is uncertain, and counts what is unknown from here.
async fn settle(
    shared: &Shared,
    chunk: &Chunk,
    order: &Order,
    now: Timestamp,
) -> Result<u64, StorageError> {
    let mut tx = shared.store.begin().await?;
    let uncertain = ledger::settle_uncertain(&mut tx, shared.owner, chunk, now).await?;
    if let Some(account) = order.account
        && !crate::policy::uncertain_is_sent_again(chunk.class)
    {
        let mut counts = Counts::default();
        counts.add(account, Metric::Unknown, "", uncertain.cast_signed());
        rollups::add(&mut tx, shared.shelf.day(now), &counts).await?;
    }
    tx.commit().await?;
    metrics::counter!("carillon_deliveries_uncertain_total").increment(uncertain);
    if chunk.test {
        shared.tell(chunk.id);
    }
    Ok(uncertain)
}

/// The outcome of a delivery that a gate stopped after it was planned.
pub(crate) fn withheld_outcome(withheld: Withheld) -> Outcome {
    Outcome {
        seq: withheld.seq,
        state: DeliveryState::Suppressed,
        reason: Some(withheld.stopped.reason.name().to_owned()),
        facts: withheld.stopped.facts,
        attempt: withheld.attempt,
        provider_id: None,
        retry_at: None,
        route: 0,
        call: None,
        mark: None,
    }
}

pub(crate) fn desk<'a>(
    shared: &'a Shared,
    push: &'a Push,
    capabilities: &'a std::collections::HashMap<domain::AppId, domain::app::Capabilities>,
    order: &'a Arc<Order>,
) -> Desk<'a> {
    Desk {
        push: push.compiled.as_ref(),
        stopped: shared.shelf.is_stopped(order.push_revision_id),
        capabilities,
        routes: &shared.routes,
        order,
        now: shared.now(),
    }
}

/// Computes beside the runtime's own work. `None` when it panicked.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Some(done),
        Err(error) => {
            tracing::error!(%error, "planning ended early");
            None
        }
    }
}
