//! Signed registration of an app: whether it asks for it, the secret in force and
//! the one before, and how a server signs.

use domain::view::SigningView;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, Card, Code, ConfirmDialog, Dialog, DialogBody, DialogFoot, Fact,
    Facts, FormFailure, Glyph, Notice, RelativeTime, State, StateChip, Then, Tone,
};

use super::{
    once::ShownOnce,
    signing_api::{MakeSigningSecret, RetireSigningSecret, SigningData, StopSigning, open_signing},
};
use crate::shell::loaded::load;

/// The ids of the dialogs.
const MAKE: &str = "make-signing-secret";
const MADE: &str = "signing-secret-made";
const RETIRE: &str = "retire-signing-secret";
const STOP: &str = "stop-signing";

/// What a server of one's own does, in Node.js.
const HMAC: &str = "import { createHmac } from 'node:crypto'

const signature = createHmac('sha256', process.env.SIGNING_SECRET)
  .update(`contact:${externalId}`)
  .digest('hex')";
/// The same as a token that runs out.
const JWT: &str = "import { SignJWT } from 'jose'

const signature = await new SignJWT({ sub: externalId })
  .setProtectedHeader({ alg: 'HS256' })
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(process.env.SIGNING_SECRET))";
/// What the app sends.
const HEADER: &str = "PUT /api/v1/contacts/{external_id}/devices/{device_id}
Carillon-Signature: {signature}";

/// The card.
#[component]
pub fn SigningCard(
    /// The app's name in addresses.
    slug: String,
) -> impl IntoView {
    load(open_signing(slug.clone())).show("Signed registration", move |data| shown(&slug, &data))
}

fn shown(slug: &str, data: &SigningData) -> AnyView {
    let may_edit = data.may_edit;
    let body = match data.signing {
        Some(signing) => on(signing, may_edit),
        None => off(may_edit),
    };
    view! {
        <Card title="Signed registration">
            {body}
            {how()}
        </Card>
        {may_edit.then(|| dialogs(slug, data.signing))}
    }
    .into_any()
}

fn off(may_edit: bool) -> AnyView {
    view! {
        <p class="quiet">
            "Not required: whoever has the app's key can register a device as any contact. A key inside an app can be found by whoever takes the app apart."
        </p>
        {may_edit
            .then(|| {
                view! {
                    <div class="row">
                        <Button glyph=Glyph::Key opens=MAKE>
                            "Require signatures"
                        </Button>
                    </div>
                }
            })}
    }
    .into_any()
}

fn on(signing: SigningView, may_edit: bool) -> AnyView {
    let former = signing.former_entered_at;
    view! {
        <Facts>
            <Fact name="State">
                <StateChip state=State::Active label="Required" />
            </Fact>
            <Fact name="Secret">"Sealed; it is never shown again"</Fact>
            <Fact name="Made">
                <RelativeTime at=signing.entered_at.as_millis() />
            </Fact>
            {former
                .map(|at| {
                    view! {
                        <Fact name="Former secret">
                            "Made " <RelativeTime at=at.as_millis() /> ", counts until it is retired"
                        </Fact>
                    }
                })}
        </Facts>
        {former
            .is_some()
            .then(|| {
                view! {
                    <Notice tone=Tone::Paused title="Two secrets count">
                        <p>
                            "Give the new one to your servers. When all of them sign with it, retire the former one: what that one signed is refused from then on."
                        </p>
                    </Notice>
                }
            })}
        {may_edit.then(|| acts(former.is_some()))}
    }
    .into_any()
}

fn acts(two: bool) -> AnyView {
    let main = if two {
        view! {
            <Button opens=RETIRE>
                "Retire the former secret…"
            </Button>
        }
    } else {
        view! {
            <Button glyph=Glyph::Key opens=MAKE>
                "Make a new secret"
            </Button>
        }
    };
    view! {
        <div class="row">
            {main}
            <Button kind=ButtonKind::Quiet opens=STOP>
                "Stop requiring signatures…"
            </Button>
        </div>
    }
    .into_any()
}

/// How it is done, for whoever writes the server and the app.
fn how() -> AnyView {
    view! {
        <details class="fold">
            <summary>"How your server signs, and what the app sends"</summary>
            <div class="stack" data-gap="3">
                <p class="quiet small">
                    "Your own server signs the contact's identifier for whoever is signed in there, and hands the signature to the app. As an HMAC, which holds as long as the secret does:"
                </p>
                <Code text=HMAC what="HMAC example" />
                <p class="quiet small">"Or as a JWT, which can run out:"</p>
                <Code text=JWT what="JWT example" />
                <p class="quiet small">
                    "The app sends it with each registration. Segment's libraries send it as context.signature."
                </p>
                <Code text=HEADER what="request" />
            </div>
        </details>
    }
    .into_any()
}

fn dialogs(slug: &str, signing: Option<SigningView>) -> AnyView {
    let named = || {
        let slug = slug.to_owned();
        view! { <input type="hidden" name="slug" value=slug /> }.into_any()
    };
    let (made, retired, stopped) = (named(), named(), named());
    let (title, text, verb) = if signing.is_some() {
        (
            "Make a new secret?",
            "The one in force counts on, until you retire it: nothing that your servers signed with it is refused meanwhile.",
            "Make the secret",
        )
    } else {
        (
            "Require signatures?",
            "From then on a key registers a device of this app only with a signed contact id. Registrations without one are answered 401 and shown under Devices, Refused registrations. Devices that are registered stay.",
            "Require signatures",
        )
    };
    view! {
        <Dialog id=MAKE title>
            <CallForm
                call=MakeSigningSecret::url()
                then=Then::show(MADE)
                class="dialog__form"
            >
                {made}
                <DialogBody>
                    <FormFailure />
                    <p>{text}</p>
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        {verb}
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
        <ShownOnce id=MADE title="The signing secret" what="signing secret">
            <p>"Your own server signs with it. It belongs into no app and no page."</p>
        </ShownOnce>
        <ConfirmDialog
            id=RETIRE
            title="Retire the former secret?"
            text="Registrations that were signed with it are refused from then on. It cannot be brought back."
            verb="Retire the secret"
            call=RetireSigningSecret::url()
            then=Then::say("The former secret was retired.")
        >
            {retired}
        </ConfirmDialog>
        <ConfirmDialog
            id=STOP
            title="Stop requiring signatures?"
            text="Whoever has the app's key can then register a device as any contact. The secret is forgotten."
            verb="Stop requiring signatures"
            call=StopSigning::url()
            then=Then::say("Devices are taken without a signature.")
        >
            {stopped}
        </ConfirmDialog>
    }
    .into_any()
}
