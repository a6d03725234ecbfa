//! The faults in force, and which one a request meets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::{Action, Channel, Door, Fault, Faults};

/// What applies to one request.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) delay: Duration,
    pub(crate) action: Action,
}

/// The faults in force, replaceable at run time.
#[derive(Debug, Default)]
pub(crate) struct FaultBook {
    /// Kept beside the lock so that a sandbox without faults pays nothing.
    any: AtomicBool,
    page: RwLock<Arc<Page>>,
}

#[derive(Debug)]
struct Page {
    entries: Vec<Entry>,
    by_token: HashMap<String, Vec<usize>>,
    for_all: Vec<usize>,
    dice: Mutex<SmallRng>,
}

#[derive(Debug)]
struct Entry {
    fault: Fault,
    seen: AtomicU64,
    done: AtomicU64,
}

impl Default for Page {
    fn default() -> Self {
        Self::new(Faults::default())
    }
}

impl Page {
    fn new(faults: Faults) -> Self {
        let mut by_token: HashMap<String, Vec<usize>> = HashMap::new();
        let mut for_all = Vec::new();
        for (index, fault) in faults.faults.iter().enumerate() {
            match &fault.token {
                Some(token) => by_token.entry(token.clone()).or_default().push(index),
                None => for_all.push(index),
            }
        }
        let entries = faults.faults.into_iter().map(|fault| Entry {
            fault,
            seen: AtomicU64::new(0),
            done: AtomicU64::new(0),
        });
        Self {
            entries: entries.collect(),
            by_token,
            for_all,
            dice: Mutex::new(SmallRng::seed_from_u64(faults.seed)),
        }
    }

    fn find(&self, channel: Channel, door: Door, token: &str) -> Option<Verdict> {
        // Both lists ascend, so merging them keeps the order of the file.
        let own = self.by_token.get(token).map_or(&[][..], Vec::as_slice);
        let (mut own, mut all) = (own.iter().peekable(), self.for_all.iter().peekable());
        loop {
            let index = match (own.peek(), all.peek()) {
                (Some(a), Some(b)) if a < b => own.next(),
                (_, Some(_)) => all.next(),
                (Some(_), None) => own.next(),
                (None, None) => return None,
            }?;
            if let Some(verdict) = self.entries[*index].roll(channel, door, &self.dice) {
                return Some(verdict);
            }
        }
    }
}

impl Entry {
    fn roll(&self, channel: Channel, door: Door, dice: &Mutex<SmallRng>) -> Option<Verdict> {
        let fault = &self.fault;
        if fault.channel.is_some_and(|only| only != channel) || fault.on != door {
            return None;
        }
        if fault.after > 0 && self.seen.fetch_add(1, Ordering::Relaxed) < fault.after {
            return None;
        }
        if let Some(probability) = fault.probability
            && !dice
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .random_bool(probability)
        {
            return None;
        }
        if let Some(first) = fault.first
            && self.done.fetch_add(1, Ordering::Relaxed) >= first
        {
            return None;
        }
        Some(Verdict {
            delay: Duration::from_millis(fault.delay_ms),
            action: fault.action.clone(),
        })
    }
}

impl FaultBook {
    pub(crate) fn replace(&self, faults: Faults) {
        self.any.store(!faults.faults.is_empty(), Ordering::Relaxed);
        *self.page.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Page::new(faults));
    }

    /// The fault that happens to this request, if any.
    pub(crate) fn find(&self, channel: Channel, door: Door, token: &str) -> Option<Verdict> {
        if !self.any.load(Ordering::Relaxed) {
            return None;
        }
        let page = Arc::clone(&self.page.read().unwrap_or_else(PoisonError::into_inner));
        page.find(channel, door, token)
    }
}
