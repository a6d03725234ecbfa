//! Saving: what is saved, what is not, and what is said of it.

use app::features::pushes::{
    api::{LoadPush, SavePush, SavedPush},
    labels::sentences,
    start::read_saved,
    state::{NEW_CAMPAIGN, PushForm},
};
use dom::{El, find};
use domain::{PushId, push::PushContent, validate::FieldErrors, view::PushDraft};
use reactive_graph::{graph::untrack, prelude::*, signal::RwSignal};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::ask::{Refusal, call};

/// Everything that a save sends, to tell whether anything changed.
#[derive(Serialize)]
struct Snapshot {
    name: String,
    campaign: String,
    campaign_name: String,
    content: PushContent,
}

impl Snapshot {
    fn of(form: &PushForm) -> Self {
        Self {
            name: form.name.get(),
            campaign: form.campaign.get(),
            campaign_name: form.campaign_name.get(),
            content: form.content().0,
        }
    }

    /// The same for equal ones alone.
    fn key(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Where a push stands between the browser and the server.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    form: PushForm,
    /// What is wrong, from the last attempt, in sentences.
    pub(super) errors: RwSignal<FieldErrors>,
    /// A save is under way.
    pub(super) busy: RwSignal<bool>,
    /// Somebody else saved in the meantime.
    pub(super) conflict: RwSignal<bool>,
    /// What went wrong with the last attempt, besides fields.
    pub(super) failure: RwSignal<Option<String>>,
    /// The push's id, once it has one.
    id: RwSignal<Option<String>>,
    /// The version that this editor knows.
    version: RwSignal<i64>,
    /// The [`Snapshot::key`] of what is saved.
    saved: RwSignal<String>,
}

impl Saving {
    /// Watches a form that shows a push, or a new one.
    pub(super) fn new(form: &PushForm, known: Option<(PushId, i64)>) -> Self {
        let (id, version) = known.unzip();
        Self {
            form: *form,
            errors: RwSignal::new(FieldErrors::default()),
            busy: RwSignal::new(false),
            conflict: RwSignal::new(false),
            failure: RwSignal::new(None),
            id: RwSignal::new(id.map(|id| id.to_string())),
            version: RwSignal::new(version.unwrap_or_default()),
            saved: RwSignal::new(untrack(|| Snapshot::of(form).key())),
        }
    }

    /// The push's id, once it has one.
    pub(super) fn id(self) -> Option<PushId> {
        self.id.with(|id| id.as_ref()?.parse().ok())
    }

    /// There are changes that are not saved.
    pub(super) fn is_dirty(self) -> bool {
        let now = Snapshot::of(&self.form).key();
        self.saved.with(|saved| *saved != now)
    }

    /// Where it stands, in words.
    pub(super) fn words(self) -> &'static str {
        match (
            self.busy.get(),
            self.is_dirty(),
            self.id.with(Option::is_some),
        ) {
            (true, ..) => "Saving…",
            (_, true, true) => "Unsaved changes",
            (_, _, false) => "Not saved yet",
            (_, false, true) => "Saved",
        }
    }

    /// Saves; the push's id when it is saved, nothing when it is not.
    pub(super) async fn save(self) -> Option<PushId> {
        if self.busy.get_untracked() {
            return None;
        }
        let now = untrack(|| Snapshot::of(&self.form));
        let numbers = untrack(|| self.form.content().1);
        if !numbers.is_empty() {
            self.errors.set(sentences(&numbers));
            return None;
        }
        let id = untrack(|| self.id());
        if id.is_some() && !untrack(|| self.is_dirty()) {
            return id;
        }
        self.forget();
        self.busy.set(true);
        let asked = call(&SavePush {
            known: id.map(|id| (id, self.version.get_untracked())),
            draft: PushDraft {
                name: now.name.clone(),
                campaign_id: now.campaign.parse().ok(),
                content: now.content.clone(),
            },
            new_campaign: (now.campaign == NEW_CAMPAIGN).then(|| now.campaign_name.clone()),
        });
        let answer = asked.await;
        self.busy.set(false);
        match answer.and_then(|json| read(&json)) {
            Ok(push) => {
                let id = push.id;
                self.took(push, now);
                Some(id)
            }
            Err(refusal) => {
                self.refused(refusal);
                None
            }
        }
    }

    /// Saves over what somebody else saved.
    pub(super) async fn save_over(self) {
        let Some(id) = untrack(|| self.id()) else {
            return;
        };
        match call(&LoadPush { id }).await.and_then(|json| read(&json)) {
            Ok(theirs) => {
                self.version.set(theirs.version);
                self.conflict.set(false);
                self.save().await;
            }
            Err(refusal) => self.failure.set(Some(refusal.words)),
        }
    }

    /// Forgets what was wrong at the last attempt.
    fn forget(self) {
        if !self.errors.with_untracked(FieldErrors::is_empty) {
            self.errors.set(FieldErrors::default());
        }
        self.failure.set(None);
    }

    fn took(self, push: SavedPush, sent: Snapshot) {
        let id = push.id.to_string();
        let was_new = self.id.with_untracked(Option::is_none);
        self.id.set(Some(id.clone()));
        self.version.set(push.version);
        // A campaign that was made while saving is an ordinary one from now on,
        // unless the person chose otherwise while the save was under way.
        let campaign = push.campaign.map(|(id, name)| {
            let id = id.to_string();
            offer_campaign(&id, &name);
            id
        });
        let campaign = campaign.unwrap_or_default();
        if self
            .form
            .campaign
            .with_untracked(|now| *now == sent.campaign)
        {
            self.form.campaign.set(campaign.clone());
        }
        let saved = Snapshot {
            campaign,
            campaign_name: self.form.campaign_name.get_untracked(),
            ..sent
        };
        self.saved.set(saved.key());
        if was_new && let Some(history) = web_sys::window().and_then(|window| window.history().ok())
        {
            // The address names the push from now on; the page stays as it is.
            let address = format!("/pushes/{id}");
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        }
    }

    fn refused(self, refusal: Refusal) {
        let Refusal {
            kind,
            words,
            fields,
        } = refusal;
        if kind == "conflict" && self.id.with_untracked(Option::is_some) {
            self.conflict.set(true);
        } else if fields.is_empty() {
            self.failure.set(Some(words));
        }
        self.errors.set(fields);
    }
}

fn read(json: &str) -> Result<SavedPush, Refusal> {
    read_saved(json).ok_or_else(Refusal::unreachable)
}

/// A campaign among those to choose from, after “No campaign”.
fn offer_campaign(id: &str, name: &str) {
    let Some(list) = find("select[name=campaign]") else {
        return;
    };
    if list.find(&format!("option[value=\"{id}\"]")).is_none()
        && let Some(none) = list.find("option")
    {
        let option = El::new("option").attr("value", id).text(name);
        // Refused only for an element that is in no list.
        let _ = none.node().after_with_node_1(option.node());
    }
}
