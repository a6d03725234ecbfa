//! The runner: takes due enrollments through every step that does not wait,
//! and writes each of them once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use domain::contact::Contact;
use domain::workflow::{Effect, Entry, Facts, Pass, Position, run};
use domain::{ChunkId, ContactId, PushId, RevisionId, Timestamp};
use storage::chunks::{self, NewChunk};
use storage::enrollments::{self, Enrollment, EnrollmentState, LogLine};
use storage::sends::{self, NewSend, SendKey};
use storage::step_counts::{self, StepDeltas};
use storage::{StorageError, contacts};

use super::{Range, Turn};
use crate::shared::Shared;
use crate::shelf::Workflow;

/// Enrollments in one turn.
const BATCH: i64 = 2000;
/// Sends in one chunk.
pub(crate) const CHUNK: usize = 500;
/// Lines that one version of an enrollment may log: more than a graph has
/// steps.
const LINES_A_VERSION: i64 = 2048;
/// When an enrollment whose stored workflow does not run is looked at again,
/// in milliseconds.
const LOOK_AGAIN_MILLIS: i64 = 60_000;

/// An enrollment with where it stands after this turn.
struct Moved {
    enrollment: Enrollment,
    /// Empty when its workflow does not run: it only waits on.
    entries: Vec<Entry>,
    workflow: Option<Arc<Workflow>>,
    arrived: bool,
}

/// Runs the next due enrollments of the range.
pub(super) async fn turn(shared: &Arc<Shared>, range: &Range) -> Result<Turn, StorageError> {
    let now = shared.now();
    let mut reader = shared.store.read().await?;
    let due = enrollments::due(&mut reader, range.lo, range.hi, now, BATCH).await?;
    if due.is_empty() {
        return Ok(Turn::Rest);
    }
    let mut keys: Vec<_> = due.iter().map(|e| (e.shard, e.contact_id)).collect();
    keys.sort_unstable();
    keys.dedup();
    let contacts: HashMap<ContactId, Contact> = contacts::find_many(&mut reader, &keys)
        .await?
        .into_iter()
        .map(|contact| (contact.id, contact))
        .collect();
    drop(reader);

    let mut moved = Vec::with_capacity(due.len());
    for enrollment in due {
        let workflow = shared.shelf.workflow(enrollment.revision_id).await?;
        let contact = contacts.get(&enrollment.contact_id);
        moved.push(advance(enrollment, workflow, contact, now));
    }
    let decided = write(shared, range, &moved, now).await?;
    let steps: usize = moved.iter().map(|moved| moved.entries.len()).sum();
    metrics::counter!("carillon_steps_total").increment(steps as u64);
    if decided {
        shared.sends.notify_one();
    }
    Ok(Turn::More)
}

fn advance(
    mut enrollment: Enrollment,
    workflow: Option<Arc<Workflow>>,
    contact: Option<&Contact>,
    now: Timestamp,
) -> Moved {
    let arrived = enrollment.state == EnrollmentState::Arrived;
    let Some(workflow) = workflow else {
        enrollment.due_at = Some(now.plus_millis(LOOK_AGAIN_MILLIS));
        return Moved {
            enrollment,
            entries: Vec::new(),
            workflow: None,
            arrived,
        };
    };
    let position = Position {
        step: enrollment.step.clone(),
        until: enrollment.due_at.filter(|_| !arrived),
    };
    let facts = Facts {
        contact,
        properties: &enrollment.event.properties,
    };
    let Pass {
        position,
        ended,
        entries,
    } = run(&workflow.revision, position, facts, now);
    enrollment.step = position.step;
    if ended.is_some() {
        enrollment.state = EnrollmentState::Ended;
        enrollment.due_at = None;
        enrollment.ended_at = Some(now);
    } else {
        enrollment.state = EnrollmentState::Waiting;
        enrollment.due_at = position.until;
    }
    Moved {
        enrollment,
        entries,
        workflow: Some(workflow),
        arrived,
    }
}

/// Writes a turn. Whether any send was decided.
async fn write(
    shared: &Shared,
    range: &Range,
    moved: &[Moved],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let mut tx = shared.store.begin().await?;
    range.hold(&mut tx, shared).await?;
    let enrollments: Vec<&Enrollment> = moved.iter().map(|moved| &moved.enrollment).collect();
    let written: HashSet<_> = enrollments::advance(&mut tx, &enrollments)
        .await?
        .into_iter()
        .collect();
    // Those that somebody else advanced are his: nothing of ours is kept.
    let moved: Vec<&Moved> = moved
        .iter()
        .filter(|moved| written.contains(&moved.enrollment.id))
        .collect();
    enrollments::append_log(&mut tx, &log(&moved), now).await?;
    let push_class = classes(shared, &moved).await?;
    let (chunks, sends) = sends_of(&moved, &push_class, || shared.store.ids().next_chunk(now));
    chunks::insert(&mut tx, &chunks, now).await?;
    sends::insert(&mut tx, &sends, now).await?;
    step_counts::add(&mut tx, &deltas(&moved)).await?;
    tx.commit().await?;
    Ok(!chunks.is_empty())
}

