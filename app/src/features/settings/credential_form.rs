//! Entering a credential: checked on entry, sealed at rest.

use domain::device::Channel;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, DialogBody, DialogFoot, FieldFrame, FormFailure, FormSummary,
    InputKind, Segment, Segmented, TextField, Then,
};

use super::{api::PutCredential, file_text::FileText};

/// The form in its dialog.
#[component]
pub fn CredentialForm(
    /// The app's name in addresses.
    slug: String,
    /// The channel.
    channel: Channel,
) -> impl IntoView {
    let fields = match channel {
        Channel::Apns => apns(),
        Channel::Fcm => fcm(),
    };
    let (endpoint, ca) = match channel {
        Channel::Apns => ("apns-endpoint", "apns-ca"),
        Channel::Fcm => ("fcm-endpoint", "fcm-ca"),
    };
    view! {
        <CallForm
            call=PutCredential::url()
            then=Then::say("The credential was checked and sealed.")
            class="dialog__form"
        >
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="secret.channel" value=channel.name() />
            <DialogBody>
                <FormFailure />
                <FormSummary />
                {fields}
                <details class="fold">
                    <summary>"Another address than the provider's"</summary>
                    <div class="stack" data-gap="3">
                        <TextField
                            label="Address"
                            name="secret.endpoint"
                            key=endpoint
                            kind=InputKind::Url
                            placeholder="https://127.0.0.1:8443"
                            hint="For a simulator or a relay of your own."
                            or_none=true
                        />
                        <FileText
                            label="Certificates to trust there"
                            name="secret.ca"
                            key=ca
                            accept=".pem,.crt,.cer"
                            hint="In PEM, beside the public ones."
                            placeholder="-----BEGIN CERTIFICATE-----"
                            or_none=true
                        />
                    </div>
                </details>
            </DialogBody>
            <DialogFoot>
                <Button closes=true>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true>
                    "Check and save"
                </Button>
            </DialogFoot>
        </CallForm>
    }
    .into_any()
}

/// How a key file begins.
const KEY_EXAMPLE: &str = "-----BEGIN PRIVATE KEY-----";

fn apns() -> AnyView {
    view! {
        <FileText
            label="Signing key"
            name="secret.private_key"
            key="private_key"
            accept=".p8,.pem"
            hint="The .p8 file from Apple's developer site, under Keys."
            placeholder=KEY_EXAMPLE
        />
        <div class="pair">
            <TextField
                label="Key's identifier"
                name="secret.key_id"
                key="key_id"
                kind=InputKind::Mono
                placeholder="ABC123DEFG"
            />
            <TextField
                label="Team's identifier"
                name="secret.team_id"
                key="team_id"
                kind=InputKind::Mono
                placeholder="DEF123GHIJ"
            />
        </div>
        <TextField
            label="Bundle identifier"
            name="secret.topic"
            key="topic"
            kind=InputKind::Mono
            placeholder="com.example.shop"
            hint="Apple calls it the topic."
        />
        <FieldFrame
            label="Builds"
            name="secret.environment"
            key="environment"
            hint="Tokens of development builds work with Apple's sandbox alone."
        >
            <Segmented
                label="Builds"
                name="secret.environment"
                parts=vec![
                    Segment::new("production", "App Store and TestFlight"),
                    Segment::new("sandbox", "Development"),
                ]
                value="production"
            />
        </FieldFrame>
    }
    .into_any()
}

fn fcm() -> AnyView {
    view! {
        <FileText
            label="Service account"
            name="secret.service_account"
            key="service_account"
            accept=".json,application/json"
            hint="The JSON file from the Firebase console, under Project settings, Service accounts."
            placeholder="{ \"type\": \"service_account\", … }"
        />
    }
    .into_any()
}
