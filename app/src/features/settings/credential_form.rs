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
        Channel::Adm => adm(),
        Channel::Webpush => webpush(),
        Channel::Twilio => twilio(),
    };
    let key = move |field: &str| format!("{}-{field}", channel.name());
    // A browser's subscription names the address itself.
    let addressed = channel != Channel::Webpush;
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
                    <summary>
                        {if addressed {
                            "Another address than the provider's"
                        } else {
                            "A push service of your own"
                        }}
                    </summary>
                    <div class="stack" data-gap="3">
                        {addressed
                            .then(|| {
                                view! {
                                    <TextField
                                        label="Address"
                                        name="secret.endpoint"
                                        key=key("endpoint")
                                        kind=InputKind::Url
                                        placeholder="https://127.0.0.1:8443"
                                        hint="For a simulator or a relay of your own."
                                        or_none=true
                                    />
                                }
                            })}
                        <FileText
                            label="Certificates to trust there"
                            name="secret.ca"
                            key=key("ca")
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

fn adm() -> AnyView {
    view! {
        <TextField
            label="Client's identifier"
            name="secret.client_id"
            key="client_id"
            kind=InputKind::Mono
            placeholder="amzn1.application-oa2-client.…"
            hint="From the app's security profile in Amazon's developer console."
        />
        <TextField
            label="Client's secret"
            name="secret.client_secret"
            key="client_secret"
            kind=InputKind::Password
            hint="Beside the identifier, under “Show secret”."
        />
    }
    .into_any()
}

fn webpush() -> AnyView {
    view! {
        <TextField
            label="Contact"
            name="secret.subject"
            key="subject"
            placeholder="mailto:push@example.com"
            hint="Push services write there when something is wrong: mailto: or https://."
        />
        <details class="fold">
            <summary>"A key that you have already"</summary>
            <TextField
                label="Private key"
                name="secret.private_key"
                key="webpush-private_key"
                kind=InputKind::Password
                hint="32 bytes in base64url. Left empty, the key here stays, or a first one is made. Another key parts you from every browser that subscribed with the one before."
            />
        </details>
    }
    .into_any()
}

fn twilio() -> AnyView {
    view! {
        <div class="pair">
            <TextField
                label="Account SID"
                name="secret.account_sid"
                key="account_sid"
                kind=InputKind::Mono
                placeholder="AC…"
            />
            <TextField
                label="Notify service SID"
                name="secret.service_sid"
                key="service_sid"
                kind=InputKind::Mono
                placeholder="IS…"
            />
        </div>
        <TextField
            label="Auth token"
            name="secret.auth_token"
            key="auth_token"
            kind=InputKind::Password
            hint="From Twilio's console, under Account info."
        />
    }
    .into_any()
}
