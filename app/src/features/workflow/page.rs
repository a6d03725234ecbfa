//! The page of a campaign's workflow.

#![expect(unreachable_pub, reason = "the component macro makes its parts public")]

use super::api::{BeginWorkflow, EditorData, open_workflow};
use super::editor::editor;
use crate::AppError;
use crate::shell::editor_module::EditorModule;
use crate::shell::loaded::{failed_page, load};
use domain::CampaignId;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{Button, ButtonKind, CallForm, EmptyState, FormFailure, Glyph, Then};

/// The canvas of the campaign that the address names.
#[component]
pub fn WorkflowPage() -> impl IntoView {
    let params = use_params_map();
    let campaign = params.with_untracked(|params| params.get("id").unwrap_or_default());
    load(open(campaign)).show_answer(|answer| match answer {
        Ok(found) => opened(found),
        Err(error) => failed_page("Workflow", error, "The workflow"),
    })
}

async fn open(campaign: String) -> Result<EditorData, AppError> {
    let campaign: CampaignId = campaign.parse().map_err(|_| AppError::NotFound {
        what: "This campaign".to_owned(),
    })?;
    open_workflow(campaign).await
}

fn opened(found: EditorData) -> AnyView {
    let title = format!("{}: workflow", found.campaign);
    if found.id.is_none() {
        return view! {
            <Title text=title />
            <div class="page">{no_workflow(&found)}</div>
        }
        .into_any();
    }
    view! {
        <Title text=title />
        {editor(&found)}
        <EditorModule start="workflow_editor" data=found />
    }
    .into_any()
}

fn no_workflow(found: &EditorData) -> AnyView {
    let begin = found.may_edit.then(|| {
        let campaign = found.campaign_id.to_string();
        // A whole load: the editor's module starts with its page.
        let then = Then::go(format!("/campaigns/{campaign}/workflow"));
        view! {
            <CallForm call=BeginWorkflow::url() then>
                <input type="hidden" name="campaign" value=campaign />
                <FormFailure />
                <Button kind=ButtonKind::Primary submit=true>
                    "Draw the workflow"
                </Button>
            </CallForm>
        }
    });
    view! {
        <EmptyState
            glyph=Glyph::Branch
            title=format!("“{}” has no workflow yet", found.campaign)
            text="A workflow says what lets contacts in, how long they wait, and which pushes they get."
        >
            {begin}
        </EmptyState>
    }
    .into_any()
}
