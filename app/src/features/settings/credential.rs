//! A credential of an app: masked once entered, tried by a dry call, replaced,
//! removed.

use domain::{
    app::{Credential, CredentialState},
    device::Channel,
};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, Card, ConfirmDialog, Dialog, Fact, Facts, FormFailure, Glyph,
    Notice, RelativeTime, State, StateChip, Then, Token, Tone,
};

use super::{
    api::{RegisterOwnBrowser, RemoveCredential, TryCredential},
    credential_form::CredentialForm,
    limit_form::LimitForm,
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
    /// How many calls may be in flight at present, where that is known.
    allowed: Option<usize>,
    /// Pushes may go by the channel.
    offered: bool,
    /// The person may change it.
    may_edit: bool,
) -> impl IntoView {
    let title = channel.label();
    let dialog = ids(channel).entry;
    let dialog_title = format!("Credential for {}", channel.label());
    let lead = match channel {
        Channel::Apns => "Apple's push service: iPhone, iPad, Mac.",
        Channel::Fcm => "Firebase Cloud Messaging: Android, and iOS through Firebase.",
        Channel::Adm => "Amazon Device Messaging: Fire tablets and Fire TV.",
        Channel::Webpush => "Browsers' own push services: Chrome, Edge, Firefox, Safari.",
        Channel::Twilio => "Twilio's relay to APNs and FCM.",
    };
    let body = match entered {
        Some(credential) if !offered => off(&slug, credential, may_edit),
        Some(credential) => known(&slug, credential, allowed, may_edit.then_some(dialog)),
        None => view! {
            <p class="quiet">{lead} " There is no credential, so nothing can be sent by it."</p>
            {caveat(channel)}
            {may_edit
                .then(|| {
                    view! {
                        <div class="row">
                            <Button glyph=Glyph::Key opens=dialog>
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
        {(may_edit && offered)
            .then(|| {
                view! {
                    <Dialog id=dialog title=dialog_title wide=true>
                        <CredentialForm slug channel />
                    </Dialog>
                }
            })}
    }
    .into_any()
}

/// A credential of a channel that is off: it can only be removed.
fn off(slug: &str, credential: Credential, may_edit: bool) -> AnyView {
    let channel = credential.channel;
    let removal = ids(channel).removal;
    view! {
        <Notice tone=Tone::Paused title=format!("{} is off", channel.label())>
            <p>
                "This credential is not used. To use it, set "
                <code>"twilio_notify = true"</code>
                " in carillon.toml and start the server again. Twilio ends Notify on 31 October 2027."
            </p>
        </Notice>
        <Facts>
            <Fact name="Credential">{credential.summary}</Fact>
            <Fact name="Entered">
                <RelativeTime at=credential.updated_at.as_millis() />
            </Fact>
        </Facts>
        {may_edit
            .then(|| {
                view! {
                    <div class="row">
                        <Button kind=ButtonKind::Quiet opens=removal>
                            "Remove…"
                        </Button>
                    </div>
                    {remove(slug, channel)}
                }
            })}
    }
    .into_any()
}

/// What a channel's answers do not tell.
fn caveat(channel: Channel) -> Option<AnyView> {
    (channel == Channel::Twilio).then(|| {
        view! {
            <p class="quiet">
                "Twilio ends Notify on 31 October 2027. It answers that it took a push, and tells nothing of single devices: accepted means taken by Twilio."
            </p>
        }
        .into_any()
    })
}

/// `entry` is the dialog in which whoever may do so enters another.
fn known(
    slug: &str,
    credential: Credential,
    allowed: Option<usize>,
    entry: Option<&'static str>,
) -> AnyView {
    let channel = credential.channel;
    let chip = match credential.state {
        CredentialState::Usable => {
            view! { <StateChip state=State::Active label="Usable" /> }.into_any()
        }
        CredentialState::Refused => {
            view! { <StateChip state=State::Rejected label="Refused" /> }.into_any()
        }
    };
    let topic = match channel {
        // Long, and to be put into the site's code.
        Channel::Webpush => {
            view! { <Token text=credential.topic.clone() what="public key" /> }.into_any()
        }
        _ => view! { <span class="mono">{credential.topic.clone()}</span> }.into_any(),
    };
    let own_browser = (channel == Channel::Webpush && entry.is_some())
        .then(|| own_browser(slug, credential.topic.clone()));
    view! {
        <Facts>
            <Fact name="State">{chip}</Fact>
            <Fact name="Credential">{credential.summary}</Fact>
            <Fact name=topic_name(channel)>{topic}</Fact>
            <Fact name="Secret">"Sealed; it is never shown again"</Fact>
            <Fact name="Entered">
                <RelativeTime at=credential.updated_at.as_millis() />
            </Fact>
            <Fact name="Calls at a time">{calls(credential.max_in_flight, allowed)}</Fact>
        </Facts>
        {credential
            .state_reason
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
        {caveat(channel)}
        {entry.map(|entry| acts(slug, channel, entry))}
        {entry.map(|_| view! { <LimitForm slug=slug.to_owned() channel most=credential.max_in_flight /> })}
        {own_browser}
    }
    .into_any()
}

/// How many calls may be in flight, and how many may be at present.
fn calls(most: Option<u32>, allowed: Option<usize>) -> String {
    let most = match most {
        Some(most) => format!("at most {most}"),
        None => "as many as the provider bears".to_owned(),
    };
    match allowed {
        Some(allowed) => format!("{allowed} at present, {most}"),
        None => most,
    }
}

/// What a channel's credential is named by.
const fn topic_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Apns => "Topic",
        Channel::Fcm => "Project",
        Channel::Adm => "Client",
        Channel::Webpush => "Public key",
        Channel::Twilio => "Service",
    }
}

/// Trying it on the browser that shows this page.
fn own_browser(slug: &str, public_key: String) -> AnyView {
    let slug = slug.to_owned();
    view! {
        <CallForm
            call=RegisterOwnBrowser::url()
            then=Then::say("This browser is a device of {external_id} now. Any push can be sent to it as a test.")
            id="own-browser"
        >
            <FormFailure />
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="device_id" data-device="" />
            <input type="hidden" name="subscription" data-public-key=public_key />
            <div class="stack" data-gap="2">
                <div class="row">
                    <Button submit=true glyph=Glyph::Device>
                        "Register this browser"
                    </Button>
                </div>
                <p class="quiet small">
                    "To try pushes on yourself: the browser asks for permission, and becomes a device of a contact with your email."
                </p>
            </div>
        </CallForm>
    }
    .into_any()
}

/// What can be done with a credential, and what a trial of it came to.
fn acts(slug: &str, channel: Channel, entry: &'static str) -> AnyView {
    let Ids { trial, removal, .. } = ids(channel);
    let of = chosen(slug, channel);
    view! {
        <CallForm call=TryCredential::url() id=trial>
            {of}
            <div aria-live="polite" data-outcome=""></div>
            <Outcome case="Works" tone=Tone::Accepted title="The provider takes it">
                <p>"Asked just now, without reaching a device."</p>
            </Outcome>
            <Outcome case="Refused" tone=Tone::Rejected title="The provider does not take it">
                <p data-answer="Refused"></p>
            </Outcome>
            <Outcome case="Unreachable" tone=Tone::Paused title="The provider could not be asked">
                <p data-answer="Unreachable"></p>
            </Outcome>
            <div class="row">
                <Button submit=true>"Test it"</Button>
                <Button opens=entry>"Replace it"</Button>
                <Button kind=ButtonKind::Quiet opens=removal>
                    "Remove…"
                </Button>
            </div>
        </CallForm>
        {remove(slug, channel)}
    }
    .into_any()
}

/// Asks whether to remove a credential.
fn remove(slug: &str, channel: Channel) -> AnyView {
    let (removal, of) = (ids(channel).removal, chosen(slug, channel));
    view! {
        <ConfirmDialog
            id=removal
            title=format!("Remove the credential for {}?", channel.label())
            text="Nothing more is sent by it until another is entered. Devices stay."
            verb="Remove the credential"
            call=RemoveCredential::url()
            then=Then::say("The credential was removed.")
        >
            {of}
        </ConfirmDialog>
    }
    .into_any()
}

/// Ids of a channel's forms and dialogs.
struct Ids {
    entry: &'static str,
    trial: &'static str,
    removal: &'static str,
}

const fn ids(channel: Channel) -> Ids {
    let (entry, trial, removal) = match channel {
        Channel::Apns => ("enter-apns", "try-apns", "remove-apns"),
        Channel::Fcm => ("enter-fcm", "try-fcm", "remove-fcm"),
        Channel::Adm => ("enter-adm", "try-adm", "remove-adm"),
        Channel::Webpush => ("enter-webpush", "try-webpush", "remove-webpush"),
        Channel::Twilio => ("enter-twilio", "try-twilio", "remove-twilio"),
    };
    Ids {
        entry,
        trial,
        removal,
    }
}

/// Hidden controls that say which credential it is about.
fn chosen(slug: &str, channel: Channel) -> AnyView {
    let slug = slug.to_owned();
    view! {
        <input type="hidden" name="slug" value=slug />
        <input type="hidden" name="channel" value=channel.name() />
    }
    .into_any()
}

/// What a trial may come to, to be shown when it did.
#[component]
fn Outcome(
    /// What it says.
    children: Children,
    /// The outcome's name in the answer.
    case: &'static str,
    /// Its colour family.
    tone: Tone,
    /// Its first line.
    title: &'static str,
) -> impl IntoView {
    view! {
        <template data-case=case>
            <Notice tone title>
                {children()}
            </Notice>
        </template>
    }
    .into_any()
}
