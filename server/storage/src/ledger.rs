//! The ledger: what makes a delivery durable before its provider is called
//! and records its outcome after. Every write carries its chunk's owner and
//! epoch; of a chunk that was lost to another owner nothing is written.

#[macro_use]
mod outcomes;

use std::collections::HashSet;

use domain::delivery::DeliveryState;
use domain::gate::GateFacts;
use domain::push::DeliveryClass;
use domain::{ChunkId, Shard, Timestamp};
use uuid::Uuid;

use crate::attempts::Call;
use crate::chunks::{self, Chunk, ChunkState};
use crate::deliveries::{self, NewDelivery, Place};
use crate::devices::{StateChange, TokenChange};
use crate::dialect::{Dialect, Statement};
use crate::retries::{self, Retry};
use crate::rollups::{Account, Counts, Metric};
use crate::rows::{Rows, Scalar, shard};
use crate::sends::{SendKey, SendVerdict};
use crate::{Result, StorageError, Store, Tx};
use outcomes::Written;

/// Who writes.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The worker.
    pub id: Uuid,
    /// How long each write prolongs its chunk's lease.
    pub lease_millis: i64,
}

/// A decided chunk's plan: what every gate said, and the deliveries.
#[derive(Debug)]
pub struct Plan {
    /// The chunk.
    pub chunk: ChunkId,
    /// The claim's epoch.
    pub epoch: i64,
    /// Where its deliveries are kept.
    pub home: Shard,
    /// Whose counts; `None` for a test.
    pub account: Option<Account>,
    /// The deliveries in order, suppressed ones included.
    pub deliveries: Vec<NewDelivery>,
    /// The verdict of every send that `others` does not name.
    pub usual: SendVerdict,
    /// How many sends have the usual verdict.
    pub usual_count: i64,
    /// The other verdicts.
    pub others: Vec<(SendKey, SendVerdict)>,
}

/// How a chunk in hand went on since the last write.
#[derive(Debug)]
pub struct Progress {
    /// The chunk.
    pub chunk: ChunkId,
    /// The claim's epoch.
    pub epoch: i64,
    /// Where its deliveries are kept.
    pub home: Shard,
    /// Whose counts; `None` for a test.
    pub account: Option<Account>,
    /// Deliveries below this number may leave once this is written.
    pub started_to: i32,
    /// Whether nothing is left to do.
    pub finished: bool,
    /// What is known now.
    pub outcomes: Vec<Outcome>,
}

/// What became of a retried delivery.
#[derive(Debug)]
pub struct Retried {
    /// The claim under which it was called.
    pub claim: Retry,
    /// Whose counts; `None` for a test.
    pub account: Option<Account>,
    /// What is known now.
    pub outcome: Outcome,
}

/// What became of a delivery's call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its number in the chunk.
    pub seq: i32,
    /// What became of it.
    pub state: DeliveryState,
    /// Why.
    pub reason: Option<String>,
    /// What a gate saw that stopped it after it was planned.
    pub facts: Option<GateFacts>,
    /// How many calls were made.
    pub attempt: i16,
    /// The provider's own identifier.
    pub provider_id: Option<String>,
    /// When to try again: `state` is `Waiting` then.
    pub retry_at: Option<Timestamp>,
    /// Which credential a retry waits for: [`retries::route`].
    pub route: i64,
    /// The call, where it is worth keeping.
    pub call: Option<Box<Call>>,
    /// What the answer says about the device.
    pub mark: Option<Box<Mark>>,
}

impl Outcome {
    /// Taken at the first call: nothing but its number needs to be told.
    fn is_plain(&self) -> bool {
        self.state == DeliveryState::Accepted
            && self.attempt == 1
            && self.provider_id.is_none()
            && self.reason.is_none()
    }
}

/// What a provider's answer says about a device.
#[derive(Clone, Debug)]
pub enum Mark {
    /// It cannot be sent to as before.
    State(StateChange),
    /// It has another token.
    Token(TokenChange),
}

