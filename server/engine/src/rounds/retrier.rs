//! The retrier: claims retries that are due, asks every gate again, and hands
//! them to the sender. What a dead worker left uncertain it settles.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use domain::delivery::DeliveryState;
use domain::gate::Suppression;
use domain::{ChunkId, Timestamp};
use storage::chunks::{self, Chunk};
use storage::deliveries::{self, Delivery};
use storage::ledger::{Outcome, Retried};
use storage::recipients;
use storage::retries::{self, Retry};
use storage::{Reader, StorageError};
use tokio::sync::{Semaphore, mpsc};

use super::{Range, Turn};
use crate::dispatcher::{desk, in_background, withheld_outcome};
use crate::parcel::{BoxedParcel, Order};
use crate::planning;
use crate::policy::uncertain_is_sent_again;
use crate::route::Claimed;
use crate::sender::{Lot, until_mended};
use crate::shared::Shared;

/// Retries in one turn: one sub-batch.
const BATCH: usize = 256;

/// Claims retries for the sender.
pub(super) struct Retrier {
    pub(super) lots: mpsc::Sender<Lot>,
    /// Keeps claims from waiting longer than they hold.
    pub(super) waiting: Arc<Semaphore>,
}

/// A due retry with its delivery.
struct Due {
    retry: Retry,
    /// Which credential it waits for.
    route: i64,
    delivery: Delivery,
}

impl Retrier {
    /// Takes the next due retries of the range.
    pub(super) async fn turn(
        &self,
        shared: &Arc<Shared>,
        range: &Range,
    ) -> Result<Turn, StorageError> {
        let Ok(permit) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return Ok(Turn::Rest);
        };
        let now = shared.now();
        let mut reader = shared.store.read().await?;
        let due = next(shared, &mut reader, range, now).await?;
        if due.is_empty() {
            return Ok(Turn::Rest);
        }
        let places: Vec<_> = due.iter().map(|(retry, _)| retry.place).collect();
        let mut found: HashMap<(ChunkId, i32), Delivery> = deliveries::at(&mut reader, &places)
            .await?
            .into_iter()
            .map(|delivery| ((delivery.chunk_id, delivery.seq), delivery))
            .collect();
        let mut ids: Vec<ChunkId> = places.iter().map(|place| place.chunk_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let chunks = chunks::of_ids(&mut reader, &ids).await?;
        drop(reader);
        if !due.iter().all(|(_, route)| shared.routes.is_in_use(*route)) {
            // Mended by now, it is not to keep its retries waiting once more.
            shared.look_again().await?;
        }

        let mut parcels = Vec::with_capacity(due.len());
        let mut settled = Vec::new();
        let mut by_chunk: HashMap<ChunkId, Vec<Due>> = HashMap::new();
        for (retry, route) in due {
            let place = retry.place;
            if let Some(delivery) = found.remove(&(place.chunk_id, place.seq)) {
                by_chunk.entry(place.chunk_id).or_default().push(Due {
                    retry,
                    route,
                    delivery,
                });
            }
        }
        for chunk in chunks {
            let due = by_chunk.remove(&chunk.id).unwrap_or_default();
            self.sort(shared, now, chunk, due, &mut parcels, &mut settled)
                .await?;
        }
        let settles = !settled.is_empty();
        if settles && shared.ledger.progress(Vec::new(), settled).await.is_err() {
            return Ok(Turn::Rest);
        }
        let parcels = claim(shared, range, parcels).await?;
        let sends = !parcels.is_empty();
        if sends {
            // A closed sender has ended: the claims run out by themselves.
            let _ = self.lots.send(Lot::Retries(parcels, permit)).await;
        }
        // What came to nothing would come again at once.
        Ok(if settles || sends {
            Turn::More
        } else {
            Turn::Rest
        })
    }

