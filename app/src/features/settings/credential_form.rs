//! Entering a credential: checked on entry, sealed at rest.

use domain::{
    app::{ApnsEnvironment, CredentialSecret},
    device::Channel,
};
use leptos::{ev, prelude::*};
use ui::{
    Button, ButtonKind, DialogBody, DialogFoot, FieldFrame, FormErrors, FormSummary, InputKind,
    Segment, Segmented, TextField, toaster,
};

use super::{api::put_credential, app_page::AppResource, deed::Deed, file_text::FileText};

/// What a person enters. Fields of the other channel stay empty.
#[derive(Clone, Copy)]
struct Entry {
    team_id: RwSignal<String>,
    key_id: RwSignal<String>,
    topic: RwSignal<String>,
    environment: RwSignal<String>,
    private_key: RwSignal<String>,
    service_account: RwSignal<String>,
    endpoint: RwSignal<String>,
    ca: RwSignal<String>,
}

impl Entry {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            team_id: empty(),
            key_id: empty(),
            topic: empty(),
            environment: RwSignal::new("production".to_owned()),
            private_key: empty(),
            service_account: empty(),
            endpoint: empty(),
            ca: empty(),
        }
    }

    fn secret(self, channel: Channel) -> CredentialSecret {
        let text = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let given = |field: RwSignal<String>| Some(text(field)).filter(|text| !text.is_empty());
        let (endpoint, ca) = (given(self.endpoint), given(self.ca));
        match channel {
            Channel::Apns => CredentialSecret::Apns {
                team_id: text(self.team_id),
                key_id: text(self.key_id),
                topic: text(self.topic),
                environment: if text(self.environment) == "sandbox" {
                    ApnsEnvironment::Sandbox
                } else {
                    ApnsEnvironment::Production
                },
                private_key: self.private_key.get_untracked(),
                endpoint,
                ca,
            },
            Channel::Fcm => CredentialSecret::Fcm {
                service_account: self.service_account.get_untracked(),
                endpoint,
                ca,
            },
        }
    }
}

/// The form in its dialog.
#[component]
pub fn CredentialForm(
    /// The app's name in addresses.
    slug: String,
    /// The channel.
    channel: Channel,
    /// The dialog's door.
    entering: RwSignal<bool>,
    /// Read again when it was entered.
    resource: AppResource,
) -> impl IntoView {
    let entry = Entry::new();
    let deed = Deed::new();
    let toaster = toaster();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        deed.run(
            put_credential(slug.clone(), entry.secret(channel)),
            move |_| {
                entering.set(false);
                toaster.done("The credential was checked and sealed.");
                resource.refetch();
            },
        );
    };
    let fields = match channel {
        Channel::Apns => apns(entry, deed.errors),
        Channel::Fcm => fcm(entry, deed.errors),
    };
    view! {
        <form class="dialog__form" on:submit=save>
            <DialogBody>
                {deed.notice()} <FormSummary errors=deed.errors /> {fields} <details class="fold">
                    <summary>"Another address than the provider's"</summary>
                    <div class="stack" data-gap="3">
                        <TextField
                            label="Address"
                            name="endpoint"
                            value=entry.endpoint
                            kind=InputKind::Url
                            placeholder="https://127.0.0.1:8443"
                            hint="For a simulator or a relay of your own."
                            error=deed.errors.of("endpoint")
                        />
                        <FileText
                            label="Certificates to trust there"
                            name="ca"
                            value=entry.ca
                            accept=".pem,.crt,.cer"
                            hint="In PEM, beside the public ones."
                            placeholder="-----BEGIN CERTIFICATE-----"
                            errors=deed.errors
                        />
                    </div>
                </details>
            </DialogBody>
            <DialogFoot>
                <Button on:click=move |_| entering.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                    "Check and save"
                </Button>
            </DialogFoot>
        </form>
    }
    .into_any()
}

fn apns(entry: Entry, errors: FormErrors) -> AnyView {
    view! {
        <FileText
            label="Signing key"
            name="private_key"
            value=entry.private_key
            accept=".p8,.pem"
            hint="The .p8 file from Apple's developer site, under Keys."
            placeholder="-----BEGIN PRIVATE KEY-----"
            errors
        />
        <div class="pair">
            <TextField
                label="Key's identifier"
                name="key_id"
                value=entry.key_id
                kind=InputKind::Mono
                placeholder="ABC123DEFG"
                error=errors.of("key_id")
            />
            <TextField
                label="Team's identifier"
                name="team_id"
                value=entry.team_id
                kind=InputKind::Mono
                placeholder="DEF123GHIJ"
                error=errors.of("team_id")
            />
        </div>
        <TextField
            label="Bundle identifier"
            name="topic"
            value=entry.topic
            kind=InputKind::Mono
            placeholder="com.example.shop"
            hint="Apple calls it the topic."
            error=errors.of("topic")
        />
        <FieldFrame
            label="Builds"
            name="environment"
            hint="Tokens of development builds work with Apple's sandbox alone."
        >
            <Segmented
                label="Builds"
                name="environment"
                parts=vec![
                    Segment::new("production", "App Store and TestFlight"),
                    Segment::new("sandbox", "Development"),
                ]
                value=entry.environment
            />
        </FieldFrame>
    }
    .into_any()
}

fn fcm(entry: Entry, errors: FormErrors) -> AnyView {
    view! {
        <FileText
            label="Service account"
            name="service_account"
            value=entry.service_account
            accept=".json,application/json"
            hint="The JSON file from the Firebase console, under Project settings, Service accounts."
            placeholder="{ \"type\": \"service_account\", … }"
            errors
        />
    }
    .into_any()
}
