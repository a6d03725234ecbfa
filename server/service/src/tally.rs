//! How many contacts and devices there are: counted at once as far as that takes no time,
//! and beyond it as they were counted last. Whoever finds that number older than a minute
//! has it counted anew beside the work.

use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use domain::view::Count;
use storage::{Reader, contacts, devices};

use crate::{Result, Service};

/// How far is counted while somebody waits.
const COUNTED: u32 = 10_000;
/// How old, in milliseconds, a number may become before it is counted anew.
const AGE_MAX: i64 = 60_000;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted {
    Contacts,
    Devices,
}

/// The numbers that are known.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    contacts: Mutex<Tally>,
    devices: Mutex<Tally>,
}

/// One of them.
#[derive(Debug, Default)]
struct Tally {
    known: Option<u32>,
    /// When somebody was last asked to count.
    asked: Option<Timestamp>,
}

impl Tallies {
    fn with<T>(&self, what: Counted, act: impl FnOnce(&mut Tally) -> T) -> T {
        let tally = match what {
            Counted::Contacts => &self.contacts,
            Counted::Devices => &self.devices,
        };
        act(&mut tally.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service {
    /// How many there are.
    pub(crate) async fn tally(&self, reader: &mut Reader, what: Counted) -> Result<Count> {
        let most = COUNTED + 1;
        let n = match what {
            Counted::Contacts => contacts::count_to(&mut *reader, most).await?,
            Counted::Devices => devices::count_to(&mut *reader, most).await?,
        };
        if n <= COUNTED {
            return Ok(Count { n, more: false });
        }
        let now = self.now();
        let (known, count) = self.tallies().with(what, |tally| {
            let fresh = |at: Timestamp| now.as_millis() - at.as_millis() < AGE_MAX;
            let count = !tally.asked.is_some_and(fresh);
            if count {
                tally.asked = Some(now);
            }
            (tally.known, count)
        });
        if count {
            let service = self.clone();
            tokio::spawn(async move { service.count_all(what).await });
        }
        Ok(known.map_or(
            Count {
                n: COUNTED,
                more: true,
            },
            |n| Count {
                // They may have become fewer since.
                n: n.max(COUNTED),
                more: n <= COUNTED,
            },
        ))
    }

    async fn count_all(&self, what: Counted) {
        match self.counted(what).await {
            Ok(n) => self.tallies().with(what, |tally| tally.known = Some(n)),
            Err(error) => tracing::warn!(failure = ?error, ?what, "could not be counted"),
        }
    }

    async fn counted(&self, what: Counted) -> Result<u32> {
        let mut reader = self.reader().await?;
        Ok(match what {
            Counted::Contacts => contacts::count(&mut reader).await?,
            Counted::Devices => devices::count(&mut reader).await?,
        })
    }
}