    /// Sorts one chunk's due retries into those to send and those that are
    /// settled without a call. `now` is from before they were looked for.
    async fn sort(
        &self,
        shared: &Arc<Shared>,
        now: Timestamp,
        chunk: Chunk,
        due: Vec<Due>,
        parcels: &mut Vec<(Retry, BoxedParcel)>,
        settled: &mut Vec<Retried>,
    ) -> Result<(), StorageError> {
        let push = shared.shelf.push(chunk.push_revision_id).await?;
        let order = Arc::new(Order::of(&chunk, push.compiled.as_ref()));
        let mut claims = HashMap::with_capacity(due.len());
        let mut again = Vec::with_capacity(due.len());
        let mut routes = HashMap::with_capacity(due.len());
        for Due {
            retry,
            route,
            delivery,
        } in due
        {
            let settle = |state, reason: Option<String>| Retried {
                claim: retry,
                account: order.account,
                outcome: Outcome {
                    reason,
                    ..ended(&delivery, state)
                },
            };
            match delivery.state {
                // Its caller died: nobody can know.
                DeliveryState::Started if !uncertain_is_sent_again(chunk.class) => {
                    settled.push(settle(DeliveryState::Unknown, None));
                }
                DeliveryState::Started | DeliveryState::Waiting if now > order.deadline => {
                    let reason = delivery.reason.clone();
                    settled.push(settle(DeliveryState::Expired, reason));
                }
                DeliveryState::Started | DeliveryState::Waiting => {
                    claims.insert(delivery.seq, retry);
                    routes.insert(delivery.seq, route);
                    again.push(delivery);
                }
                // It has its outcome already: only the row is left over.
                _ => settled.push(Retried {
                    account: None,
                    ..settle(delivery.state, None)
                }),
            }
        }
        if again.is_empty() {
            return Ok(());
        }
        let (recipients, devices) = {
            let mut reader = shared.store.read().await?;
            let recipients = recipients::of_deliveries(&mut reader, &again).await?;
            (recipients, deliveries::targets(&mut reader, &again).await?)
        };
        let (ready, withheld) = {
            let (shared, order) = (Arc::clone(shared), Arc::clone(&order));
            in_background(move || {
                let capabilities = shared.shelf.capabilities();
                let desk = desk(&shared, &push, &capabilities, &order);
                planning::plan_again(&desk, &again, recipients, devices)
            })
            .await
            .unwrap_or_default()
        };
        parcels.extend(
            ready
                .into_iter()
                .filter_map(|parcel| Some((*claims.get(&parcel.seq)?, parcel))),
        );
        settled.extend(withheld.into_iter().filter_map(|withheld| {
            let claim = *claims.get(&withheld.seq)?;
            let route = *routes.get(&withheld.seq)?;
            // It was on its way when the credential was refused.
            let waits = withheld.stopped.reason == Suppression::CredentialRefused;
            let mut outcome = withheld_outcome(withheld);
            outcome.route = route;
            if waits {
                outcome = until_mended(outcome, now, order.deadline);
            }
            Some(Retried {
                claim,
                account: order.account,
                outcome,
            })
        }));
        Ok(())
    }
}

/// The retries that come next: of each credential as many as it has room for,
/// the longest due first, and where that is too many in all, of each its part.
async fn next(
    shared: &Shared,
    reader: &mut Reader,
    range: &Range,
    now: Timestamp,
) -> Result<Vec<(Retry, i64)>, StorageError> {
    let mut lines = Vec::new();
    for route in retries::routes(&mut *reader).await? {
        let room = shared.routes.room(route, now).min(BATCH);
        if room == 0 {
            shared.routes.want(route);
            continue;
        }
        let limit = i64::try_from(room).unwrap_or(i64::MAX);
        let due = retries::due(&mut *reader, route, range.lo, range.hi, now, limit).await?;
        if due.len() == room {
            shared.routes.want(route);
        }
        lines.push(due.into_iter().map(move |retry| (retry, route)));
    }
    Ok(in_turn(lines, BATCH))
}

/// From each line one, until there are `most`.
fn in_turn<T>(lines: Vec<impl Iterator<Item = T>>, most: usize) -> Vec<T> {
    let mut lines: VecDeque<_> = lines.into();
    let mut taken = Vec::new();
    while taken.len() < most
        && let Some(mut line) = lines.pop_front()
    {
        if let Some(one) = line.next() {
            taken.push(one);
            lines.push_back(line);
        }
    }
    taken
}

fn ended(delivery: &Delivery, state: DeliveryState) -> Outcome {
    Outcome {
        seq: delivery.seq,
        state,
        reason: None,
        facts: None,
        attempt: delivery.attempt,
        provider_id: delivery.provider_id.clone(),
        retry_at: None,
        route: 0,
        call: None,
        mark: None,
    }
}

/// Claims the retries of these parcels, and keeps the parcels whose claims
/// held.
async fn claim(
    shared: &Shared,
    range: &Range,
    parcels: Vec<(Retry, BoxedParcel)>,
) -> Result<Vec<BoxedParcel>, StorageError> {
    if parcels.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Retry> = parcels.iter().map(|(retry, _)| *retry).collect();
    let mut tx = shared.store.begin().await?;
    range.hold(&mut tx, shared).await?;
    let (now, lease) = (shared.now(), shared.owner.lease_millis);
    let claimed = retries::claim(&mut tx, &wanted, now, lease).await?;
    tx.commit().await?;
    let until: HashMap<_, _> = claimed
        .into_iter()
        .map(|retry| (retry.place, retry.due_at))
        .collect();
    Ok(parcels
        .into_iter()
        .filter_map(|(retry, mut parcel)| {
            parcel.claimed_until = Some(*until.get(&retry.place)?);
            parcel.claimed = Some(Claimed::on(&parcel.route));
            Some(parcel)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::in_turn;

    #[test]
    fn a_long_line_does_not_keep_a_short_one_waiting() {
        let lines = vec![vec!['a'; 1000].into_iter(), vec!['b'; 2].into_iter()];
        let taken: String = in_turn(lines, 6).into_iter().collect();
        assert_eq!(taken, "ababaa");
        assert!(in_turn(Vec::<std::iter::Empty<char>>::new(), 6).is_empty());
    }
}
