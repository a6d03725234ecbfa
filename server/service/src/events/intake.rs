//! Events on their way into the database. Those that many requests bring at the
//! same time are written in one transaction, since each commit waits for the
//! disk; every request is answered after the commit of its own.
//!
//! While few come, they go to their places at once. While many come, they are
//! appended to the journal, and filed behind: whenever there is a quiet moment,
//! and for a share of the time while there is none. The share is as large as what
//! comes asks for, as long as filing can keep up; where it cannot, it is small, for
//! then taking in is what the machine is needed for.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::KeyId;
use domain::event::EventInput;
use domain::people::Principal;
use storage::{Engine, StorageError};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::filing::{Filed, PORTION, PORTION_BETWEEN};
use super::writer::{Writer, write_group};
use crate::{Result, ServiceError};

/// Requests that may wait; past it, they wait to be let in.
const QUEUE: usize = 4096;
/// Events in one transaction, after which no further request joins it.
const GROUP_EVENTS: usize = 4096;
/// Most requests and their events that go to their places at once; more at the same
/// time go to the journal, unless it is one request; and all do while something
/// waits there.
const DIRECT_REQUESTS: usize = 8;
const DIRECT_EVENTS: usize = domain::event::EVENT_BATCH_MAX;
/// Transactions at a time: SQLite has one writer.
const POSTGRES_WRITERS: usize = 4;

/// So long without a request is a quiet moment.
const QUIET: Duration = Duration::from_millis(20);
/// So long is a burst taken in before filing has a share of the time.
const BURST: Duration = Duration::from_secs(1);
/// The share of the time that filing has while more comes than can be filed.
const SHARE_LEAST: f64 = 0.1;
/// How much faster than it comes it is filed, where that can be.
const LEAD: f64 = 2.0;
/// Filing keeps up with so much of what it does when nothing else is done.
const KEEPS_UP: f64 = 0.8;
/// How often the journal is looked at without a reason: another process may have
/// ended before it filed what it accepted.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// So many events may wait in the journal; from there on, requests wait until there
/// are fewer.
const WAITING_MAX: u64 = 4_000_000;
/// The pause after filing failed; each further one is twice as long, up to the
/// other.
const PAUSE: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// What one request brings.
pub(super) struct Job {
    pub(super) events: Vec<EventInput>,
    /// The key that it came with, which must still be in use.
    pub(super) key: Option<KeyId>,
    pub(super) answer: oneshot::Sender<Result<()>>,
}

/// The way in.
#[derive(Default)]
pub(crate) struct Intake {
    running: OnceLock<Running>,
    /// Whoever has everything filed: the next waits, and finds it done.
    settling: Mutex<()>,
}

/// What takes requests.
struct Running {
    queue: mpsc::Sender<Job>,
    stop: CancellationToken,
    loops: Mutex<JoinSet<()>>,
}

impl Intake {
    /// Starts filing what waits in the journal, and writing what comes.
    pub(crate) fn start(&self, writer: impl FnOnce() -> Writer) {
        self.running(writer);
    }

    /// Has every event filed that was accepted before now.
    pub(crate) async fn settle(&self, writer: &Writer) -> Result<()> {
        let _alone = self.settling.lock().await;
        writer.settle().await
    }

    fn running(&self, writer: impl FnOnce() -> Writer) -> &Running {
        self.running.get_or_init(|| Running::start(writer()))
    }

    /// Writes events, and returns once they are committed.
    ///
    /// # Errors
    /// `Unauthenticated` when `by` is a key that was revoked.
    pub(crate) async fn write(
        &self,
        by: &Principal,
        events: Vec<EventInput>,
        writer: impl FnOnce() -> Writer,
    ) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        let key = match by {
            Principal::Key { id, .. } => Some(*id),
            Principal::User { .. } | Principal::System => None,
        };
        let job = Job {
            events,
            key,
            answer,
        };
        let gone = || ServiceError::internal("nobody writes events");
        let queue = &self.running(writer).queue;
        queue.send(job).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// Ends after the transactions that have begun. What waits in the journal is
    /// filed after the next start.
    pub(crate) async fn end(&self) {
        if let Some(running) = self.running.get() {
            running.stop.cancel();
            while running.loops.lock().await.join_next().await.is_some() {}
        }
    }
}

impl Running {
    fn start(writer: Writer) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let stop = CancellationToken::new();
        let mut loops = JoinSet::new();
        let writers = match writer.store.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => POSTGRES_WRITERS,
        };
        for _ in 0..writers {
            loops.spawn(run(writer.clone(), jobs.clone(), stop.clone()));
        }
        Self {
            queue,
            stop,
            loops: Mutex::new(loops),
        }
    }
}

/// Takes requests, and files what waits, until told to stop or until nobody can
/// bring anything any more.
async fn run(writer: Writer, jobs: Arc<Mutex<mpsc::Receiver<Job>>>, stop: CancellationToken) {
    let mut journal = Journal::new();
    loop {
        let next = stop.run_until_cancelled(journal.next(&jobs)).await;
        match next {
            Some(Next::Requests(group)) => {
                let direct = !journal.behind && is_small(&group);
                let now = Instant::now();
                if !direct {
                    if !journal.behind {
                        journal.behind = true;
                        journal.looked_at = now;
                        journal.rest_until = now + BURST;
                    }
                    journal.came += count(&group);
                }
                journal.filed_last = false;
                // After a failure, that is later.
                journal.quiet_from = journal.quiet_from.max(now + QUIET);
                // On its own, so that a panic ends these requests alone.
                let written = tokio::spawn(write_group(writer.clone(), group, direct));
                if let Err(ended) = written.await {
                    tracing::error!(failure = %ended, "events could not be written");
                }
            }
            Some(Next::File) => {
                let (writer, after) = (writer.clone(), journal.after);
                let begun = Instant::now();
                let between = begun < journal.quiet_from && !journal.full;
                let most = if between { PORTION_BETWEEN } else { PORTION };
                let filed = tokio::spawn(async move { writer.file(after, most).await });
                let filed = filed.await.unwrap_or_else(|ended| {
                    Filed::Failed(StorageError::Unavailable(Box::new(ended)))
                });
                journal.note(filed, begun.elapsed());
            }
            Some(Next::End) | None => break,
        }
    }
}

