//! A route: a credential in use, with its client and its brakes.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use delivery::{Client, Scope};
use domain::device::{Channel, Platform};
use domain::{AppId, Timestamp};
use storage::catalog::CredentialFacts;
use storage::retries;

use crate::concurrency::{Concurrency, Heard};
use crate::pulse::Pulse;

/// A credential in use.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) app_id: AppId,
    pub(crate) channel: Channel,
    /// What its retries are known by.
    pub(crate) key: i64,
    /// When it was entered: tells it from a later one of the same app.
    pub(crate) entered_at: Timestamp,
    /// `apns-topic`.
    pub(crate) topic: Option<Arc<str>>,
    pub(crate) client: Client,
    /// The calls on it.
    pub(crate) pulse: Pulse,
    concurrency: Mutex<Concurrency>,
    /// What `concurrency` says, to be read without it.
    allowed: AtomicUsize,
    opening: AtomicBool,
    /// Most calls in flight beside other providers, as the sender found last.
    share: AtomicUsize,
    /// Retries wait for room.
    wanted: AtomicBool,
    refused: AtomicBool,
    /// That it is refused stands in the database.
    refusal_noted: AtomicBool,
    paused_until: AtomicI64,
    /// For what Google hands on to others.
    apple_and_web_paused_until: AtomicI64,
    looked_at: AtomicI64,
}

impl Route {
    /// A credential that nothing was sent with yet, and that may have `most`
    /// calls in flight.
    pub(crate) fn new(
        fact: &CredentialFacts,
        topic: Option<Arc<str>>,
        client: Client,
        most: usize,
    ) -> Self {
        let concurrency = Concurrency::new(most);
        Self {
            app_id: fact.app_id,
            channel: fact.channel,
            key: retries::route(fact.app_id, fact.channel),
            entered_at: fact.updated_at,
            topic,
            client,
            pulse: Pulse::default(),
            allowed: AtomicUsize::new(concurrency.allowed()),
            opening: AtomicBool::new(concurrency.is_opening()),
            concurrency: Mutex::new(concurrency),
            share: AtomicUsize::new(usize::MAX),
            wanted: AtomicBool::new(false),
            refused: AtomicBool::new(!fact.usable),
            refusal_noted: AtomicBool::new(!fact.usable),
            paused_until: AtomicI64::new(0),
            apple_and_web_paused_until: AtomicI64::new(0),
            looked_at: AtomicI64::new(0),
        }
    }

    /// Whether the provider refused it.
    pub(crate) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Marks it as refused; whether it was not before.
    pub(crate) fn refuse(&self) -> bool {
        !self.refused.swap(true, Ordering::Relaxed)
    }

    /// That it is refused was written down: from now on, if the database says
    /// that it is usable, it was mended.
    pub(crate) fn note_refusal(&self) {
        self.refusal_noted.store(true, Ordering::Relaxed);
    }

    /// Whether that was written down.
    pub(crate) fn is_refusal_noted(&self) -> bool {
        self.refusal_noted.load(Ordering::Relaxed)
    }

    /// Until when it is not to be used at all, if that is after `now`.
    fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = Timestamp(self.paused_until.load(Ordering::Relaxed));
        (until > now).then_some(until)
    }

    /// Until when it is not to be used for devices of that system, if that is
    /// after `now`.
    pub(crate) fn paused_for(&self, platform: Platform, now: Timestamp) -> Option<Timestamp> {
        let all = self.paused_until.load(Ordering::Relaxed);
        let part = match platform {
            Platform::Ios | Platform::Web => {
                self.apple_and_web_paused_until.load(Ordering::Relaxed)
            }
            Platform::Android | Platform::Fireos => 0,
        };
        let until = Timestamp(all.max(part));
        (until > now).then_some(until)
    }

    /// Keeps it, or the part of it that `scope` says, from being used until
    /// then.
    pub(crate) fn pause(&self, scope: Scope, until: Timestamp) {
        let paused = match scope {
            Scope::ProjectAppleAndWeb => &self.apple_and_web_paused_until,
            Scope::Topic | Scope::Team | Scope::Project | Scope::Account => &self.paused_until,
        };
        paused.fetch_max(until.as_millis(), Ordering::Relaxed);
    }

    /// How many calls may be in flight.
    pub(crate) fn allowed(&self) -> usize {
        self.allowed.load(Ordering::Relaxed)
    }

    /// Whether it is still being found out how many calls it bears.
    pub(crate) fn is_opening(&self) -> bool {
        self.opening.load(Ordering::Relaxed)
    }

    /// Most calls in flight, whatever it bears.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.change(|concurrency| concurrency.set_limit(limit));
    }

    /// Learns from a call's end, with `in_flight` others still out.
    pub(crate) fn learn(&self, heard: Heard, now: Timestamp) {
        let in_flight = self.pulse.in_flight();
        if let Some(rest) = self.change(|concurrency| concurrency.learn(heard, in_flight)) {
            tracing::info!(app = %self.app_id, channel = self.channel.name(), rest,
                "the provider takes nothing at present; the credential rests");
            self.pause(Scope::Account, now.plus_millis(rest));
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Concurrency) -> T) -> T {
        let mut concurrency = self
            .concurrency
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut concurrency);
        self.allowed.store(concurrency.allowed(), Ordering::Relaxed);
        self.opening
            .store(concurrency.is_opening(), Ordering::Relaxed);
        changed
    }

    /// Most calls in flight beside other providers.
    pub(crate) fn set_share(&self, share: usize) {
        self.share.store(share, Ordering::Relaxed);
    }

    fn most(&self) -> usize {
        self.allowed().min(self.share.load(Ordering::Relaxed))
    }

    /// How many retries may be claimed for it. Where that is none, or fewer
    /// than wait, [`Self::want`] asks to be told when there is room.
    pub(crate) fn room(&self, now: Timestamp) -> usize {
        if self.paused_until(now).is_some() {
            return 0;
        }
        self.most().saturating_sub(self.pulse.spoken_for())
    }

    /// Retries wait for room.
    pub(crate) fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether there is room now that somebody waited for: half of what may be
    /// in flight, so that retries are not fetched one by one.
    pub(crate) fn has_wanted_room(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
            && self.pulse.spoken_for() * 2 <= self.most()
            && self.wanted.swap(false, Ordering::Relaxed)
    }

    /// Whether `millis` went by since this last said so.
    pub(crate) fn may_look(&self, now: Timestamp, millis: i64) -> bool {
        let now = now.as_millis();
        let before = self.looked_at.load(Ordering::Relaxed);
        now - before >= millis
            && self
                .looked_at
                .compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Tells the metrics how many calls may be in flight.
    pub(crate) fn measure(&self) {
        #[expect(clippy::cast_precision_loss, reason = "a gauge")]
        metrics::gauge!("carillon_credential_calls_allowed",
            "app" => self.app_id.to_string(), "channel" => self.channel.name())
        .set(self.allowed() as f64);
    }
}

/// A claimed retry's place on its route, until it begins or is given up.
#[derive(Debug)]
pub(crate) struct Claimed(Arc<Route>);

impl Claimed {
    /// Takes a place.
    pub(crate) fn on(route: &Arc<Route>) -> Self {
        route.pulse.claim();
        Self(Arc::clone(route))
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        self.0.pulse.unclaim();
    }
}
