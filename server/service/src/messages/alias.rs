//! Two identifiers that turn out to be one person.

use domain::contact::{Contact, ContactInput};
use domain::event::EventInput;
use domain::people::Principal;
use domain::{AppId, Timestamp};
use serde_json::{Map, Value};
use storage::{Tx, contacts, devices, events};

use crate::Result;
use crate::service::way_of;

/// The event that stands in both timelines.
const LINE: &str = "alias";

/// What came of it.
pub(super) struct Joined {
    /// A workflow has something to look at.
    pub(super) triggers: bool,
    /// Something stayed where it was, for want of a signature.
    pub(super) left: bool,
}

/// What the signatures of both contacts let move.
pub(super) struct Rights {
    /// Apps whose devices stay.
    pub(super) except: Vec<AppId>,
    /// Whether what belongs to no app moves: events, fields and consent.
    pub(super) everything: bool,
}

/// Gives what `previous` has to `external_id`, as far as `rights` go: its devices,
/// its events, and whatever it knows that the other does not. Both timelines say
/// so.
pub(super) async fn join(
    tx: &mut Tx,
    by: &Principal,
    (previous, external_id): (&str, &str),
    rights: &Rights,
    now: Timestamp,
) -> Result<Joined> {
    let (way, actor) = (way_of(by), by.actor());
    contacts::ensure(tx, [external_id], now).await?;
    let from = contacts::find_by_external_id(&mut *tx, previous).await?;
    let to = contacts::find_by_external_id(&mut *tx, external_id).await?;
    let mut named = vec![external_id];
    let (mut moved, mut left) = (false, false);
    if let (Some(from), Some(to)) = (&from, &to) {
        if rights.everything {
            let inherited = [(external_id.to_owned(), inherited(from, to))];
            contacts::upsert(tx, &inherited, now, way, &actor).await?;
        }
        devices::hand_over(tx, from, to, &rights.except, (now, way)).await?;
        let left_devices = devices::of_contact(&mut *tx, from.shard, from.id).await?;
        left = !rights.everything || !left_devices.is_empty();
        if rights.everything {
            moved = events::hand_over(tx, from, to).await? > 0;
        }
        named.push(previous);
    }
    let mut properties = Map::new();
    properties.insert("previousId".into(), Value::from(previous));
    properties.insert("userId".into(), Value::from(external_id));
    let lines: Vec<_> = named
        .into_iter()
        .map(|external_id| EventInput {
            id: None,
            external_id: external_id.to_owned(),
            name: LINE.to_owned(),
            occurred_at: Some(now),
            properties: properties.clone().into(),
        })
        .collect();
    let lines = events::ingest(tx, &lines, now).await?;
    Ok(Joined {
        triggers: moved || lines.iter().any(|line| line.triggers),
        left,
    })
}

/// What `from` knows and `to` does not.
fn inherited(from: &Contact, to: &Contact) -> ContactInput {
    let text =
        |have: &Option<String>, known: &Option<String>| known.clone().filter(|_| have.is_none());
    ContactInput {
        first_name: text(&to.first_name, &from.first_name),
        last_name: text(&to.last_name, &from.last_name),
        email: text(&to.email, &from.email),
        locale: text(&to.locale, &from.locale),
        time_zone: text(&to.time_zone, &from.time_zone),
        opted_in: from.opted_in.filter(|_| to.opted_in.is_none()),
        attributes: from
            .attributes
            .iter()
            .filter(|(name, _)| !to.attributes.contains_key(*name))
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .collect(),
    }
}
