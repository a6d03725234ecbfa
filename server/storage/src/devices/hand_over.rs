//! Giving one contact's devices to another.

use domain::consent::Way;
use domain::contact::Contact;
use domain::device::{Binding, DeviceChange};
use domain::{AppId, Timestamp};

use super::history::{self, NewLine};
use super::registry::{self, place, token_key_of};
use super::{of_contact, row};
use crate::{Result, Tx};

/// Gives the devices of one contact to another as they are, tokens, states and
/// opt-ins included, but those of the apps in `except`; notes it in both
/// histories, and returns them as they are now. No app registered anything, so a
/// token that was gone stays gone.
pub async fn hand_over(
    tx: &mut Tx,
    from: &Contact,
    to: &Contact,
    except: &[AppId],
    (now, way): (Timestamp, Way),
) -> Result<Vec<Binding>> {
    let mut known = of_contact(&mut *tx, from.shard, from.id).await?;
    known.retain(|binding| !except.contains(&binding.app_id));
    let devices = known.iter().map(|b| (b.app_id, b.device_id.as_str()));
    registry::hold(tx, devices, known.iter().map(token_key_of)).await?;
    let places: Vec<_> = known.iter().map(place).collect();
    let before = row::lock(tx, &places).await?;
    let mut lines = Vec::with_capacity(before.len() * 2);
    let mut after = Vec::with_capacity(before.len());
    for binding in &before {
        let moved = Binding {
            shard: to.shard,
            contact_id: to.id,
            updated_at: now,
            ..binding.clone()
        };
        let (there, here) = (to.external_id.clone(), from.external_id.clone());
        lines.push(line(binding, DeviceChange::MovedTo { external_id: there }));
        lines.push(line(&moved, DeviceChange::MovedFrom { external_id: here }));
        after.push(moved);
    }
    let (gone, new): (Vec<&Binding>, Vec<&Binding>) =
        (before.iter().collect(), after.iter().collect());
    row::delete(tx, &gone).await?;
    row::insert(tx, &new).await?;
    registry::write(tx, &gone, &new).await?;
    history::insert(tx, &lines, now, way).await?;
    Ok(after)
}

fn line(binding: &Binding, change: DeviceChange) -> NewLine {
    NewLine {
        shard: binding.shard,
        contact_id: binding.contact_id,
        binding_id: binding.id,
        change,
    }
}