/// What is to be done next.
enum Next {
    Requests(Vec<Job>),
    File,
    End,
}

/// What one loop knows of the journal.
struct Journal {
    /// Whether something may wait there.
    behind: bool,
    /// How many events came since it was last looked at, and when that was.
    came: u64,
    looked_at: Instant,
    /// Whether that was the last thing that was done.
    filed_last: bool,
    /// When it is looked at the next time, where nothing is known to wait.
    look_at: Instant,
    /// Whether as much waits as may.
    full: bool,
    /// The last row that could not be filed, until the next look.
    after: i64,
    /// From when on nobody brings anything, if nobody does until then.
    quiet_from: Instant,
    /// Until when requests go first.
    rest_until: Instant,
    /// The pause after the next failure.
    pause: Duration,
}

impl Journal {
    /// As it is at the start: something may have been left.
    fn new() -> Self {
        let now = Instant::now();
        Self {
            behind: true,
            came: 0,
            looked_at: now,
            filed_last: false,
            look_at: now,
            full: false,
            after: 0,
            quiet_from: now,
            rest_until: now,
            pause: PAUSE,
        }
    }

    async fn next(&self, jobs: &Mutex<mpsc::Receiver<Job>>) -> Next {
        let requests = async { next_group(&mut *jobs.lock().await).await };
        let now = Instant::now();
        let due = if self.behind {
            self.rest_until
        } else {
            self.look_at
        };
        // Its time has come, also while requests wait: after some of them, unless they
        // wait for room.
        if due <= now && (self.full || !self.filed_last) {
            return Next::File;
        }
        let quiet = self.behind.then(|| self.quiet_from.max(now));
        let file_at = quiet.map_or(due, |quiet| quiet.min(due));
        timeout_at(file_at, requests).await.unwrap_or(Next::File)
    }

    /// Remembers what became of a portion, which took so long.
    fn note(&mut self, filed: Filed, took: Duration) {
        let now = Instant::now();
        let before = std::mem::replace(&mut self.looked_at, now);
        let came = std::mem::take(&mut self.came);
        self.filed_last = true;
        self.rest_until = now;
        self.look_at = now + LOOK_EVERY;
        match filed {
            Filed::Portion { events, waiting } => {
                self.pause = PAUSE;
                self.behind = waiting > 0;
                self.full = waiting >= WAITING_MAX;
                if !self.full {
                    let share = share((events, took), (came, now - before));
                    self.rest_until = now + took.mul_f64(1.0 / share - 1.0);
                }
            }
            Filed::Nothing => {
                self.behind = false;
                self.full = false;
                self.after = 0;
                self.pause = PAUSE;
            }
            Filed::Stuck { row } => {
                self.behind = true;
                self.after = row;
            }
            Filed::Failed(error) => {
                tracing::error!(failure = ?error, "accepted events could not be filed yet");
                self.rest_until = now + self.pause;
                self.quiet_from = self.rest_until;
                self.pause = (self.pause * 2).min(PAUSE_MAX);
            }
        }
    }
}

/// The share of the time that filing is given: from how many events were filed in
/// which time, and how many came in which.
fn share(filed: (usize, Duration), came: (u64, Duration)) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "rates")]
    let (speed, rate) = (
        filed.0 as f64 / filed.1.as_secs_f64().max(1e-6),
        came.0 as f64 / came.1.as_secs_f64().max(1e-6),
    );
    if rate > speed * KEEPS_UP {
        SHARE_LEAST
    } else {
        (rate * LEAD / speed).clamp(SHARE_LEAST, 1.0)
    }
}

/// Waits for a request, and takes along those that wait behind it.
async fn next_group(jobs: &mut mpsc::Receiver<Job>) -> Next {
    let mut group = Vec::new();
    let mut events = 0;
    let Some(first) = jobs.recv().await else {
        return Next::End;
    };
    let mut next = Some(first);
    while let Some(job) = next {
        events += job.events.len();
        group.push(job);
        next = (events < GROUP_EVENTS)
            .then(|| jobs.try_recv().ok())
            .flatten();
    }
    Next::Requests(group)
}

fn is_small(group: &[Job]) -> bool {
    group.len() == 1 || group.len() <= DIRECT_REQUESTS && count(group) <= DIRECT_EVENTS as u64
}

fn count(group: &[Job]) -> u64 {
    group.iter().map(|job| job.events.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn filing_has_twice_the_time_that_what_comes_asks_for() {
        assert!((share((20_000, SECOND), (5_000, SECOND)) - 0.5).abs() < 1e-9);
        assert!((share((20_000, SECOND), (15_000, SECOND)) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn where_it_cannot_keep_up_or_little_comes_it_has_little() {
        for came in [0, 100, 17_000, 300_000] {
            let share = share((20_000, SECOND), (came, SECOND));
            assert!((share - SHARE_LEAST).abs() < 1e-9, "{came}: {share}");
        }
    }

    #[test]
    fn a_clock_that_stands_still_breaks_nothing() {
        let share = share((1, Duration::ZERO), (1, Duration::ZERO));
        assert!((SHARE_LEAST..=1.0).contains(&share), "{share}");
    }
}
