//! The account's name and time zone.

use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, Card, FormFailure, FormSummary, SelectField, SelectOption,
    TextField, Then,
};

use super::api::{AccountData, SaveAccount, open_account};
use crate::shell::loaded::load;

/// The account's part of the settings.
#[component]
pub fn Account() -> impl IntoView {
    load(open_account()).show("The settings", |data| view! { <Form data /> }.into_any())
}

#[component]
fn Form(data: AccountData) -> impl IntoView {
    let locked = !data.may_edit;
    let zones: Vec<_> = data
        .zones
        .into_iter()
        .map(|zone| SelectOption::new(zone.clone(), zone))
        .collect();
    // The whole page again: its frame shows the account's name, its times the zone.
    let then = Then::go("/settings").and_say("The account was saved.");
    view! {
        <Card title="Account">
            <CallForm call=SaveAccount::url() then class="form form--narrow">
                <FormFailure />
                <FormSummary />
                <TextField
                    label="Name"
                    name="account.name"
                    key="name"
                    value=data.account.name
                    disabled=locked
                />
                <SelectField
                    label="Time zone"
                    name="account.time_zone"
                    key="time_zone"
                    options=zones
                    value=data.account.time_zone
                    hint="Days are counted and times are shown in this zone."
                    disabled=locked
                />
                {if locked {
                    view! { <p class="quiet">"Administrators can change this."</p> }.into_any()
                } else {
                    view! {
                        <div class="row">
                            <Button kind=ButtonKind::Primary submit=true>
                                "Save the account"
                            </Button>
                        </div>
                    }
                        .into_any()
                }}
            </CallForm>
        </Card>
    }
    .into_any()
}
