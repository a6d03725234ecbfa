//! Limiting how many calls may be in flight with a credential.

use domain::device::Channel;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Button, CallForm, FormFailure, NumberField, Then};

use super::api::LimitCredential;

/// The form, folded away: few need it.
#[component]
pub fn LimitForm(
    /// The app's name in addresses.
    slug: String,
    /// The channel.
    channel: Channel,
    /// The limit as it is.
    most: Option<u32>,
) -> impl IntoView {
    let value = most.map(|most| most.to_string()).unwrap_or_default();
    view! {
        <details class="fold">
            <summary>"Limit its calls"</summary>
            <CallForm
                call=LimitCredential::url()
                then=Then::say("The limit was saved.")
                id=format!("limit-{}", channel.name())
            >
                <FormFailure />
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="channel" value=channel.name() />
                <div class="stack" data-gap="3">
                    <NumberField
                        label="Most calls at a time"
                        name="max_in_flight"
                        key=format!("{}-max_in_flight", channel.name())
                        value
                        min=1
                        max=2048
                        hint="Of each worker. Left empty, there are as many as the provider bears."
                    />
                    <div class="row">
                        <Button submit=true>"Save the limit"</Button>
                    </div>
                </div>
            </CallForm>
        </details>
    }
    .into_any()
}
