//! Refused registrations: what each door turned away, for whoever wonders why
//! a device is not there.

use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use domain::people::{Permission, Principal};
use domain::view::{Page, RefusedRegistration, SeenOutcome, SeenRegistration};
use storage::refusals::{self, KEPT_MILLIS, NewRefusal};

use super::masking;
use crate::service::{page, require};
use crate::{PageRequest, Result, Service};

/// Refusals that are kept of one second: a client that repeats itself does not
/// fill the list, nor keep the database busy.
const A_SECOND: u32 = 20;
/// The same of callers who are not known, and whom anybody can be: they do not
/// push out what others were refused.
const A_SECOND_UNKNOWN: u32 = 2;

/// A registration that a door refused, as it was received.
#[derive(Clone, Copy, Debug)]
pub struct RefusedRequest<'a> {
    /// Whether the caller is known, by a key or a signature that holds.
    pub known: bool,
    /// Where it came in: the method and the address, without a query.
    pub door: &'a str,
    /// Why it was refused, as the caller was told.
    pub reason: &'a str,
    /// Slug of the app, if it is known.
    pub app: Option<&'a str>,
    /// The contact's own identifier, if it is known.
    pub contact: Option<&'a str>,
    /// The device's identifier, if it is known.
    pub device: Option<&'a str>,
    /// The body as received. Its secrets are masked before it is kept.
    pub request: &'a str,
}

/// Lets so many refusals of each second through, of known callers and of others.
#[derive(Debug, Default)]
pub(crate) struct RefusalTap {
    known: Counter,
    unknown: Counter,
}

impl RefusalTap {
    fn passes(&self, known: bool, now: Timestamp) -> bool {
        if known {
            self.known.passes(A_SECOND, now)
        } else {
            self.unknown.passes(A_SECOND_UNKNOWN, now)
        }
    }
}

/// A second, and how many came in it.
#[derive(Debug, Default)]
struct Counter(Mutex<(i64, u32)>);

impl Counter {
    fn passes(&self, most: u32, now: Timestamp) -> bool {
        let mut tap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tap.0 != now.as_seconds() {
            *tap = (now.as_seconds(), 0);
        }
        tap.1 = tap.1.saturating_add(1);
        tap.1 <= most
    }
}

impl Service {
    /// Keeps a registration that a door refused, for a day and among the
    /// newest thousand. A failure to do so is logged: the refusal itself is
    /// what the caller waits for.
    pub async fn note_refused_registration(&self, refused: &RefusedRequest<'_>) {
        if !self.refusals().passes(refused.known, self.now()) {
            return;
        }
        if let Err(error) = self.keep_refusal(refused).await {
            tracing::warn!(failure = ?error, "a refused registration could not be kept");
        }
    }

    async fn keep_refusal(&self, refused: &RefusedRequest<'_>) -> Result<()> {
        let door = masking::path(refused.door);
        let reason = masking::words(refused.reason);
        let request = masking::body(refused.request);
        let named = |text: Option<&str>| {
            let text = text.map(masking::words);
            text.filter(|text| !text.contains('\0'))
        };
        let (app, contact) = (named(refused.app), named(refused.contact));
        let device = named(refused.device);
        self.tail().note(SeenRegistration {
            at: self.now(),
            contact: contact.clone(),
            device: device.clone(),
            app: app.clone(),
            channel: None,
            outcome: SeenOutcome::Refused {
                reason: reason.clone(),
            },
        });
        let mut tx = self.begin().await?;
        let new = NewRefusal {
            door: &door.replace('\0', "\u{fffd}"),
            reason: &reason.replace('\0', "\u{fffd}"),
            app: app.as_deref(),
            contact: contact.as_deref(),
            device: device.as_deref(),
            request: &request.replace('\0', "\u{fffd}"),
        };
        refusals::insert(&mut tx, &new, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The registrations that were refused in the last day, newest first.
    pub async fn refused_registrations(
        &self,
        by: &Principal,
        wish: &PageRequest,
    ) -> Result<Page<RefusedRegistration>> {
        require(by, Permission::Inspect)?;
        let since = self.now().plus_millis(-KEPT_MILLIS);
        let mut reader = self.reader().await?;
        let after = wish.after()?;
        let found = refusals::list(&mut reader, since, after.as_ref(), wish.limit).await?;
        Ok(page(found, |refused| refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_second_only_so_many_are_kept() {
        let tap = RefusalTap::default();
        let now = Timestamp(1_000);
        let passed = |known| (0..50).filter(|_| tap.passes(known, now)).count();
        assert_eq!(passed(false), 2, "callers who are not known");
        assert_eq!(passed(true), 20, "whatever the others did");
        assert!(tap.passes(true, Timestamp(2_000)));
        assert!(tap.passes(false, Timestamp(2_000)));
    }
}
