//! An app's name, and what the installed app can show: previews and payloads
//! follow it.

use domain::app::{App, Category};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, CallForm, Card, FormFailure, FormSummary, InputKind, Switch, TextArea, TextField, Then,
};

use super::api::SaveApp;

/// The form.
#[component]
pub fn CapabilitiesForm(
    /// The app.
    app: App,
    /// The person may change it.
    may_edit: bool,
) -> impl IntoView {
    let known = app.capabilities;
    let locked = !may_edit;
    view! {
        <Card title="What the app can show">
            <CallForm
                call=SaveApp::url()
                then=Then::say("The app was saved.")
                id="capabilities"
                class="form form--narrow"
            >
                <FormFailure />
                <FormSummary />
                <input type="hidden" name="slug" value=app.slug />
                <TextField label="Name" name="name" value=app.name disabled=locked />
                <Switch
                    label="The iOS app has a notification service extension"
                    name="capabilities.ios_service_extension"
                    key="ios_service_extension"
                    value=known.ios_service_extension
                    hint="Without one, iOS shows no images."
                    disabled=locked
                />
                <TextArea
                    label="Categories of the iOS app"
                    name="capabilities.ios_categories"
                    key="categories"
                    value=written(&known.ios_categories)
                    records=("id", "actions")
                    mono=true
                    placeholder="OFFER: Shop now, Later"
                    hint="One a line: the category's identifier, then the titles of its buttons. iOS shows buttons that the app registered, no others."
                    disabled=locked
                />
                <Switch
                    label="The Android app draws pushes itself"
                    name="capabilities.android_handler"
                    key="android_handler"
                    value=known.android_handler
                    hint="Without that, Android shows no buttons."
                    disabled=locked
                />
                <TextField
                    label="Android notification channel"
                    name="capabilities.android_channel_id"
                    key="android_channel_id"
                    value=known.android_channel_id.unwrap_or_default()
                    kind=InputKind::Mono
                    hint="The channel that the app made for pushes; empty for its default."
                    or_none=true
                    disabled=locked
                />
                {may_edit
                    .then(|| {
                        view! {
                            <div class="row">
                                <Button submit=true>"Save the app"</Button>
                            </div>
                        }
                    })}
            </CallForm>
        </Card>
    }
    .into_any()
}

/// Categories as a person writes them.
fn written(categories: &[Category]) -> String {
    let lines: Vec<String> = categories
        .iter()
        .map(|category| format!("{}: {}", category.id, category.actions.join(", ")))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_written_one_a_line() {
        let categories = [
            Category {
                id: "OFFER".into(),
                actions: vec!["Shop now".into(), "Later".into()],
            },
            Category {
                id: "PLAIN".into(),
                actions: vec![],
            },
        ];
        assert_eq!(written(&categories), "OFFER: Shop now, Later\nPLAIN: ");
    }
}
