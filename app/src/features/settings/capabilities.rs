//! An app's name, and what the installed app can show: previews and payloads
//! follow it.

use domain::app::{App, Capabilities, Category};
use leptos::{ev, prelude::*};
use ui::{Button, Card, FormSummary, InputKind, Switch, TextArea, TextField, toaster};

use super::{api::save_app, deed::Deed};

/// The form.
#[component]
pub fn CapabilitiesForm(
    /// The app.
    app: App,
    /// The person may change it.
    may_edit: bool,
) -> impl IntoView {
    let slug = app.slug;
    let known = app.capabilities;
    let name = RwSignal::new(app.name);
    let extension = RwSignal::new(known.ios_service_extension);
    let handler = RwSignal::new(known.android_handler);
    let channel = RwSignal::new(known.android_channel_id.unwrap_or_default());
    let categories = RwSignal::new(written(&known.ios_categories));
    let deed = Deed::new();
    let toaster = toaster();
    let locked = !may_edit;
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let channel = channel.get_untracked().trim().to_owned();
        let capabilities = Capabilities {
            ios_service_extension: extension.get_untracked(),
            ios_categories: categories.with_untracked(|text| read(text)),
            android_handler: handler.get_untracked(),
            android_channel_id: Some(channel).filter(|channel| !channel.is_empty()),
        };
        deed.run(
            save_app(slug.clone(), name.get_untracked(), capabilities),
            move |()| {
                toaster.done("The app was saved.");
            },
        );
    };
    view! {
        <Card title="What the app can show">
            <form class="form form--narrow" on:submit=save>
                {deed.notice()}
                <FormSummary errors=deed.errors />
                <TextField
                    label="Name"
                    name="name"
                    value=name
                    error=deed.errors.of("name")
                    disabled=locked
                />
                <Switch
                    label="The iOS app has a notification service extension"
                    name="ios_service_extension"
                    value=extension
                    hint="Without one, iOS shows no images."
                    disabled=locked
                />
                <TextArea
                    label="Categories of the iOS app"
                    name="categories"
                    value=categories
                    mono=true
                    placeholder="OFFER: Shop now, Later"
                    hint="One a line: the category's identifier, then the titles of its buttons. iOS shows buttons that the app registered, no others."
                    disabled=locked
                />
                <Switch
                    label="The Android app draws pushes itself"
                    name="android_handler"
                    value=handler
                    hint="Without that, Android shows no buttons."
                    disabled=locked
                />
                <TextField
                    label="Android notification channel"
                    name="android_channel_id"
                    value=channel
                    kind=InputKind::Mono
                    hint="The channel that the app made for pushes; empty for its default."
                    error=deed.errors.of("capabilities.android_channel_id")
                    disabled=locked
                />
                {may_edit
                    .then(|| {
                        view! {
                            <div class="row">
                                <Button submit=true busy=deed.busy>
                                    "Save the app"
                                </Button>
                            </div>
                        }
                    })}
            </form>
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

/// Categories as a person wrote them; empty lines mean nothing.
fn read(text: &str) -> Vec<Category> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let (id, actions) = line.split_once(':').unwrap_or((line, ""));
            let actions = actions
                .split(',')
                .map(str::trim)
                .filter(|action| !action.is_empty());
            Category {
                id: id.trim().to_owned(),
                actions: actions.map(str::to_owned).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_survive_being_written_and_read() {
        let categories = vec![
            Category {
                id: "OFFER".into(),
                actions: vec!["Shop now".into(), "Later".into()],
            },
            Category {
                id: "PLAIN".into(),
                actions: vec![],
            },
        ];
        assert_eq!(read(&written(&categories)), categories);
    }

    #[test]
    fn a_line_without_actions_is_a_category_all_the_same() {
        assert_eq!(
            read("\n NEWS \n"),
            [Category {
                id: "NEWS".into(),
                actions: vec![]
            }]
        );
    }
}
