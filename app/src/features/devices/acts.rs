//! What can be done with one device, each in its dialog.

use domain::{BindingId, PushId, view::DeviceView};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, ConfirmDialog, Dialog, DialogBody, DialogFoot, EmptyState,
    FormFailure, Glyph, InputKind, LinkButton, SelectField, SelectOption, TextField, Then,
};

use super::api::{MoveDevice, RevokeDevice, TestDevice};

/// The id of the dialog that sends a test.
pub const TEST: &str = "test-device";
/// The id of the dialog that moves a device.
pub const MOVE: &str = "move-device";
/// The id of the dialog that revokes a device.
pub const REVOKE: &str = "revoke-device";

/// Sends a chosen push to this device alone.
pub fn test_dialog(id: BindingId, pushes: Vec<(PushId, String)>) -> AnyView {
    if pushes.is_empty() {
        return view! {
            <Dialog id=TEST title="Send a test push">
                <DialogBody>
                    <EmptyState
                        glyph=Glyph::Push
                        title="No pushes yet"
                        text="A test sends a push that was composed, so that it arrives as it will."
                    >
                        <LinkButton href="/pushes/new" glyph=Glyph::Plus>
                            "Compose a push"
                        </LinkButton>
                    </EmptyState>
                </DialogBody>
            </Dialog>
        }
        .into_any();
    }
    let options = pushes
        .into_iter()
        .map(|(id, name)| SelectOption::new(id.to_string(), name))
        .collect();
    view! {
        <Dialog id=TEST title="Send a test push">
            <CallForm
                call=TestDevice::url()
                then=Then::say("The test is on its way; its answer appears here.")
                class="dialog__form"
            >
                <input type="hidden" name="id" value=id.to_string() />
                <DialogBody>
                    <FormFailure />
                    <p class="quiet">
                        "The push goes to this device alone, through every check, and is counted nowhere."
                    </p>
                    <SelectField label="Push" name="push" key="test-push" options />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true glyph=Glyph::Send>
                        "Send to this device"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}

/// Moves the device to another contact.
pub fn move_dialog(device: &DeviceView) -> AnyView {
    let id = device.binding.id.to_string();
    let from = device.external_id.clone().unwrap_or_default();
    view! {
        <Dialog id=MOVE title="Move to another contact">
            <CallForm
                call=MoveDevice::url()
                then=Then::say("The device was moved to {form.external_id}.")
                class="dialog__form"
            >
                <input type="hidden" name="id" value=id />
                <DialogBody>
                    <FormFailure />
                    <p class="quiet">
                        "Pushes for " <span class="strong">{from}</span>
                        " no longer reach it. Both contacts’ histories say that it moved."
                    </p>
                    <TextField
                        label="Contact’s identifier"
                        name="external_id"
                        key="move-to"
                        kind=InputKind::Mono
                        hint="Your own identifier of a contact that exists."
                        autofocus=true
                    />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Move the device"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}

/// Asks before the device is revoked.
pub fn revoke_dialog(id: BindingId, name: &str) -> AnyView {
    view! {
        <ConfirmDialog
            id=REVOKE
            title=format!("Revoke {name}?")
            text="Nothing is sent to it until the app registers again. Its history stays."
            verb="Revoke the device"
            call=RevokeDevice::url()
            then=Then::say("The device was revoked.")
        >
            <input type="hidden" name="id" value=id.to_string() />
        </ConfirmDialog>
    }
    .into_any()
}
