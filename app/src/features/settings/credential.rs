//! A credential of an app: masked once entered, tried by a dry call, replaced,
//! removed.

use domain::{
    app::{Credential, CredentialState},
    device::Channel,
};
use leptos::prelude::*;
use ui::{
    Button, Card, ConfirmDialog, Dialog, Fact, Facts, Glyph, Notice, RelativeTime, State,
    StateChip, Tone, toaster,
};

use super::{
    api::{Trial, remove_credential, try_credential},
    app_page::AppResource,
    credential_form::CredentialForm,
    deed::Deed,
};

/// The card of one channel.
#[component]
pub fn CredentialCard(
    /// The app's name in addresses.
    slug: String,
    /// The channel.
    channel: Channel,
    /// What was entered, without secrets.
    entered: Option<Credential>,
    /// The person may change it.
    may_edit: bool,
    /// Read again when something changed.
    resource: AppResource,
) -> impl IntoView {
    let entering = RwSignal::new(false);
    let slug = StoredValue::new(slug);
    let (title, dialog) = match channel {
        Channel::Apns => ("APNs", "enter-apns"),
        Channel::Fcm => ("FCM", "enter-fcm"),
    };
    let dialog_title = format!("Credential for {}", channel.label());
    let lead = match channel {
        Channel::Apns => "Apple's push service: iPhone, iPad, Mac.",
        Channel::Fcm => "Firebase Cloud Messaging: Android, and iOS through Firebase.",
    };
    let body = match entered {
        Some(credential) => known(slug, credential, may_edit, entering, resource),
        None => view! {
            <p class="quiet">{lead} " There is no credential, so nothing can be sent by it."</p>
            {may_edit
                .then(|| {
                    view! {
                        <div class="row">
                            <Button glyph=Glyph::Key on:click=move |_| entering.set(true)>
                                "Enter the credential"
                            </Button>
                        </div>
                    }
                })}
        }
        .into_any(),
    };
    view! {
        <Card title>{body}</Card>
        <Dialog open=entering id=dialog title=dialog_title wide=true>
            <CredentialForm slug=slug.get_value() channel entering resource />
        </Dialog>
    }
    .into_any()
}

fn known(
    slug: StoredValue<String>,
    credential: Credential,
    may_edit: bool,
    entering: RwSignal<bool>,
    resource: AppResource,
) -> AnyView {
    let channel = credential.channel;
    let refused = credential.state_reason.clone();
    let chip = match credential.state {
        CredentialState::Usable => {
            view! { <StateChip state=State::Active label="Usable" /> }.into_any()
        }
        CredentialState::Refused => {
            view! { <StateChip state=State::Rejected label="Refused" /> }.into_any()
        }
    };
    let trial = RwSignal::new(None::<Trial>);
    let trying = Deed::new();
    let removing = RwSignal::new(false);
    let removal = Deed::new();
    let toaster = toaster();
    let test = move |_| {
        trial.set(None);
        trying.run_aloud(try_credential(slug.get_value(), channel), move |answer| {
            trial.set(Some(answer));
        });
    };
    let remove = move |()| {
        removal.run_aloud(remove_credential(slug.get_value(), channel), move |()| {
            removing.set(false);
            toaster.done("The credential was removed.");
            resource.refetch();
        });
    };
    let acts = may_edit.then(|| {
        let question = format!("Remove the credential for {}?", channel.label());
        let id = match channel {
            Channel::Apns => "remove-apns",
            Channel::Fcm => "remove-fcm",
        };
        view! {
            <div class="row">
                <Button busy=trying.busy on:click=test>
                    "Test it"
                </Button>
                <Button on:click=move |_| entering.set(true)>"Replace it"</Button>
                <Button
                    kind=ui::ButtonKind::Quiet
                    on:click=move |_| removing.set(true)
                >
                    "Remove…"
                </Button>
            </div>
            <ConfirmDialog
                open=removing
                id
                title=question
                text="Nothing more is sent by it until another is entered. Devices stay."
                verb="Remove the credential"
                confirm=remove
                busy=removal.busy
            />
        }
    });
    view! {
        <Facts>
            <Fact name="State">{chip}</Fact>
            <Fact name="Credential">{credential.summary}</Fact>
            <Fact name=match channel {
                Channel::Apns => "Topic",
                Channel::Fcm => "Project",
            }>
                <span class="mono">{credential.topic}</span>
            </Fact>
            <Fact name="Secret">"Sealed; it is never shown again"</Fact>
            <Fact name="Entered">
                <RelativeTime at=credential.updated_at.as_millis() />
            </Fact>
        </Facts>
        {refused
            .map(|reason| {
                view! {
                    <Notice tone=Tone::Rejected title="The provider refused it">
                        <p>{reason}</p>
                        <p>
                            "Nothing is sent by it until it is replaced, or a test finds it taken again."
                        </p>
                    </Notice>
                }
            })}
        {move || trial.get().map(said)}
        {acts}
    }
    .into_any()
}

/// What a trial came to.
fn said(trial: Trial) -> AnyView {
    let (tone, title, text) = match trial {
        Trial::Works => (
            Tone::Accepted,
            "The provider takes it",
            "Asked just now, without reaching a device.".to_owned(),
        ),
        Trial::Refused(why) => (Tone::Rejected, "The provider does not take it", why),
        Trial::Unreachable(why) => (Tone::Paused, "The provider could not be asked", why),
    };
    view! {
        <div aria-live="polite">
            <Notice tone title>
                <p>{text}</p>
            </Notice>
        </div>
    }
    .into_any()
}
