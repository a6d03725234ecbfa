//! Events: take them in, one or many.

mod intake;

use domain::event::{EVENT_BATCH_MAX, EventInput};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::{EventId, Timestamp};
use storage::events::Ingested;

use crate::service::require;
use crate::{Result, Service, ServiceError};

pub(crate) use intake::Intake;
use intake::Writer;

/// How far ahead of the clock an event may lie: clocks differ.
const AHEAD_MAX_SECONDS: i64 = 24 * 3600;

/// What became of a batch of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenEvents {
    /// Our identifiers, in the batch's order; absent for an event that was
    /// taken before under the customer's own identifier.
    pub ids: Vec<Option<EventId>>,
}

impl TakenEvents {
    /// How many were new.
    pub fn taken(&self) -> usize {
        self.ids.iter().flatten().count()
    }
}

/// Checks that an event's time is one that an event can have.
pub(crate) fn check_time(field: &str, at: Timestamp, now: Timestamp, errors: &mut FieldErrors) {
    if at > now.plus_seconds(AHEAD_MAX_SECONDS) {
        errors.add(field, "lies more than a day in the future");
    } else if at.as_millis() < 0 {
        errors.add(field, "lies before 1970");
    }
}

impl Service {
    /// Takes events in, all or none. Contacts that are not known are created.
    /// `named` says how the caller's fields are called: `events[3].` for the
    /// fourth of a batch.
    pub async fn take_events(
        &self,
        by: &Principal,
        events: Vec<EventInput>,
        named: impl Fn(usize) -> String,
    ) -> Result<TakenEvents> {
        require(by, Permission::RegisterDevices)?;
        let now = self.now();
        let mut errors = FieldErrors::default();
        if events.is_empty() {
            errors.add("events", "must not be empty");
        } else if events.len() > EVENT_BATCH_MAX {
            errors.add(
                "events",
                format!(
                    "are {}; at most {EVENT_BATCH_MAX} are taken at once",
                    events.len()
                ),
            );
            return Err(errors.into());
        }
        for (n, event) in events.iter().enumerate() {
            let at = named(n);
            event.check(&at, &mut errors);
            if let Some(occurred_at) = event.occurred_at {
                check_time(&format!("{at}occurred_at"), occurred_at, now, &mut errors);
            }
        }
        errors.into_result(())?;

        let taken = self.write_events(by, events).await?;
        Ok(TakenEvents {
            ids: taken.into_iter().map(|event| event.id).collect(),
        })
    }

    /// Writes events that were checked, together with those of whoever else
    /// brings some just now, and returns what became of each once it is
    /// committed.
    pub(crate) async fn write_events(
        &self,
        by: &Principal,
        events: Vec<EventInput>,
    ) -> Result<Vec<Ingested>> {
        let writer = || Writer {
            store: self.store().clone(),
            clock: self.clock(),
            bell: self.shared_bell(),
        };
        let written = self.intake().write(by, events, writer).await;
        if let (Err(ServiceError::Unauthenticated), Principal::Key { id, .. }) = (&written, by) {
            self.remembered_keys().forget(*id);
        }
        written
    }
}
