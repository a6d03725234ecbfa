//! The push editor: the form at the left, the preview at the right.

pub mod bar;

use domain::{app::Capabilities, push::PushContent, validate::FieldErrors};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{Card, FormSummary, Skeleton};

use super::{
    api::{EditorData, open_editor},
    form::{ButtonFields, DeliveryFields, Editing, MessageFields, PlaceFields},
    leaving::LeavingGuard,
    preview_panel::{Looks, PreviewPanel, Sample, nothing_yet},
    sample::SampleFields,
    saving::Saving,
    send_test::SendTestDialog,
    state::PushForm,
};
use crate::AppError;
use crate::shell::loaded::load_first;
use bar::{ConflictDialog, EditorBar};

/// The page of one push, or of a new one.
#[component]
pub fn PushEditorPage() -> impl IntoView {
    let params = use_params_map();
    let which = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let query = use_query_map();
    let campaign = query.with_untracked(|query| query.get("campaign").unwrap_or_default());
    let data = load_first(move || which.get(), open);
    data.show_afresh(
        || {
            view! {
                <div class="page">
                    <Skeleton lines=8 label="Loading the push" />
                </div>
            }
        },
        move |answer| match answer {
            Ok(data) => view! { <Editor data campaign=campaign.clone() /> }.into_any(),
            Err(error) => data.failed_page("Push", error, "The push"),
        },
    )
}

/// `new`, or a push's id.
async fn open(which: String) -> Result<EditorData, AppError> {
    if which == "new" {
        return open_editor(None).await;
    }
    match which.parse() {
        Ok(id) => open_editor(Some(id)).await,
        Err(_) => Err(AppError::NotFound {
            what: "This push".to_owned(),
        }),
    }
}

/// The editor of what was loaded.
#[component]
fn Editor(data: EditorData, campaign: String) -> impl IntoView {
    let form = form_of(&data, &campaign);
    let saving = Saving::new(form, data.push.as_ref(), data.campaigns);
    let sample = Sample::new(data.sample);
    let apps = StoredValue::new(data.apps);
    let testing = RwSignal::new(false);
    let read_only = !data.may_edit;

    let capabilities = Signal::derive(move || capabilities(&form, apps));
    let looks = Looks::follow(form, sample, capabilities);
    let live = Memo::new(move |_| wrong_now(looks, &form.content().0));
    let lengths = Memo::new(
        move |before: Option<&(usize, usize)>| match looks.ios.get() {
            Ok(look) => (look.title_length, look.body_length),
            Err(_) => before.copied().unwrap_or_default(),
        },
    );
    let editing = Editing {
        form,
        errors: saving.errors,
        live,
        apps,
        read_only,
    };
    save_on_shortcut(&saving, read_only);
    view! {
        <Title text=move || form.name.get() />
        <div class="page">
            <EditorBar saving name=form.name testing may_edit=data.may_edit may_test=data.may_test />
            <FormSummary errors=saving.errors />
            <div class="push-editor">
                <div class="form">
                    <Card>
                        <PlaceFields
                            editing
                            campaigns=saving.campaigns
                            campaign_name=saving.campaign_name
                        />
                    </Card>
                    <Card title="Message">
                        <MessageFields editing lengths />
                    </Card>
                    <Card>
                        <ButtonFields editing />
                    </Card>
                    <Card title="Delivery">
                        <DeliveryFields editing />
                    </Card>
                </div>
                <PreviewPanel editing looks>
                    <SampleFields sample />
                </PreviewPanel>
            </div>
        </div>
        <SendTestDialog open=testing saving form />
        <ConflictDialog saving />
        <LeavingGuard dirty=saving.dirty />
    }
    .into_any()
}

fn form_of(data: &EditorData, campaign: &str) -> PushForm {
    if let Some(push) = &data.push {
        let campaign = push
            .campaign_id
            .map(|id| id.to_string())
            .unwrap_or_default();
        return PushForm::new(&push.name, &campaign, &push.content);
    }
    let known = data
        .campaigns
        .iter()
        .any(|(id, _)| id.to_string() == campaign);
    // With one app there is nothing to choose.
    let app = match data.apps.as_slice() {
        [only] => Some(only.id),
        _ => None,
    };
    let content = PushContent {
        app,
        ..PushContent::default()
    };
    PushForm::new("New push", if known { campaign } else { "" }, &content)
}

/// What the chosen app can show; for every app at once, what all of them can.
fn capabilities(form: &PushForm, apps: StoredValue<Vec<domain::app::App>>) -> Capabilities {
    let chosen = form.app.get();
    apps.with_value(|apps| {
        if let Some(app) = apps.iter().find(|app| app.id.to_string() == chosen) {
            return app.capabilities.clone();
        }
        let Some(first) = apps.first() else {
            return Capabilities::default();
        };
        let shared = |can: fn(&Capabilities) -> bool| apps.iter().all(|app| can(&app.capabilities));
        let mut ios_categories = first.capabilities.ios_categories.clone();
        ios_categories.retain(|category| {
            apps.iter()
                .all(|app| app.capabilities.ios_categories.contains(category))
        });
        Capabilities {
            ios_service_extension: shared(|app| app.ios_service_extension),
            ios_categories,
            android_handler: shared(|app| app.android_handler),
            android_channel_id: first.capabilities.android_channel_id.clone(),
        }
    })
}

/// What is wrong as it stands: templates, and addresses that nothing can fetch or open.
/// What is merely not written yet is left to saving and sending.
fn wrong_now(looks: Looks, content: &PushContent) -> FieldErrors {
    let templates = looks.ios.get().err();
    let mut wrong = templates
        .filter(|errors| !nothing_yet(errors))
        .unwrap_or_default();
    let links = content.check().0.into_iter().filter(|error| {
        let part = error.field.rsplit('.').next();
        matches!(part, Some("image" | "link" | "collapse_id"))
    });
    for error in links {
        if wrong.of(&error.field).is_none() {
            wrong.0.push(error);
        }
    }
    wrong
}

/// Ctrl or ⌘ S saves.
fn save_on_shortcut(saving: &Saving, read_only: bool) {
    let saving = *saving;
    Effect::new(move || {
        let listening = window_event_listener(ev::keydown, move |event| {
            let wanted =
                (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("s");
            if wanted {
                event.prevent_default();
                if !read_only {
                    leptos::task::spawn_local(async move {
                        saving.save().await;
                    });
                }
            }
        });
        on_cleanup(move || listening.remove());
    });
}
