//! The record as JSON: to copy, to keep beside the app's code, and to take in.

use domain::app::App;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, CopyButton, Dialog, DialogBody, DialogFoot, FormFailure, Glyph,
    Icon, TextArea, Then, field_id,
};

use crate::features::settings::api::ImportCapabilities;

/// The id of the dialog.
pub const RECORD: &str = "app-record";
/// What the ids of its field are made of.
const KEY: &str = "record";

/// The dialog.
#[component]
pub fn RecordDialog(
    /// The app.
    app: App,
    /// The person may change it.
    may_edit: bool,
) -> impl IntoView {
    let record = serde_json::to_string_pretty(&app.capabilities).unwrap_or_default();
    let into = format!("#{}", field_id(KEY));
    let file = format!("{}-capabilities.json", app.slug);
    let address = address_of(&record);
    view! {
        <Dialog id=RECORD title="What the app can show, as JSON">
            <CallForm
                call=ImportCapabilities::url()
                then=Then::say("The record was taken in.")
                class="dialog__form"
            >
                <input type="hidden" name="slug" value=app.slug />
                <DialogBody>
                    <FormFailure />
                    <div class="file-text">
                        <TextArea
                            label="Record"
                            name="record"
                            key=KEY
                            value=record
                            rows=14
                            mono=true
                            hint="Keep it beside the app’s code. What is taken in replaces the record as a whole."
                            disabled=!may_edit
                        />
                        {may_edit
                            .then(|| {
                                view! {
                                    <label
                                        class="button file-text__button"
                                        data-kind="secondary"
                                        data-size="small"
                                    >
                                        <Icon glyph=Glyph::Upload />
                                        <span class="button__label">"Choose the file"</span>
                                        <input
                                            class="spoken"
                                            type="file"
                                            accept=".json,application/json"
                                            aria-label="Record: choose the file"
                                            data-file-into=into.clone()
                                        />
                                    </label>
                                }
                            })}
                        <span class="quiet small" data-file-name=into></span>
                    </div>
                    <p class="row">
                        <a class="link" href=address download=file>
                            "Save it as a file"
                        </a>
                        <CopyButton of=field_id(KEY) what="record" />
                    </p>
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Close"</Button>
                    {may_edit
                        .then(|| {
                            view! {
                                <Button kind=ButtonKind::Primary submit=true>
                                    "Check and take in"
                                </Button>
                            }
                        })}
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}

/// A text as an address of its own (RFC 2397).
fn address_of(text: &str) -> String {
    use std::fmt::Write;
    let mut address = "data:application/json;charset=utf-8,".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(byte.into());
        } else {
            // Writing to a text cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_address_that_holds_all_of_it() {
        let address = address_of("{\"é\": 1}");
        assert!(address.ends_with(",%7B%22%C3%A9%22%3A%201%7D"), "{address}");
    }
}
