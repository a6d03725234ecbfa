//! What arrived: the log file, and the recent pushes for the virtual devices.

mod recall;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::broadcast;

use crate::faults::Channel;

/// A push that a provider received, or refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// By which provider.
    pub channel: Channel,
    /// For which push token.
    pub token: String,
    /// The request's headers, the credential left out.
    pub headers: serde_json::Map<String, serde_json::Value>,
    /// The request's body, byte for byte as it came over the wire, line breaks
    /// between tokens turned into spaces; null if it is not JSON.
    pub payload: Option<Box<RawValue>>,
    /// What is answered; null if nothing is.
    pub status: Option<u16>,
}

/// How many arrivals a slow subscriber may fall behind before it loses some.
const SUBSCRIBER_LAG: usize = 1024;
/// How long a line may wait in memory. A reader that looks a second after the
/// answer must find it.
const FLUSH_EVERY: Duration = Duration::from_millis(100);

/// Where arrivals go.
#[derive(Debug)]
pub(crate) struct Arrivals {
    count: AtomicU64,
    log: Option<Arc<Mutex<BufWriter<File>>>>,
    keep: usize,
    recent: Mutex<VecDeque<Arc<Arrival>>>,
    news: broadcast::Sender<Arc<Arrival>>,
}

impl Arrivals {
    /// Appends to `log`, if given, and keeps the last `keep` arrivals, those that
    /// the log has from before included.
    pub(crate) fn open(log: Option<&Path>, keep: usize) -> std::io::Result<Self> {
        let mut recent = VecDeque::new();
        let log = match log {
            None => None,
            Some(path) => {
                let mut file = OpenOptions::new()
                    .create(true)
                    .read(true)
                    .append(true)
                    .open(path)?;
                recent = recall::last(&mut file, keep)?;
                let log = Arc::new(Mutex::new(BufWriter::with_capacity(256 * 1024, file)));
                flush_regularly(&log)?;
                Some(log)
            }
        };
        Ok(Self {
            count: AtomicU64::new(0),
            log,
            keep,
            recent: Mutex::new(recent),
            news: broadcast::Sender::new(SUBSCRIBER_LAG),
        })
    }

    /// Counts a push that is taken, and keeps it if anyone wants it kept.
    pub(crate) fn take(&self, arrival: impl FnOnce() -> Arrival) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.keep(arrival);
    }

    /// Keeps a push that the checks refused, if anyone wants it kept.
    pub(crate) fn refuse(&self, arrival: impl FnOnce() -> Arrival) {
        self.keep(arrival);
    }

    fn keep(&self, arrival: impl FnOnce() -> Arrival) {
        if self.log.is_none() && self.keep == 0 {
            return;
        }
        let arrival = Arc::new(arrival());
        if let Some(log) = &self.log {
            let written = serde_json::to_vec(&*arrival)
                .map_err(std::io::Error::from)
                .and_then(|mut line| {
                    line.push(b'\n');
                    log.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .write_all(&line)
                });
            if let Err(error) = written {
                tracing::error!(%error, token = arrival.token, "a push is missing in the log");
            }
        }
        if self.keep > 0 {
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if recent.len() == self.keep {
                recent.pop_front();
            }
            recent.push_back(Arc::clone(&arrival));
            drop(recent);
            // No subscriber is no error.
            let _ = self.news.send(arrival);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// The kept arrivals of one token, or of all, newest first.
    pub(crate) fn recent(&self, token: Option<&str>) -> Vec<Arc<Arrival>> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |arrival: &&Arc<Arrival>| token.is_none_or(|token| arrival.token == token);
        recent.iter().rev().filter(wanted).cloned().collect()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<Arrival>> {
        self.news.subscribe()
    }

    pub(crate) fn flush(&self) -> std::io::Result<()> {
        match &self.log {
            Some(log) => log.lock().unwrap_or_else(PoisonError::into_inner).flush(),
            None => Ok(()),
        }
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        if let Err(error) = self.flush() {
            tracing::error!(%error, "the end of the log is missing");
        }
    }
}

/// A thread of its own: a busy runtime must not keep lines in memory. It ends
/// when the log is dropped.
fn flush_regularly(log: &Arc<Mutex<BufWriter<File>>>) -> std::io::Result<()> {
    let log: Weak<_> = Arc::downgrade(log);
    std::thread::Builder::new()
        .name("sandbox-log".to_owned())
        .spawn(move || {
            while let Some(log) = log.upgrade() {
                let flushed = log.lock().unwrap_or_else(PoisonError::into_inner).flush();
                if let Err(error) = flushed {
                    tracing::error!(%error, "cannot write the log");
                }
                drop(log);
                std::thread::sleep(FLUSH_EVERY);
            }
        })?;
    Ok(())
}

/// Headers as the log shows them.
pub(crate) fn loggable(headers: &http::HeaderMap) -> serde_json::Map<String, serde_json::Value> {
    let shown = headers.iter().map(|(name, value)| {
        let value = if name == http::header::AUTHORIZATION {
            "…".to_owned()
        } else {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        (name.as_str().to_owned(), serde_json::Value::String(value))
    });
    shown.collect()
}

/// A request body as a log line can hold it.
pub(crate) fn payload(body: &[u8]) -> Option<Box<RawValue>> {
    let text = std::str::from_utf8(body).ok()?;
    // A JSON string cannot hold a raw line break, so these stand between tokens.
    RawValue::from_string(text.replace(['\n', '\r'], " ")).ok()
}
