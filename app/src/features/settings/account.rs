//! The account's name and time zone.

use domain::view::AccountSettings;
use leptos::{ev, prelude::*};
use ui::{
    Button, ButtonKind, Card, FormSummary, SelectField, SelectOption, Skeleton, TextField, toaster,
};

use super::{
    api::{AccountData, open_account, save_account},
    deed::Deed,
};
use crate::shell::loaded::load;

/// The account's part of the settings.
#[component]
pub fn Account() -> impl IntoView {
    let account = load(|| (), |()| open_account());
    view! {
        {account.show(
            "The settings",
            || view! { <Skeleton label="Loading the settings" lines=3 /> },
            |data| view! { <Form data /> }.into_any(),
        )}
    }
    .into_any()
}

#[component]
fn Form(data: AccountData) -> impl IntoView {
    let name = RwSignal::new(data.account.name.clone());
    let time_zone = RwSignal::new(data.account.time_zone.clone());
    let deed = Deed::new();
    let toaster = toaster();
    let locked = !data.may_edit;
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let wanted = AccountSettings {
            name: name.get_untracked(),
            time_zone: time_zone.get_untracked(),
        };
        deed.run(save_account(wanted), move |()| {
            toaster
                .done("The account was saved. Reload the page to see its times in the new zone.");
        });
    };
    let zones: Vec<_> = data
        .zones
        .into_iter()
        .map(|zone| SelectOption::new(zone.clone(), zone))
        .collect();
    view! {
        <Card title="Account">
            <form class="form form--narrow" on:submit=save>
                {deed.notice()}
                <FormSummary errors=deed.errors />
                <TextField
                    label="Name"
                    name="name"
                    value=name
                    error=deed.errors.of("name")
                    disabled=locked
                />
                <SelectField
                    label="Time zone"
                    name="time_zone"
                    options=zones
                    value=time_zone
                    hint="Days are counted and times are shown in this zone."
                    error=deed.errors.of("time_zone")
                    disabled=locked
                />
                {if locked {
                    view! { <p class="quiet">"Administrators can change this."</p> }.into_any()
                } else {
                    view! {
                        <div class="row">
                            <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                                "Save the account"
                            </Button>
                        </div>
                    }
                        .into_any()
                }}
            </form>
        </Card>
    }
    .into_any()
}
