//! The page of a campaign's workflow.

use super::api::{EditorData, begin_workflow, open_workflow};
use super::editor::WorkflowEditor;
use crate::shell::loaded::{Loaded, load_first};
use crate::{AppError, shell::answer::Failure};
use domain::CampaignId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{Button, ButtonKind, EmptyState, Glyph, Skeleton};

/// The canvas of the campaign that the address names.
#[component]
pub fn WorkflowPage() -> impl IntoView {
    let params = use_params_map();
    let campaign = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let data = load_first(move || campaign.get(), open);
    data.show_afresh(
        || {
            view! {
                <div class="page">
                    <Skeleton lines=8 label="Loading the workflow" />
                </div>
            }
        },
        move |answer| match answer {
            Ok(found) => opened(found, campaign.get_untracked(), data),
            Err(error) => data.failed_page("Workflow", error, "The workflow"),
        },
    )
}

async fn open(campaign: String) -> Result<EditorData, AppError> {
    open_workflow(id_of(&campaign)?).await
}

fn id_of(campaign: &str) -> Result<CampaignId, AppError> {
    campaign.parse().map_err(|_| AppError::NotFound {
        what: "This campaign".to_owned(),
    })
}

fn opened(found: EditorData, campaign: String, data: Loaded<EditorData>) -> AnyView {
    let title = format!("{}: workflow", found.campaign);
    match found.id {
        Some(id) => view! {
            <Title text=title />
            <WorkflowEditor data=found id />
        }
        .into_any(),
        None => view! {
            <Title text=title />
            <div class="page">
                <NoWorkflow campaign name=found.campaign may_edit=found.may_edit data />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn NoWorkflow(
    campaign: String,
    name: String,
    may_edit: bool,
    data: Loaded<EditorData>,
) -> impl IntoView {
    let begin = Action::new(move |(): &()| {
        let campaign = id_of(&campaign);
        async move { begin_workflow(campaign?).await }
    });
    let value = begin.value();
    Effect::new(move |_| {
        if let Some(Ok(())) = value.get() {
            data.refetch();
        }
    });
    let wrong = move || {
        let error = value.get()?.err()?;
        Some(view! { <Failure error what="The workflow" /> })
    };
    view! {
        <EmptyState
            glyph=Glyph::Branch
            title=format!("“{name}” has no workflow yet")
            text="A workflow says what lets contacts in, how long they wait, and which pushes they get."
        >
            {may_edit
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Primary
                            busy=begin.pending()
                            on:click=move |_| {
                                begin.dispatch(());
                            }
                        >
                            "Draw the workflow"
                        </Button>
                    }
                })}
        </EmptyState>
        {wrong}
    }
    .into_any()
}
