//! Saving: what is saved, what is not, and what is said of it.

use domain::{
    CampaignId, PushId,
    push::PushContent,
    view::{PushDraft, PushView},
};
use leptos::prelude::*;
use ui::FormErrors;

use super::{
    api::{load_push, save_push},
    form::place::NEW_CAMPAIGN,
    labels::sentences,
    state::PushForm,
};
use crate::{AppError, shell::answer::form_errors};

/// Everything that a save sends, to tell whether anything changed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Snapshot {
    name: String,
    campaign: String,
    campaign_name: String,
    content: PushContent,
}

/// Where a push stands between the browser and the server.
#[derive(Clone, Copy)]
pub struct Saving {
    form: PushForm,
    /// The name of a campaign to be made.
    pub campaign_name: RwSignal<String>,
    /// What is wrong, from the last attempt.
    pub errors: FormErrors,
    /// A save is under way.
    pub busy: RwSignal<bool>,
    /// Somebody else saved in the meantime.
    pub conflict: RwSignal<bool>,
    /// What went wrong with the last attempt, besides fields.
    pub failure: RwSignal<Option<AppError>>,
    /// The push's id and the version that this editor knows.
    known: RwSignal<Option<(PushId, i64)>>,
    /// The campaigns to choose from.
    pub campaigns: RwSignal<Vec<(CampaignId, String)>>,
    saved: RwSignal<Snapshot>,
    /// There are changes that are not saved.
    pub dirty: Memo<bool>,
}

impl Saving {
    /// Watches a form that shows `push`, or a new one.
    pub fn new(
        form: PushForm,
        push: Option<&PushView>,
        campaigns: Vec<(CampaignId, String)>,
    ) -> Self {
        let campaign_name = RwSignal::new(String::new());
        let now = untrack(|| snapshot(&form, campaign_name));
        let saved = RwSignal::new(now);
        let known = RwSignal::new(push.map(|push| (push.id, push.version)));
        Self {
            form,
            campaign_name,
            errors: FormErrors::new(),
            busy: RwSignal::new(false),
            conflict: RwSignal::new(false),
            failure: RwSignal::new(None),
            known,
            campaigns: RwSignal::new(campaigns),
            saved,
            dirty: Memo::new(move |_| saved.with(|saved| *saved != snapshot(&form, campaign_name))),
        }
    }

    /// The push's id, once it has one.
    pub fn id(self) -> Option<PushId> {
        self.known.get().map(|(id, _)| id)
    }

    /// Where it stands, in words.
    pub fn words(self) -> &'static str {
        match (
            self.busy.get(),
            self.dirty.get(),
            self.known.get().is_some(),
        ) {
            (true, ..) => "Saving…",
            (_, true, true) => "Unsaved changes",
            (_, _, false) => "Not saved yet",
            (_, false, true) => "Saved",
        }
    }

    /// Saves; the push's id when it is saved, nothing when it is not.
    pub async fn save(self) -> Option<PushId> {
        if self.busy.get_untracked() {
            return None;
        }
        let now = untrack(|| snapshot(&self.form, self.campaign_name));
        let numbers = untrack(|| self.form.content().1);
        if !numbers.is_empty() {
            self.errors.set(sentences(&numbers));
            return None;
        }
        let known = self.known.get_untracked();
        if known.is_some() && !self.dirty.get_untracked() {
            return known.map(|(id, _)| id);
        }
        self.errors.clear();
        self.failure.set(None);
        self.busy.set(true);
        let new_campaign = (now.campaign == NEW_CAMPAIGN).then(|| now.campaign_name.clone());
        let draft = PushDraft {
            name: now.name.clone(),
            campaign_id: now.campaign.parse().ok(),
            content: now.content.clone(),
        };
        let answer = save_push(known, draft, new_campaign).await;
        self.busy.set(false);
        match answer {
            Ok(push) => {
                self.took(&push, now);
                Some(push.id)
            }
            Err(error) => {
                self.refused(error);
                None
            }
        }
    }

    /// Saves over what somebody else saved.
    pub async fn save_over(self) {
        let Some((id, _)) = self.known.get_untracked() else {
            return;
        };
        match load_push(id).await {
            Ok(theirs) => {
                self.known.set(Some((id, theirs.version)));
                self.conflict.set(false);
                self.save().await;
            }
            Err(error) => self.failure.set(Some(error)),
        }
    }

    fn took(self, push: &PushView, sent: Snapshot) {
        let was_new = self.known.get_untracked().is_none();
        self.known.set(Some((push.id, push.version)));
        // A campaign that was made while saving is an ordinary one from now on,
        // unless the person chose otherwise while the save was under way.
        let campaign = push
            .campaign_id
            .map(|id| id.to_string())
            .unwrap_or_default();
        if let (Some(id), Some(name)) = (push.campaign_id, push.campaign.clone())
            && self
                .campaigns
                .with_untracked(|known| known.iter().all(|(other, _)| *other != id))
        {
            self.campaigns.update(|known| known.insert(0, (id, name)));
        }
        if self
            .form
            .campaign
            .with_untracked(|now| *now == sent.campaign)
        {
            self.form.campaign.set(campaign.clone());
        }
        self.saved.set(Snapshot {
            campaign,
            campaign_name: self.campaign_name.get_untracked(),
            ..sent
        });
        if was_new && let Ok(history) = window().history() {
            // The address names the push from now on; the page stays as it is.
            let address = format!("/pushes/{}", push.id);
            let _ =
                history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
        }
    }

    fn refused(self, error: AppError) {
        self.errors.set(form_errors(&error));
        match error {
            AppError::Conflict { .. } if self.known.get_untracked().is_some() => {
                self.conflict.set(true);
            }
            AppError::Invalid { ref fields, .. } if !fields.is_empty() => {}
            other => self.failure.set(Some(other)),
        }
    }
}

fn snapshot(form: &PushForm, campaign_name: RwSignal<String>) -> Snapshot {
    Snapshot {
        name: form.name.get(),
        campaign: form.campaign.get(),
        campaign_name: campaign_name.get(),
        content: form.content().0,
    }
}