fn log<'a>(moved: &[&'a Moved]) -> Vec<LogLine<'a>> {
    let mut lines = Vec::with_capacity(moved.len() * 3);
    for moved in moved {
        let first = moved.enrollment.version * LINES_A_VERSION;
        lines.extend(
            moved
                .entries
                .iter()
                .zip(first..)
                .map(|(entry, seq)| LogLine {
                    shard: moved.enrollment.shard,
                    enrollment_id: moved.enrollment.id,
                    seq: i32::try_from(seq).unwrap_or(i32::MAX),
                    entry,
                }),
        );
    }
    lines
}

/// Who came to each step, left it, or ended there.
fn deltas(moved: &[&Moved]) -> StepDeltas {
    let mut deltas = StepDeltas::default();
    for moved in moved {
        let revision = moved.enrollment.revision_id;
        let mut came = moved.arrived;
        for entry in &moved.entries {
            let (Entry::Left { step, .. }
            | Entry::Waiting { step, .. }
            | Entry::Ended { step, .. }) = entry;
            let count = deltas.of(revision, step);
            count.entered += i64::from(came);
            match entry {
                Entry::Left { .. } => count.passed += 1,
                Entry::Waiting { .. } => {}
                Entry::Ended { .. } => count.ended += 1,
            }
            came = matches!(entry, Entry::Left { .. });
        }
    }
    deltas
}

/// What each push revision promises.
async fn classes(
    shared: &Shared,
    moved: &[&Moved],
) -> Result<HashMap<RevisionId, domain::push::DeliveryClass>, StorageError> {
    let mut classes = HashMap::new();
    for moved in moved {
        let Some(workflow) = &moved.workflow else {
            continue;
        };
        for (step, _) in pushes(moved) {
            let Some(&revision) = workflow.push_revisions.get(step) else {
                continue;
            };
            if let std::collections::hash_map::Entry::Vacant(class) = classes.entry(revision) {
                let push = shared.shelf.push(revision).await?;
                class.insert(push.compiled.as_ref().map_or_else(
                    domain::push::DeliveryClass::default,
                    domain::push::CompiledPush::class,
                ));
            }
        }
    }
    Ok(classes)
}

fn pushes(moved: &Moved) -> impl Iterator<Item = (&domain::workflow::StepId, PushId)> {
    moved.entries.iter().filter_map(|entry| match entry {
        Entry::Left {
            step,
            effect: Some(Effect::Send { push_id }),
            ..
        } => Some((step, *push_id)),
        Entry::Left { .. } | Entry::Waiting { .. } | Entry::Ended { .. } => None,
    })
}

/// The sends that were decided, cut into chunks of neighbors.
fn sends_of(
    moved: &[&Moved],
    classes: &HashMap<RevisionId, domain::push::DeliveryClass>,
    mut new_id: impl FnMut() -> ChunkId,
) -> (Vec<NewChunk>, Vec<NewSend>) {
    type Kind = (RevisionId, PushId, domain::CampaignId);
    let mut by_push: BTreeMap<Kind, Vec<SendKey>> = BTreeMap::new();
    for moved in moved {
        let Some(workflow) = &moved.workflow else {
            continue;
        };
        for (step, push_id) in pushes(moved) {
            let Some(&revision) = workflow.push_revisions.get(step) else {
                tracing::error!(workflow = %workflow.id, %step,
                    "a published push step has no push revision; nothing is sent");
                continue;
            };
            let enrollment = &moved.enrollment;
            by_push
                .entry((revision, push_id, workflow.campaign_id))
                .or_default()
                .push(SendKey {
                    shard: enrollment.shard,
                    contact_id: enrollment.contact_id,
                    source_id: enrollment.id.0,
                    step: step.0.clone(),
                });
        }
    }
    let (mut chunks, mut sends) = (Vec::new(), Vec::new());
    for ((push_revision_id, push_id, campaign_id), mut keys) in by_push {
        keys.sort_unstable();
        for part in keys.chunks(CHUNK) {
            let [first, ..] = part else { continue };
            let id = new_id();
            chunks.push(NewChunk {
                id,
                push_id,
                push_revision_id,
                campaign_id: Some(campaign_id),
                class: classes.get(&push_revision_id).copied().unwrap_or_default(),
                test: false,
                shard_lo: first.shard,
                shard_hi: part.last().map_or(first.shard, |last| last.shard),
                recipients: i32::try_from(part.len()).unwrap_or(i32::MAX),
            });
            sends.extend(part.iter().map(|key| NewSend {
                key: key.clone(),
                chunk_id: id,
                push_id,
                push_revision_id,
            }));
        }
    }
    (chunks, sends)
}
