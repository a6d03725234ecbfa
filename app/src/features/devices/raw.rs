//! A payload typed by hand, for one device: the developer's test.

use domain::{BindingId, device::Channel, push::DELIVERY_PLACE};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, Dialog, DialogBody, DialogFoot, FormFailure, Glyph, InputKind,
    NumberField, SelectField, SelectOption, TextArea, TextField, Then,
};

use super::api::SendRaw;

/// The id of the dialog.
pub const RAW: &str = "raw-payload";

/// A body to begin with, of the channel's shape.
fn example(channel: Channel) -> String {
    let id = DELIVERY_PLACE;
    match channel {
        Channel::Apns => format!(
            "{{\n  \"aps\": {{\"alert\": {{\"title\": \"Hello\", \"body\": \"By hand\"}}, \"sound\": \"default\"}},\n  \"carillon_id\": \"{id}\"\n}}"
        ),
        Channel::Fcm => format!(
            "{{\n  \"message\": {{\n    \"notification\": {{\"title\": \"Hello\", \"body\": \"By hand\"}},\n    \"data\": {{\"carillon_id\": \"{id}\"}}\n  }}\n}}"
        ),
        Channel::Adm => format!(
            "{{\n  \"data\": {{\"title\": \"Hello\", \"body\": \"By hand\", \"carillon_id\": \"{id}\"}},\n  \"expiresAfter\": 3600\n}}"
        ),
        Channel::Webpush => format!(
            "{{\n  \"title\": \"Hello\",\n  \"body\": \"By hand\",\n  \"carillon_id\": \"{id}\"\n}}"
        ),
        Channel::Twilio => format!(
            "{{\n  \"Title\": \"Hello\",\n  \"Body\": \"By hand\",\n  \"Data\": {{\"carillon_id\": \"{id}\"}}\n}}"
        ),
    }
}

/// Where the address goes, which nobody types.
const fn addressed(channel: Channel) -> &'static str {
    match channel {
        Channel::Apns => "The body as Apple gets it; the device's token is in the request's path.",
        Channel::Fcm => {
            "The body as Google gets it, without the address: the device's is put into “message”."
        }
        Channel::Adm => "The body as Amazon gets it; the registration id is in the request's path.",
        Channel::Webpush => {
            "What the service worker gets, before it is encrypted for this browser."
        }
        Channel::Twilio => {
            "The form's fields as a JSON object, without the address: the device's is put in as “ToBinding”."
        }
    }
}

/// Sends what is typed to this device alone.
pub fn raw_dialog(id: BindingId, channel: Channel) -> AnyView {
    let hint = format!(
        "{} {DELIVERY_PLACE} stands for the delivery's id.",
        addressed(channel)
    );
    let beside = matches!(channel, Channel::Apns | Channel::Webpush);
    let push_type = (channel == Channel::Apns).then(|| {
        let options = vec![
            SelectOption::new("alert", "alert"),
            SelectOption::new("background", "background"),
        ];
        view! { <SelectField label="apns-push-type" name="raw.push_type" key="push_type" options /> }
    });
    let priorities = vec![
        SelectOption::new("high", "At once (10)"),
        SelectOption::new("normal", "Spare the battery (5)"),
    ];
    let headers = beside.then(|| {
        view! {
            <div class="pair">
                {push_type}
                <SelectField
                    label="Priority"
                    name="raw.priority"
                    key="priority"
                    options=priorities
                />
                <NumberField
                    label="Time to live, in seconds"
                    name="raw.ttl_seconds"
                    key="ttl_seconds"
                    value="3600"
                />
                <TextField
                    label="Collapse id"
                    name="raw.collapse_id"
                    key="collapse_id"
                    kind=InputKind::Mono
                    or_none=true
                />
            </div>
        }
    });
    view! {
        <Dialog id=RAW title="Send a raw payload">
            <CallForm
                call=SendRaw::url()
                then=Then::say("The payload is on its way; the provider's answer appears here.")
                class="dialog__form"
            >
                <input type="hidden" name="id" value=id.to_string() />
                <DialogBody>
                    <FormFailure />
                    <TextArea
                        label="Payload"
                        name="raw.body"
                        key="body"
                        value=example(channel)
                        mono=true
                        rows=10
                        hint
                    />
                    {headers}
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

#[cfg(test)]
mod tests {
    use domain::push::{Priority, RawPush, RawPushType};

    use super::*;

    #[test]
    fn what_the_dialog_begins_with_can_be_sent() {
        for channel in Channel::ALL {
            let push = RawPush {
                body: example(channel),
                push_type: RawPushType::Alert,
                priority: Priority::High,
                ttl_seconds: 3600,
                collapse_id: None,
            };
            let errors = push.check(channel);
            assert!(errors.is_empty(), "{channel:?}: {errors}");
        }
    }
}
