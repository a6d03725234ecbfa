//! What the team calls the push, and where it belongs.

use domain::CampaignId;
use leptos::prelude::*;
use ui::{SelectField, SelectOption, TextField};

use super::Editing;

/// The campaign chosen when a new one is to be made while saving.
pub const NEW_CAMPAIGN: &str = "new";

/// Name, campaign, app.
#[component]
pub fn PlaceFields(
    /// The form.
    editing: Editing,
    /// The campaigns there are.
    campaigns: RwSignal<Vec<(CampaignId, String)>>,
    /// The name of a campaign to be made.
    campaign_name: RwSignal<String>,
) -> impl IntoView {
    let form = editing.form;
    let options = Signal::derive(move || {
        let mut options = vec![SelectOption::new("", "No campaign")];
        options.extend(
            campaigns
                .get()
                .into_iter()
                .map(|(id, name)| SelectOption::new(id.to_string(), name)),
        );
        options.push(SelectOption::new(NEW_CAMPAIGN, "New campaign…"));
        options
    });
    let mut apps = vec![SelectOption::new("", "Every app of the contact")];
    apps.extend(editing.apps.with_value(|apps| {
        apps.iter()
            .map(|app| SelectOption::new(app.id.to_string(), app.name.clone()))
            .collect::<Vec<_>>()
    }));
    let disabled = editing.read_only;
    view! {
        <div class="form__section">
            <TextField
                label="Name"
                name="name"
                value=form.name
                hint="For your team; nobody else sees it."
                error=editing.error("name")
                disabled
            />
            <div class="form__pair">
                <SelectField
                    label="Campaign"
                    name="campaign"
                    options
                    value=form.campaign
                    error=editing.error("campaign")
                    disabled
                />
                <SelectField label="App" name="app" options=Signal::stored(apps) value=form.app disabled />
            </div>
            <Show when=move || form.campaign.with(|chosen| chosen == NEW_CAMPAIGN)>
                <TextField
                    label="New campaign’s name"
                    name="campaign_name"
                    value=campaign_name
                    placeholder="Spring sale"
                    error=editing.error("campaign_name")
                />
            </Show>
        </div>
    }
    .into_any()
}
