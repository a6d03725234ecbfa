//! The push editor as the server writes it: the form at the left, the preview at the
//! right, the dialogs. What it does in the browser is in the module.

pub mod bar;

use domain::{Timestamp, device::Platform, push::PushContent, push::template_data_of};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{Card, FormSummary, PageClock, page_clock};

use super::{
    api::{OpenedPush, open_editor},
    apps::{AppLook, capabilities, name_of},
    form::{
        ButtonFields, DeliveryFields, Editing, FormatField, MessageFields, OverrideFields,
        PlaceFields, When,
    },
    inspector::InspectorDialog,
    look::{Viewer, look},
    preview_panel::PreviewPanel,
    sample::SampleContact,
    send_test::SendTestDialog,
    start::EditorData,
    state::PushForm,
};
use crate::{
    AppError,
    shell::{
        editor_module::EditorModule,
        loaded::{failed_page, load},
    },
};
use bar::{ConflictDialog, EditorBar, LeavingDialog};

/// The page of one push, or of a new one.
#[component]
pub fn PushEditorPage() -> impl IntoView {
    let which = use_params_map()
        .with_untracked(|params| params.get("id"))
        .unwrap_or_default();
    let campaign = use_query_map()
        .with_untracked(|query| query.get("campaign"))
        .unwrap_or_default();
    load(open(which)).show_answer(move |answer| match answer {
        Ok(opened) => view! { <PushEditor opened campaign /> }.into_any(),
        Err(error) => failed_page("Push", error, "The push"),
    })
}

/// `new`, or a push's id.
async fn open(which: String) -> Result<OpenedPush, AppError> {
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

/// The editor of what was opened.
#[component]
fn PushEditor(opened: OpenedPush, campaign: String) -> impl IntoView {
    let form = form_of(&opened, &campaign);
    let apps: Vec<AppLook> = opened.apps.iter().map(AppLook::from).collect();
    let sample = opened
        .sample
        .as_ref()
        .map_or_else(SampleContact::made_up, SampleContact::of);
    let data = EditorData {
        known: opened.push.as_ref().map(|push| (push.id, push.version)),
        apps: apps.clone(),
        sample: sample.clone(),
        made_up: SampleContact::made_up(),
        may_edit: opened.may_edit,
    };
    let editing = Editing {
        form,
        read_only: !opened.may_edit,
    };
    let name = form.name.get_untracked();
    let app = form.app.get_untracked();
    let app_name = name_of(&apps, &app);
    let (choices, menus) = (apps.clone(), apps.clone());
    let look = {
        let contact = serde_json::from_str(&sample.json).unwrap_or_default();
        let now = page_clock().map_or(0, |PageClock(now)| now);
        let viewer = Viewer {
            data: &template_data_of(contact, &serde_json::Map::new()),
            capabilities: &capabilities(&apps, &app),
            platform: Platform::Ios,
            now: Timestamp(now),
        };
        look(&untrack(|| form.content().0), viewer)
    };
    let missing = look
        .as_ref()
        .ok()
        .and_then(|look| look.missing_category.clone());
    let lengths = look
        .as_ref()
        .map_or((0, 0), |look| (look.title_length, look.body_length));
    view! {
        <Title text=name.clone() />
        <div class="page" data-part="editor">
            <EditorBar
                name=name.clone()
                known=opened.push.as_ref().map(|push| push.id)
                may_edit=opened.may_edit
                may_test=opened.may_test
            />
            <FormSummary />
            <div class="push-editor">
                <div class="form">
                    <Card>
                        <PlaceFields editing campaigns=opened.campaigns apps=choices />
                    </Card>
                    <Card title="Message">
                        <FormatField editing />
                        <MessageFields editing lengths />
                    </Card>
                    <When field="format" is="rich".to_owned() now=form.format>
                        <Card>
                            <ButtonFields editing apps=menus missing />
                        </Card>
                    </When>
                    <Card title="On single platforms">
                        <OverrideFields editing />
                    </Card>
                    <Card title="Delivery">
                        <DeliveryFields editing />
                    </Card>
                </div>
                <PreviewPanel look app=app_name sample />
            </div>
        </div>
        <InspectorDialog />
        <SendTestDialog />
        <ConflictDialog />
        <LeavingDialog />
        <EditorModule start="push_editor" data />
    }
    .into_any()
}

fn form_of(opened: &OpenedPush, campaign: &str) -> PushForm {
    if let Some(push) = &opened.push {
        let campaign = push
            .campaign_id
            .map(|id| id.to_string())
            .unwrap_or_default();
        return PushForm::new(&push.name, &campaign, &push.content);
    }
    let known = opened
        .campaigns
        .iter()
        .any(|(id, _)| id.to_string() == campaign);
    // With one app there is nothing to choose.
    let app = match opened.apps.as_slice() {
        [only] => Some(only.id),
        _ => None,
    };
    let content = PushContent {
        app,
        ..PushContent::default()
    };
    PushForm::new("New push", if known { campaign } else { "" }, &content)
}