/// Writes a plan. `false` when the chunk was lost to another owner.
pub async fn write_plan(
    tx: &mut Tx,
    owner: Owner,
    plan: &Plan,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<bool> {
    const CHUNK: &str = "UPDATE chunks SET state = $4, deliveries = $5, finished_at = $6, \
        lease_until = $7, usual_state = $8, usual_reason = $9, usual_mask = $10 \
        WHERE id = $1 AND owner = $2 AND epoch = $3 AND state = 0";
    const OTHERS: &str = "WITH r (shard, contact_id, source_id, step, state, reason, mask) \
        AS ({rows}) UPDATE sends SET state = r.state, reason = r.reason, gates_mask = r.mask \
        FROM r WHERE sends.shard = r.shard AND sends.contact_id = r.contact_id \
        AND sends.source_id = r.source_id AND sends.step = r.step";
    let open = plan.deliveries.iter().any(|d| !d.state.is_final());
    let state = if open {
        ChunkState::Planned
    } else {
        ChunkState::Finished
    };
    let total = i32::try_from(plan.deliveries.len())
        .map_err(|_| StorageError::corrupt("a chunk's deliveries"))?;
    let finished_at = (!open).then_some(now.as_millis());
    let held = with_engine!(tx.conn(), |db| {
        let until = db.lease_clock(now).await?.plus_millis(owner.lease_millis);
        sqlx::query(CHUNK)
            .bind(plan.chunk.0)
            .bind(owner.id)
            .bind(plan.epoch)
            .bind(state.code())
            .bind(total)
            .bind(finished_at)
            .bind(until.as_millis())
            .bind(plan.usual.state.code())
            .bind(plan.usual.reason.map(domain::gate::Suppression::code))
            .bind(plan.usual.mask.0)
            .execute(&mut *db)
            .await?
            .rows_affected()
    });
    if held == 0 {
        return Ok(false);
    }
    deliveries::insert(tx, plan.home, plan.chunk, &plan.deliveries, now).await?;
    let others = &plan.others;
    let rows = Rows::new()
        .column(others.iter().map(|(key, _)| key.shard))
        .column(others.iter().map(|(key, _)| key.contact_id))
        .column(others.iter().map(|(key, _)| key.source_id))
        .column(others.iter().map(|(key, _)| key.step.as_str()))
        .column(others.iter().map(|(_, verdict)| verdict.state.code()))
        .column(
            others
                .iter()
                .map(|(_, verdict)| verdict.reason.map(domain::gate::Suppression::code)),
        )
        .column(others.iter().map(|(_, verdict)| verdict.mask.0));
    with_engine!(tx.conn(), |db| db.execute_rows(OTHERS, &rows, &[]).await?);
    if let Some(account) = plan.account {
        count_plan(plan, account, counts);
    }
    Ok(true)
}

fn count_plan(plan: &Plan, account: Account, counts: &mut Counts) {
    let verdicts = others_and_usual(plan);
    for (verdict, n) in verdicts {
        if let Some(metric) = Metric::of_send(verdict.state) {
            counts.add(account, metric, verdict.reason.map_or("", |r| r.name()), n);
        }
    }
    for delivery in plan
        .deliveries
        .iter()
        .filter(|d| d.state == DeliveryState::Suppressed)
    {
        counts.add(
            account,
            Metric::DeviceSuppressed,
            delivery.reason.unwrap_or_default(),
            1,
        );
    }
}

fn others_and_usual(plan: &Plan) -> impl Iterator<Item = (SendVerdict, i64)> {
    plan.others
        .iter()
        .map(|(_, verdict)| (*verdict, 1))
        .chain(std::iter::once((plan.usual, plan.usual_count)))
}

/// Begins a transaction with how chunks went on, and prolongs their leases. Returns
/// the chunks that were lost to another owner: nothing of theirs was written.
pub async fn begin_with_progress(
    store: &Store,
    owner: Owner,
    progress: &[Progress],
    now: Timestamp,
    counts: &mut Counts,
) -> Result<(Tx, Vec<ChunkId>)> {
    let mut lost = Vec::new();
    loop {
        let ours: Vec<&Progress> = progress
            .iter()
            .filter(|p| !lost.contains(&p.chunk))
            .collect();
        let (plain, others) = plain_and_others(&ours);
        let runs = outcomes::runs(plain.iter().map(|written| written.place));
        let (mut tx, held) = store
            .begin_with(now, |clock| {
                vec![
                    prolonged(owner, &ours, clock, now),
                    outcomes::accepted(&runs, now),
                ]
            })
            .await?;
        let held: HashSet<ChunkId> = held.into_iter().map(ChunkId).collect();
        let gone = ours.iter().map(|p| p.chunk).filter(|c| !held.contains(c));
        let known = lost.len();
        lost.extend(gone);
        if lost.len() > known {
            // Nearly never: what was written of them is undone with the rest.
            tx.rollback().await?;
            continue;
        }
        outcomes::write_others(&mut tx, &others, now).await?;
        outcomes::write_around(&mut tx, plain.iter().chain(&others), now, counts).await?;
        return Ok((tx, lost));
    }
}

/// How far chunks are, and until when they are leased.
fn prolonged<'a>(
    owner: Owner,
    progress: &[&'a Progress],
    clock: Timestamp,
    now: Timestamp,
) -> Statement<'a> {
    const SQL: &str = "WITH r (id, epoch, started_to, state, finished_at) AS ({rows}) \
        UPDATE chunks SET started_to = r.started_to, state = r.state, \
        finished_at = r.finished_at, lease_until = $2 FROM r \
        WHERE chunks.id = r.id AND chunks.epoch = r.epoch AND chunks.owner = $1 \
        AND chunks.finished_at IS NULL RETURNING chunks.id";
    let state = |finished| {
        if finished {
            ChunkState::Finished
        } else {
            ChunkState::Sending
        }
    };
    let until = clock.plus_millis(owner.lease_millis);
    Statement {
        template: SQL,
        rows: Rows::new()
            .column(progress.iter().map(|p| p.chunk))
            .column(progress.iter().map(|p| p.epoch))
            .column(progress.iter().map(|p| p.started_to))
            .column(progress.iter().map(|p| state(p.finished).code()))
            .column(progress.iter().map(|p| p.finished.then_some(now))),
        scalars: vec![Scalar::Uuid(owner.id), Scalar::Big(until.as_millis())],
    }
}

