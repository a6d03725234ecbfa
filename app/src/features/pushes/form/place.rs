//! What the team calls the push, and where it belongs.

use domain::CampaignId;
use leptos::prelude::*;
use ui::{SelectField, SelectOption, TextField};

use super::{Editing, When};
use crate::features::pushes::{apps::AppLook, state::NEW_CAMPAIGN};

/// Name, campaign, app.
#[component]
pub fn PlaceFields(
    /// The form.
    editing: Editing,
    /// The campaigns there are.
    campaigns: Vec<(CampaignId, String)>,
    /// The apps there are.
    apps: Vec<AppLook>,
) -> impl IntoView {
    let form = editing.form;
    let campaigns = campaigns
        .into_iter()
        .map(|(id, name)| SelectOption::new(id.to_string(), name));
    let options: Vec<_> = [SelectOption::new("", "No campaign")]
        .into_iter()
        .chain(campaigns)
        .chain([SelectOption::new(NEW_CAMPAIGN, "New campaign…")])
        .collect();
    let apps: Vec<_> = [SelectOption::new("", "Every app of the contact")]
        .into_iter()
        .chain(
            apps.into_iter()
                .map(|app| SelectOption::new(app.id, app.name)),
        )
        .collect();
    let disabled = editing.read_only;
    view! {
        <div class="form__section">
            <TextField
                label="Name"
                name="name"
                value=form.name.get_untracked()
                hint="For your team; nobody else sees it."
                disabled
            />
            <div class="form__pair">
                <SelectField
                    label="Campaign"
                    name="campaign"
                    options=options
                    value=form.campaign.get_untracked()
                    disabled
                />
                <SelectField label="App" name="app" options=apps value=form.app.get_untracked() disabled />
            </div>
            <When field="campaign" is=NEW_CAMPAIGN.to_owned() now=form.campaign>
                <TextField
                    label="New campaign’s name"
                    name="campaign_name"
                    value=form.campaign_name.get_untracked()
                    placeholder="Spring sale"
                />
            </When>
        </div>
    }
    .into_any()
}
