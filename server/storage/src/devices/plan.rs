//! What registrations do to bindings, worked out in memory: no SQL here.
//!
//! A device has one binding per app, and so has a token. A registration names
//! both: the device's binding is changed, or else the token's is moved to the
//! device, or else a new one is made; a second binding that held the token
//! goes.

use std::collections::HashMap;

use domain::consent::Way;
use domain::device::{
    Binding, BindingState, DeviceChange, DeviceInput, OsPermission, Platform, token_end,
};
use domain::{AppId, BindingId, ContactId, Shard, Timestamp};

use super::history::NewLine;
use super::registry::{DeviceKey, TokenKey, device_key, token_key, token_key_of};
use crate::Ids;
use crate::consent::NewConsent;
use crate::contacts::Change;

/// How many of a token's last characters history shows.
const TAIL: usize = 6;

/// A registration with its contact found.
pub(super) struct Target<'a> {
    pub(super) shard: Shard,
    pub(super) contact_id: ContactId,
    pub(super) app_id: AppId,
    pub(super) device_id: &'a str,
    pub(super) input: &'a DeviceInput,
}

/// What one registration did.
pub(super) struct Outcome {
    pub(super) binding_id: BindingId,
    pub(super) change: Change,
    pub(super) moved_from: Option<ContactId>,
}

/// A binding as stored and as it shall be.
pub(super) struct Work {
    pub(super) stored: Option<Binding>,
    pub(super) wanted: Option<Binding>,
}

pub(super) struct Plan<'a> {
    pub(super) work: HashMap<BindingId, Work>,
    pub(super) lines: Vec<NewLine>,
    pub(super) consents: Vec<NewConsent>,
    by_device: HashMap<DeviceKey, BindingId>,
    by_token: HashMap<TokenKey, BindingId>,
    names: HashMap<ContactId, String>,
    ids: &'a Ids,
    now: Timestamp,
    way: Way,
}

impl<'a> Plan<'a> {
    /// Starts from the stored bindings of all devices and tokens concerned.
    /// `names` are the `external_id`s of all contacts concerned.
    pub(super) fn new(
        stored: Vec<Binding>,
        names: HashMap<ContactId, String>,
        ids: &'a Ids,
        now: Timestamp,
        way: Way,
    ) -> Self {
        let mut plan = Self {
            work: HashMap::with_capacity(stored.len()),
            lines: Vec::new(),
            consents: Vec::new(),
            by_device: HashMap::new(),
            by_token: HashMap::new(),
            names,
            ids,
            now,
            way,
        };
        for binding in stored {
            plan.put(binding.clone());
            plan.work
                .entry(binding.id)
                .and_modify(|work| work.stored = Some(binding));
        }
        plan
    }

    pub(super) fn register(&mut self, target: &Target<'_>) -> Outcome {
        let device = (target.app_id, target.device_id.to_owned());
        let address = (
            token_key(target.input.channel, &target.input.token),
            target.app_id,
        );
        let of_device = self.by_device.get(&device).copied();
        let of_token = self.by_token.get(&address).copied();
        let kept = of_device.or(of_token);
        let superseded = of_token.filter(|id| Some(*id) != kept);
        let mut moved_from = None;
        if let Some(binding) = superseded.and_then(|id| self.take(id))
            && binding.contact_id != target.contact_id
        {
            moved_from = Some(binding.contact_id);
            self.note_move(&binding, target, kept.unwrap_or(binding.id));
        }
        let Some(before) = kept.and_then(|id| self.take(id)) else {
            let binding = self.first(target);
            let binding_id = binding.id;
            self.put(binding);
            return Outcome {
                binding_id,
                change: Change::Created,
                moved_from,
            };
        };
        let after = self.lay(&before, target);
        if before.contact_id != target.contact_id {
            moved_from = Some(before.contact_id);
        }
        let change = if after == before && superseded.is_none() {
            Change::Unchanged
        } else {
            Change::Changed
        };
        self.put(after);
        Outcome {
            binding_id: before.id,
            change,
            moved_from,
        }
    }

    /// A device's first binding.
    fn first(&mut self, target: &Target<'_>) -> Binding {
        let input = target.input;
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let binding = Binding {
            id: self.ids.next(self.now).into(),
            shard: target.shard,
            contact_id: target.contact_id,
            app_id: target.app_id,
            device_id: target.device_id.to_owned(),
            channel: input.channel,
            platform: input.platform.unwrap_or(Platform::usual_for(input.channel)),
            token: input.canonical_token().into_owned(),
            os_permission: input.os_permission.unwrap_or(OsPermission::Unknown),
            opted_in: input.opted_in.unwrap_or(true),
            state: BindingState::Active,
            state_reason: None,
            app_version: given(&input.app_version),
            os_version: given(&input.os_version),
            model: given(&input.model),
            locale: given(&input.locale),
            time_zone: given(&input.time_zone),
            label: given(&input.label),
            registered_at: self.now,
            created_at: self.now,
            updated_at: self.now,
        };
        self.note(
            &binding,
            DeviceChange::Registered {
                channel: binding.channel,
            },
        );
        if let Some(opted_in) = input.opted_in {
            self.consent(&binding, opted_in);
        }
        binding
    }