/// Outcomes that are told as runs, nearly all of them, and those told one by one.
fn plain_and_others<'a>(progress: &[&'a Progress]) -> (Vec<Written<'a>>, Vec<Written<'a>>) {
    let total = progress.iter().map(|p| p.outcomes.len()).sum();
    let (mut plain, mut others) = (Vec::with_capacity(total), Vec::new());
    for written in outcomes_of(progress) {
        if written.is_plain() {
            plain.push(written);
        } else {
            others.push(written);
        }
    }
    (plain, others)
}

fn outcomes_of<'a>(progress: &[&'a Progress]) -> impl Iterator<Item = Written<'a>> {
    progress.iter().flat_map(|p| {
        p.outcomes.iter().map(|outcome| Written {
            place: Place {
                home: p.home,
                chunk_id: p.chunk,
                seq: outcome.seq,
            },
            account: p.account,
            outcome,
            waited: false,
        })
    })
}

/// Writes what became of retried deliveries. Returns how many of them were
/// lost to another worker: nothing of theirs was written.
pub async fn write_retried(
    tx: &mut Tx,
    retried: &[Retried],
    now: Timestamp,
    counts: &mut Counts,
) -> Result<usize> {
    let claims: Vec<Retry> = retried.iter().map(|r| r.claim).collect();
    let settled: HashSet<Retry> = retries::settle(tx, &claims).await?.into_iter().collect();
    let outcomes: Vec<Written<'_>> = retried
        .iter()
        .filter(|r| settled.contains(&r.claim))
        .map(|r| Written {
            place: r.claim.place,
            account: r.account,
            outcome: &r.outcome,
            waited: true,
        })
        .collect();
    outcomes::write_others(tx, &outcomes, now).await?;
    outcomes::write_around(tx, outcomes.iter(), now, counts).await?;
    Ok(retried.len() - outcomes.len())
}

/// Settles what a dead owner left uncertain in a claimed chunk: deliveries
/// that may have left and have no outcome. At most once, they are unknown from
/// here; at least once, they count as called once and stay to be sent again.
///
/// # Errors
/// `StaleLease` when the chunk was lost to another owner.
pub async fn settle_uncertain(
    tx: &mut Tx,
    owner: Owner,
    chunk: &Chunk,
    now: Timestamp,
) -> Result<u64> {
    const UNKNOWN: &str = concat!(
        "UPDATE deliveries SET state = 7, attempt = attempt + 1, finished_at = $4 \
         WHERE shard = $1 AND chunk_id = $2 AND seq < $3 AND state = 0 AND ",
        in_no_run!()
    );
    const AGAIN: &str = concat!(
        "UPDATE deliveries SET attempt = attempt + 1 \
         WHERE shard = $1 AND chunk_id = $2 AND seq < $3 AND state = 0 AND ",
        in_no_run!()
    );
    chunks::hold(tx, chunk.id, owner.id, chunk.epoch).await?;
    with_engine!(tx.conn(), |db| {
        let home = shard(chunk.home);
        let done = match chunk.class {
            DeliveryClass::Promotional => {
                sqlx::query(UNKNOWN)
                    .bind(home)
                    .bind(chunk.id.0)
                    .bind(chunk.started_to)
                    .bind(now.as_millis())
                    .execute(&mut *db)
                    .await?
            }
            DeliveryClass::Transactional => {
                sqlx::query(AGAIN)
                    .bind(home)
                    .bind(chunk.id.0)
                    .bind(chunk.started_to)
                    .execute(&mut *db)
                    .await?
            }
        };
        Ok(done.rows_affected())
    })
}
