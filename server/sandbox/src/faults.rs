//! Scripted faults: what the sandbox does wrong on purpose, to whom and how often.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::wire::Reply;

/// The faults file: `{"seed": 7, "faults": [ … ]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Seeds the dice of faults that have a probability.
    #[serde(default)]
    pub seed: u64,
    /// Tried in this order; the first that applies is the one that happens.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// One fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only on this channel; on all of them otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Only for this push token; for all of them otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Which of the channel's doors.
    #[serde(default)]
    pub on: Door,
    /// How likely, from 0 to 1; certain otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Leaves out this many requests that it would apply to.
    #[serde(default)]
    pub after: u64,
    /// Happens this many times, then no more; without end otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Waits this long before acting, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// What happens.
    #[serde(default, rename = "do")]
    pub action: Action,
}

/// A provider that the sandbox plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging, HTTP v1.
    Fcm,
}

/// Which request a fault is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// Sending a push.
    #[default]
    Send,
    /// Fetching an OAuth access token.
    Oauth,
}

/// What a fault does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Nothing else: the push is taken, after the delay.
    #[default]
    Deliver,
    /// Answers so.
    Answer(Answer),
    /// Takes the push, then resets its HTTP/2 stream.
    ResetStream,
    /// Resets the stream as not processed (`REFUSED_STREAM`).
    RefuseStream,
    /// Takes the push, then resets the TCP connection with all that is on it.
    ResetConnection,
    /// Answers the push and goes away: streams opened later on this connection
    /// are not processed. With a delay, the GOAWAY and this answer come late.
    #[serde(rename = "goaway")]
    GoAway,
    /// Takes the push and never answers.
    NeverAnswer,
}

/// A scripted answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// APNs reason, or FCM's `errorCode`; without it FCM's answer carries no
    /// `FcmError` detail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The `Retry-After` header: seconds or an HTTP date.
    #[serde(
        default,
        deserialize_with = "number_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after: Option<String>,
    /// APNs `timestamp` of a 410, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// FCM `error.message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// FCM `BadRequest.fieldViolations`: field and description.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldViolation>,
    /// The whole body, instead of the one that the provider would send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// One entry of Google's `BadRequest.fieldViolations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldViolation {
    /// Path of the field, such as `message.android.ttl`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

fn number_or_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Seconds(u64),
        Text(String),
    }
    Ok(
        Option::<Given>::deserialize(from)?.map(|given| match given {
            Given::Seconds(seconds) => seconds.to_string(),
            Given::Text(text) => text,
        }),
    )
}

/// Why a faults file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FaultsError {
    /// The file cannot be read.
    #[error("cannot read the faults file {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The text is not a faults file.
    #[error(
        "not a faults file: {0}; expected {{\"seed\": 7, \"faults\": [{{\"do\": {{\"answer\": \
         {{\"status\": 503, \"reason\": \"Shutdown\"}}}}, \"probability\": 0.01}}]}}"
    )]
    Parse(#[from] serde_json::Error),
    /// A value is out of its range.
    #[error("fault {index} has {what}")]
    Value {
        /// Position in the list, from 0.
        index: usize,
        /// What is wrong.
        what: String,
    },
}

impl Faults {
    /// Reads a faults file.
    ///
    /// # Errors
    /// If the file cannot be read or is not a faults file.
    pub fn from_file(path: &std::path::Path) -> Result<Self, FaultsError> {
        let text = std::fs::read(path).map_err(|source| FaultsError::Read {
            path: path.display().to_string(),
            source,
        })?;
        Self::from_json(&text)
    }

    /// Reads faults from JSON.
    ///
    /// # Errors
    /// If the text is not a faults file, or a value in it makes no sense.
    pub fn from_json(json: &[u8]) -> Result<Self, FaultsError> {
        let faults: Self = serde_json::from_slice(json)?;
        faults.check()?;
        Ok(faults)
    }

    fn check(&self) -> Result<(), FaultsError> {
        for (index, fault) in self.faults.iter().enumerate() {
            if let Some(probability) = fault.probability
                && !(0.0..=1.0).contains(&probability)
            {
                let what = format!("probability {probability}, not one from 0 to 1");
                return Err(FaultsError::Value { index, what });
            }
            if let Action::Answer(answer) = &fault.action
                && !(200..=599).contains(&answer.status)
            {
                let what = format!("status {}, not one from 200 to 599", answer.status);
                return Err(FaultsError::Value { index, what });
            }
        }
        Ok(())
    }
}

impl Answer {
    /// Puts what is the same for every provider into an answer.
    pub(crate) fn finish(&self, reply: &mut Reply) {
        if let Some(wait) = &self.retry_after
            && let Ok(wait) = http::HeaderValue::try_from(wait)
        {
            reply.headers.insert(http::header::RETRY_AFTER, wait);
        }
        if let Some(body) = &self.body {
            reply.body = bytes::Bytes::from(body.clone());
        }
    }
}

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

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
