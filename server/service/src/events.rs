//! Events: take them in, one or many.

mod filing;
mod intake;
mod writer;

use domain::Timestamp;
use domain::event::{EVENT_BATCH_MAX, EventInput};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;

use crate::service::require;
use crate::{Result, Service, ServiceError};

pub(crate) use intake::Intake;
use writer::Writer;

/// How far ahead of the clock an event may lie: clocks differ.
const AHEAD_MAX_SECONDS: i64 = 24 * 3600;

/// Checks that an event's time is one that an event can have.
pub(crate) fn check_time(field: &str, at: Timestamp, now: Timestamp, errors: &mut FieldErrors) {
    if at > now.plus_seconds(AHEAD_MAX_SECONDS) {
        errors.add(field, "lies more than a day in the future");
    } else if at.as_millis() < 0 {
        errors.add(field, "lies before 1970");
    }
}

impl Service {
    /// Takes events in, all or none, and returns once they are durable. An event
    /// that comes again under its own identifier is stored once; contacts that are
    /// not known are created. `named` says how the caller's fields are called:
    /// `events[3].` for the fourth of a batch.
    ///
    /// While many come at once, contacts, timelines and workflows see them a while
    /// later.
    pub async fn take_events(
        &self,
        by: &Principal,
        mut events: Vec<EventInput>,
        named: impl Fn(usize) -> String,
    ) -> Result<()> {
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
        for (n, event) in events.iter_mut().enumerate() {
            let mut wrong = FieldErrors::default();
            event.check(&mut wrong);
            check_time(
                "occurred_at",
                *event.occurred_at.get_or_insert(now),
                now,
                &mut wrong,
            );
            for error in wrong.0 {
                errors.add(format!("{}{}", named(n), error.field), error.message);
            }
        }
        errors.into_result(())?;
        self.write_events(by, events).await
    }

    /// Writes events that were checked and have their time, together with those of
    /// whoever else brings some just now, and returns once they are committed.
    pub(crate) async fn write_events(&self, by: &Principal, events: Vec<EventInput>) -> Result<()> {
        let written = self
            .intake()
            .write(by, events, || self.event_writer())
            .await;
        if let (Err(ServiceError::Unauthenticated), Principal::Key { id, .. }) = (&written, by) {
            self.remembered_keys().forget(*id);
        }
        written
    }

    /// Starts filing accepted events that are left from before.
    pub fn start_filing(&self) {
        self.intake().start(|| self.event_writer());
    }

    /// Ends taking events, after the transactions that have begun.
    pub async fn end_filing(&self) {
        self.intake().end().await;
    }

    /// Has every event filed that was accepted before now.
    pub(crate) async fn settle_events(&self) -> Result<()> {
        self.intake().settle(&self.event_writer()).await
    }

    fn event_writer(&self) -> Writer {
        Writer {
            store: self.store().clone(),
            clock: self.clock(),
            bell: self.shared_bell(),
        }
    }
}