    /// The binding as the registration wants it, its changes noted.
    fn lay(&mut self, before: &Binding, target: &Target<'_>) -> Binding {
        let input = target.input;
        let mut after = before.clone();
        let moved = before.contact_id != target.contact_id;
        let renamed = before.device_id != target.device_id;
        let token = input.canonical_token();
        let new_token = before.token != token || before.channel != input.channel;
        after.shard = target.shard;
        after.contact_id = target.contact_id;
        target.device_id.clone_into(&mut after.device_id);
        if moved {
            self.note_move(before, target, before.id);
        } else if renamed {
            self.note(
                &after,
                DeviceChange::Registered {
                    channel: input.channel,
                },
            );
        }
        if new_token {
            after.platform = if before.channel == input.channel {
                before.platform
            } else {
                Platform::usual_for(input.channel)
            };
            after.channel = input.channel;
            let (from, to) = (tail(&before.token), tail(&token));
            after.token = token.into_owned();
            self.note(&after, DeviceChange::TokenChanged { from, to });
        }
        // A file says again what it said before; only an app that registers
        // its token anew shows that the token lives.
        let anew = moved || renamed || new_token || self.way != Way::Import;
        if before.state != BindingState::Active && anew {
            after.state = BindingState::Active;
            after.state_reason = None;
            let (from, to) = (before.state, BindingState::Active);
            let reason = "registered again".to_owned();
            self.note(&after, DeviceChange::StateChanged { from, to, reason });
        }
        if let Some(to) = input.os_permission.filter(|to| *to != before.os_permission) {
            after.os_permission = to;
            let from = before.os_permission;
            self.note(&after, DeviceChange::PermissionChanged { from, to });
        }
        if let Some(opted_in) = input.opted_in.filter(|to| *to != before.opted_in) {
            after.opted_in = opted_in;
            self.note(&after, DeviceChange::OptInChanged { opted_in });
            self.consent(&after, opted_in);
        }
        after.platform = input.platform.unwrap_or(after.platform);
        for (field, value) in [
            (&mut after.app_version, &input.app_version),
            (&mut after.os_version, &input.os_version),
            (&mut after.model, &input.model),
            (&mut after.locale, &input.locale),
            (&mut after.time_zone, &input.time_zone),
            (&mut after.label, &input.label),
        ] {
            if let Some(value) = value {
                *field = Some(value.clone()).filter(|text| !text.is_empty());
            }
        }
        if after != *before {
            after.updated_at = self.now;
            if moved || renamed || new_token || before.state != after.state {
                after.registered_at = self.now;
            }
        }
        after
    }

    fn put(&mut self, binding: Binding) {
        self.by_device.insert(device_key(&binding), binding.id);
        self.by_token.insert(token_key_of(&binding), binding.id);
        let work = self.work.entry(binding.id).or_insert(Work {
            stored: None,
            wanted: None,
        });
        work.wanted = Some(binding);
    }

    fn take(&mut self, id: BindingId) -> Option<Binding> {
        let binding = self.work.get_mut(&id)?.wanted.take()?;
        self.by_device.remove(&device_key(&binding));
        self.by_token.remove(&token_key_of(&binding));
        Some(binding)
    }

    fn note(&mut self, binding: &Binding, change: DeviceChange) {
        self.lines.push(NewLine {
            shard: binding.shard,
            contact_id: binding.contact_id,
            binding_id: binding.id,
            change,
        });
    }

    /// Notes on both contacts that `binding` went from one to the other, where
    /// it is called `new_id`.
    fn note_move(&mut self, binding: &Binding, target: &Target<'_>, new_id: BindingId) {
        let name = |id: ContactId| self.names.get(&id).cloned().unwrap_or_default();
        let to = DeviceChange::MovedTo {
            external_id: name(target.contact_id),
        };
        let from = DeviceChange::MovedFrom {
            external_id: name(binding.contact_id),
        };
        self.note(binding, to);
        self.lines.push(NewLine {
            shard: target.shard,
            contact_id: target.contact_id,
            binding_id: new_id,
            change: from,
        });
    }

    fn consent(&mut self, binding: &Binding, opted_in: bool) {
        self.consents.push(NewConsent {
            shard: binding.shard,
            contact_id: binding.contact_id,
            opted_in,
            binding: Some(binding.id),
        });
    }
}

/// A token's last characters.
pub(super) fn tail(token: &str) -> String {
    token_end(token, TAIL).to_owned()
}
