//! The sender: calls providers, on a thread and a runtime of its own.
//!
//! Its rhythm is the ledger's. While one entry is being written, answers of
//! calls in flight gather; when it is durable, the deliveries that it started
//! leave, and the next entry takes along every answer since and starts as many
//! more as the window lets. Nothing is awaited for a single delivery but its
//! own call.

mod call;
mod cohorts;
mod departures;
mod entry;
mod lane;
mod pace;

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ChunkId;
use futures::stream::{FuturesUnordered, StreamExt};
use futures::{FutureExt, future};
use storage::ledger::Retried;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::parcel::{BoxedParcel, Parcel};
use crate::shared::Shared;
use crate::window::Window;
pub(crate) use call::until_mended;
use call::{Answered, Side};
use cohorts::{Cohort, Cohorts};
use departures::Departures;
use entry::{Departure, UnderWay, retry_noted};
use lane::Turn;
pub(crate) use lane::{Lane, Lot};
pub(crate) use pace::is_slow;

/// How long answers gather for one entry while more than half of what may be under
/// way is: recorded by the hundred, they cost less each than by the dozen.
const GATHERING: Duration = Duration::from_millis(8);
/// How often to look whether anything is late.
const TICK: Duration = Duration::from_millis(50);

struct Sender {
    shared: Arc<Shared>,
    /// Where the database lives: not on this thread.
    home: Handle,
    /// Chunks in hand; urgent ones stand in front.
    lanes: HashMap<ChunkId, Lane>,
    order: VecDeque<ChunkId>,
    retries: VecDeque<BoxedParcel>,
    retried: Vec<(Retried, Cohort, bool)>,
    window: Window,
    cohorts: Cohorts,
    departures: Departures<Departure>,
    last_record: Instant,
    /// When an entry was written last.
    written_at: Instant,
    /// What times of routes' pulses count from.
    watch: Instant,
    /// When any provider answered last, on that watch.
    last_answer: i64,
    /// Microseconds in which the quickest provider answers at present.
    quick: i64,
    /// When that was looked at, on the watch.
    looked_at: i64,
    /// How many are slow beside it.
    slow: usize,
}

