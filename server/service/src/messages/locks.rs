//! What messages are about to write, locked in the order in which everybody locks
//! it: contacts, then devices. Messages that write both again and again would
//! otherwise wait for each other in a circle.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::consent::Way;
use domain::contact::ContactInput;
use storage::devices::{self, Registration};
use storage::{Tx, contacts};

use super::device::Placed;
use super::{Message, Says};
use crate::Result;

/// A message that is taken, by its place, and its device.
pub(super) type Work = (usize, Message, Option<Placed>);

/// Locks what `work` is going to write, where it does so more than once.
pub(super) async fn take(tx: &mut Tx, work: &[Work], now: Timestamp) -> Result<()> {
    let says = |wanted: fn(&Says) -> bool| work.iter().any(|(_, message, _)| wanted(&message.says));
    let aliases = says(|says| matches!(says, Says::Alias { .. }));
    let profiles = says(|says| matches!(says, Says::Profile(_)));
    let events = says(|says| matches!(says, Says::Event { .. }));
    let devices = work.iter().any(|(_, _, placed)| placed.is_some());
    if !aliases && !(profiles && (events || devices)) {
        return Ok(());
    }
    let mut names: BTreeSet<&str> = work
        .iter()
        .map(|(_, message, _)| message.external_id.as_str())
        .collect();
    let mut previous = Vec::new();
    for (_, message, _) in work {
        let Says::Alias { previous: name, .. } = &message.says else {
            continue;
        };
        // Who is not known is not made: there is nothing to move.
        if let Some(known) = contacts::find_by_external_id(&mut *tx, name).await? {
            names.insert(name);
            previous.push((known.shard, known.id));
        }
    }
    let inputs: Vec<_> = names
        .into_iter()
        .map(|name| (name.to_owned(), ContactInput::default()))
        .collect();
    // Nothing is said of consent: way and actor are not used.
    contacts::upsert(tx, &inputs, now, Way::Api, "").await?;
    if aliases {
        let registrations: Vec<_> = work
            .iter()
            .filter_map(|(_, message, placed)| {
                Some(placed.as_ref()?.registration(&message.external_id))
            })
            .collect();
        devices::hold(tx, &registrations, &previous).await?;
    }
    Ok(())
}

impl Placed {
    /// It as this contact's.
    pub(super) fn registration<'a>(&'a self, external_id: &'a str) -> Registration<'a> {
        Registration {
            external_id,
            device_id: &self.device_id,
            app_id: self.app_id,
            input: &self.input,
        }
    }
}
