//! What providers' answers and people do to bindings.

use std::collections::{HashMap, HashSet};

use domain::consent::Way;
use domain::device::{Binding, BindingState, Channel, DeviceChange};
use domain::{AppId, BindingId, ContactId, Shard, Timestamp};

use uuid::Uuid;

use super::history::{self, NewLine};
use super::plan::tail;
use super::{registry, row};
use crate::{Result, Tx};

/// A new state for a binding.
#[derive(Clone, Debug)]
pub struct StateChange {
    /// The contact's shard.
    pub shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The binding.
    pub binding_id: BindingId,
    /// The token that was sent to. A binding that has another one by now is
    /// left alone; `None` means whatever it has.
    pub token: Option<String>,
    /// Since when it is so. A binding that was registered after that is left
    /// alone (Apple: a token is gone only if it was not registered since).
    pub since: Option<Timestamp>,
    /// The state.
    pub to: BindingState,
    /// Why: the provider's reason, or who did it.
    pub reason: String,
}

/// Sets the states of bindings, writes history, and returns those bindings
/// that changed, as they are now.
pub async fn set_states(
    tx: &mut Tx,
    changes: &[StateChange],
    now: Timestamp,
    way: Way,
) -> Result<Vec<Binding>> {
    let keys: Vec<_> = changes
        .iter()
        .map(|c| (c.shard, c.contact_id, c.binding_id))
        .collect();
    let mut bindings: HashMap<_, _> = lock(tx, keys).await?;
    let mut lines = Vec::new();
    for change in changes {
        let Some(binding) = bindings.get_mut(&change.binding_id) else {
            continue;
        };
        let other_token = change
            .token
            .as_ref()
            .is_some_and(|token| *token != binding.token);
        let registered_since = change
            .since
            .is_some_and(|since| binding.registered_at > since);
        // Revoked is a person's word: only a registration undoes it, no provider's answer.
        let kept = way == Way::Provider && binding.state == BindingState::Revoked;
        if other_token || registered_since || kept || binding.state == change.to {
            continue;
        }
        lines.push(NewLine {
            shard: binding.shard,
            contact_id: binding.contact_id,
            binding_id: binding.id,
            change: DeviceChange::StateChanged {
                from: binding.state,
                to: change.to,
                reason: change.reason.clone(),
            },
        });
        binding.state = change.to;
        binding.state_reason =
            Some(change.reason.clone()).filter(|_| change.to != BindingState::Active);
        binding.updated_at = now;
    }
    finish(tx, bindings, lines, now, way).await
}

/// A token that a provider says replaces another.
#[derive(Clone, Debug)]
pub struct TokenChange {
    /// The contact's shard.
    pub shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The binding.
    pub binding_id: BindingId,
    /// The token that was sent to.
    pub from: String,
    /// The token to send to from now on.
    pub to: String,
}

/// Replaces tokens as providers say, writes history, and returns those
/// bindings that changed. A token that another binding holds already is not
/// taken away from it.
pub async fn replace_tokens(
    tx: &mut Tx,
    changes: &[TokenChange],
    now: Timestamp,
    way: Way,
) -> Result<Vec<Binding>> {
    // Held before any row is locked, as registrations do, so that the two never
    // wait for each other in a circle. The app does not matter to the hold.
    let held = changes.iter().flat_map(|change| {
        Channel::ALL.map(|channel| (registry::token_key(channel, &change.to), AppId(Uuid::nil())))
    });
    registry::hold(tx, std::iter::empty(), held).await?;
    let keys: Vec<_> = changes
        .iter()
        .map(|c| (c.shard, c.contact_id, c.binding_id))
        .collect();
    let mut bindings = lock(tx, keys).await?;
    let before: Vec<Binding> = bindings.values().cloned().collect();
    let wanted = |change: &TokenChange, binding: &Binding| {
        (
            registry::token_key(binding.channel, &change.to),
            binding.app_id,
        )
    };
    let tokens: Vec<_> = changes
        .iter()
        .filter_map(|change| Some(wanted(change, bindings.get(&change.binding_id)?)))
        .collect();
    let mut taken = registry::taken_tokens(tx, &tokens).await?;
    let mut lines = Vec::new();
    for change in changes {
        let Some(binding) = bindings.get_mut(&change.binding_id) else {
            continue;
        };
        let key = wanted(change, binding);
        if binding.token != change.from || binding.token == change.to || !taken.insert(key) {
            continue;
        }
        lines.push(NewLine {
            shard: binding.shard,
            contact_id: binding.contact_id,
            binding_id: binding.id,
            change: DeviceChange::TokenChanged {
                from: tail(&change.from),
                to: tail(&change.to),
            },
        });
        binding.token.clone_from(&change.to);
        binding.registered_at = now;
        binding.updated_at = now;
    }
    let after: Vec<&Binding> = bindings.values().collect();
    registry::write(tx, &before.iter().collect::<Vec<_>>(), &after).await?;
    finish(tx, bindings, lines, now, way).await
}

async fn lock(
    tx: &mut Tx,
    mut keys: Vec<(Shard, ContactId, BindingId)>,
) -> Result<HashMap<BindingId, Binding>> {
    keys.sort_unstable();
    keys.dedup();
    Ok(row::lock(tx, &keys)
        .await?
        .into_iter()
        .map(|binding| (binding.id, binding))
        .collect())
}

/// Writes the bindings that have a line, and the lines.
async fn finish(
    tx: &mut Tx,
    mut bindings: HashMap<BindingId, Binding>,
    lines: Vec<NewLine>,
    now: Timestamp,
    way: Way,
) -> Result<Vec<Binding>> {
    let changed: HashSet<BindingId> = lines.iter().map(|line| line.binding_id).collect();
    bindings.retain(|id, _| changed.contains(id));
    let mut bindings: Vec<Binding> = bindings.into_values().collect();
    bindings.sort_unstable_by_key(registry::place);
    row::update(tx, &bindings.iter().collect::<Vec<_>>()).await?;
    history::insert(tx, &lines, now, way).await?;
    Ok(bindings)
}