/// Runs until every lot is done and no more can come, or until told to give
/// up what is in flight. To be run on a current-thread runtime.
pub(crate) async fn run(shared: Arc<Shared>, home: Handle, lots: &mut mpsc::Receiver<Lot>) {
    let mut sender = Sender {
        window: Window::new(shared.settings.in_flight),
        shared,
        home,
        lanes: HashMap::new(),
        order: VecDeque::new(),
        retries: VecDeque::new(),
        retried: Vec::new(),
        cohorts: Cohorts::default(),
        departures: Departures::default(),
        last_record: Instant::now(),
        written_at: Instant::now(),
        watch: Instant::now(),
        last_answer: 0,
        quick: i64::MAX,
        looked_at: 0,
        slow: 0,
    };
    let mut calls = FuturesUnordered::new();
    let mut writing = pin!(future::Fuse::terminated());
    let mut under_way: Option<UnderWay> = None;
    let mut gathering = pin!(tokio::time::sleep(GATHERING));
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut open = true;
    loop {
        sender.look();
        for (parcel, cohort) in sender.due_retries(calls.len()) {
            calls.push(call::make(parcel, [cohort, Cohort::NONE]));
        }
        for (parcel, cohorts) in sender.departing() {
            calls.push(call::make(parcel, cohorts));
        }
        let in_flight = calls.len() + sender.departures.len();
        if under_way.is_none()
            && sender.ripe(in_flight)
            && let Some((entry, next)) = sender.compose(in_flight)
        {
            let ledger = sender.shared.ledger.clone();
            let (progress, retried) = entry;
            let written = async move { ledger.progress(progress, retried).await };
            writing.set(written.fuse());
            under_way = Some(next);
        }
        if !open && under_way.is_none() && in_flight == 0 && sender.is_idle() {
            break;
        }
        tokio::select! {
            biased;
            written = &mut writing => {
                if let Some(done) = under_way.take() {
                    gathering.as_mut().reset(tokio::time::Instant::now() + GATHERING);
                    sender.conclude(done, written);
                }
            }
            Some(answered) = calls.next() => {
                sender.take(answered);
                // Whatever else is ready comes along.
                while let Some(Some(answered)) = calls.next().now_or_never() {
                    sender.take(answered);
                }
            }
            lot = lots.recv(), if open => match lot {
                Some(lot) => sender.accept(lot),
                None => open = false,
            },
            () = &mut gathering, if under_way.is_none() && !sender.ripe(in_flight) => {}
            _ = tick.tick() => {
                metrics::gauge!("carillon_engine_calls_in_flight").set(gauge(calls.len()));
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge")]
fn gauge(n: usize) -> f64 {
    n as f64
}

impl Sender {
    /// Whether it is time for another entry: at once while there is little under way,
    /// else after a while in which answers gather.
    fn ripe(&self, in_flight: usize) -> bool {
        in_flight <= self.window.wide() / 2 || self.written_at.elapsed() >= GATHERING
    }

    fn accept(&mut self, lot: Lot) {
        match lot {
            Lot::Chunk(lane) => {
                let (chunk, urgent) = (lane.chunk(), lane.is_urgent());
                // It was lost, and is back before its last entry said so.
                if let Some(lost) = self.lanes.insert(chunk, lane) {
                    self.order.retain(|other| *other != chunk);
                    for cohort in lost.unrecorded() {
                        self.cohorts.settle(cohort);
                    }
                }
                if urgent {
                    self.order.push_front(chunk);
                } else {
                    self.order.push_back(chunk);
                }
            }
            // The permit has done its work: it kept more from coming.
            Lot::Retries(parcels, _permit) => self.retries.extend(parcels),
        }
    }

    fn is_idle(&self) -> bool {
        let stopping = self.shared.stop.is_cancelled();
        self.retried.is_empty() && (stopping || (self.lanes.is_empty() && self.retries.is_empty()))
    }

    /// Retries that may leave now: they were started when they were claimed.
    fn due_retries(&mut self, in_flight: usize) -> Vec<(BoxedParcel, Cohort)> {
        let room = self.shared.settings.in_flight.saturating_sub(in_flight);
        let take = room.min(self.retries.len());
        if take == 0 || self.shared.stop.is_cancelled() {
            return Vec::new();
        }
        let latest = self
            .shared
            .now()
            .plus_millis(call::millis(self.shared.settings.request_timeout));
        let (now, pace) = (self.shared.now(), self.pace());
        let mut leaving = Vec::with_capacity(take);
        let mut staying = VecDeque::new();
        for mut parcel in self.retries.drain(..take) {
            // A claim that could end before the call does is let go: it comes
            // due again by itself.
            if parcel.claimed_until.is_none_or(|until| until <= latest) {
                continue;
            }
            let cohort = match pace.turn(&self.shared, &parcel, now, true) {
                Turn::Stays => {
                    staying.push_back(parcel);
                    continue;
                }
                Turn::Withheld(noted) => {
                    retry_noted(&mut self.retried, &parcel, noted);
                    continue;
                }
                Turn::Leaves => self.cohorts.alone(Instant::now()),
                Turn::LeavesUncounted => Cohort::NONE,
            };
            parcel.claimed = None;
            leaving.push((parcel, cohort));
        }
        staying.append(&mut self.retries);
        self.retries = staying;
        leaving
    }

    fn take(&mut self, answered: Answered) {
        let Answered {
            parcel,
            answer,
            took,
            cohorts: [cohort, abreast],
        } = answered;
        self.departures.end(abreast);
        let heard = call::heard(&answer);
        let (noted, side) = call::note(&self.shared, &parcel, answer);
        let at = self.reading();
        let route = &parcel.route;
        route.pulse.end(noted.answered, at);
        route.learn(heard, self.shared.now());
        if noted.answered {
            self.last_answer = at;
            let took = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
            route.pulse.took(took);
        }
        if route.has_wanted_room() {
            self.shared.events.notify_one();
        }
        self.follow(&parcel, side);
        if parcel.claimed_until.is_some() {
            self.cohorts.settle(cohort);
            retry_noted(&mut self.retried, &parcel, noted);
        } else if let Some(lane) = self.lanes.get_mut(&parcel.order.chunk)
            && lane.is_of(&parcel)
        {
            lane.note(noted, cohort);
        } else {
            // The chunk was lost to another worker, and with it this answer.
            self.cohorts.settle(cohort);
        }
    }

    /// What an answer means beyond its own delivery.
    fn follow(&self, parcel: &Parcel, side: Option<Side>) {
        match side {
            None => {}
            Some(Side::RefuseCredential(reason)) => {
                if parcel.route.refuse() {
                    let (shared, route) = (Arc::clone(&self.shared), Arc::clone(&parcel.route));
                    self.home
                        .spawn(async move { shared.refuse_credential(&route, &reason).await });
                }
            }
            Some(Side::StopPush(reason)) => {
                let push = parcel.order.push_revision_id;
                if self.shared.shelf.stop(push) {
                    let shared = Arc::clone(&self.shared);
                    self.home
                        .spawn(async move { shared.stop_push(push, &reason).await });
                }
            }
        }
    }
}
