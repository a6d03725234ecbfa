//! Verifying a device: what was done, and what it means.

use domain::{BindingId, device::Channel};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Button, CallForm, Card, FormFailure, Glyph, Notice, Tone};

use super::api::VerifyDevice;

/// The card with the button, and what it came to.
pub fn verify_card(id: BindingId, channel: Channel) -> AnyView {
    let provider = channel.label();
    let does = if channel.has_dry_run() {
        format!(
            "{provider} checks a message to this token and sends nothing. What it says of the token is kept: the device is set aside, or comes back."
        )
    } else {
        format!(
            "{provider} has no dry run. Carillon checks the token’s form, the credential, the environment it sends to and the last answer; only a test push asks {provider} itself."
        )
    };
    view! {
        <Card title="Verify">
            <p class="quiet small">{does}</p>
            <CallForm call=VerifyDevice::url() id="verify" class="stack">
                <input type="hidden" name="id" value=id.to_string() />
                <FormFailure />
                <div aria-live="polite" data-outcome=""></div>
                {outcome("Taken", Tone::Accepted, format!("{provider} would take a message"))}
                {outcome(
                    "Plausible",
                    Tone::Accepted,
                    "Nothing is wrong, as far as can be seen from here".to_owned(),
                )} {outcome("Wrong", Tone::Rejected, "Something is wrong".to_owned())}
                {outcome("Undecided", Tone::Paused, "It cannot be said for sure".to_owned())}
                <div class="row">
                    <Button submit=true glyph=Glyph::Shield>
                        "Verify"
                    </Button>
                </div>
            </CallForm>
        </Card>
    }
    .into_any()
}

/// What a check may come to, to be shown when it did.
fn outcome(case: &'static str, tone: Tone, title: String) -> AnyView {
    view! {
        <template data-case=case>
            <Notice tone title>
                <p data-answer=case></p>
            </Notice>
        </template>
    }
    .into_any()
}
