//! The page of one campaign. Its workflow's canvas has a page of its own.

use domain::{
    CampaignId,
    view::{CampaignSummary, CredentialView, Results},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, CallForm, Card, ConfirmDialog, Dialog, DialogBody, DialogFoot, EmptyState,
    Fact, Facts, FormFailure, Glyph, LinkButton, LinkTabs, MenuItem, MoreMenu, Notice, Page,
    RelativeTime, StateChip, TextField, Then, Tone,
};

use super::{
    api::{CampaignData, DeleteCampaign, RenameCampaign, open_campaign},
    page::workflow_chip,
    pushes::CampaignPushes,
};
use crate::{
    AppError,
    features::{overview::today::ResultsFunnel, states},
    shell::{
        loaded::{failed_page, load},
        not_found::NotFound,
    },
};

const RENAME: &str = "rename-campaign";
const DELETE: &str = "delete-campaign";

/// `/campaigns/{id}` and its tabs.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let (id, tab) = use_params_map().with_untracked(|params| {
        let id = params.get("id").and_then(|id| id.parse().ok());
        (id, params.get("tab").unwrap_or_default())
    });
    let campaign = async move {
        let id: CampaignId = id.ok_or_else(|| AppError::NotFound {
            what: "This campaign".to_owned(),
        })?;
        open_campaign(id).await
    };
    load(campaign).show_answer(move |answer| match answer {
        Ok(data) => view! { <Detail data tab /> }.into_any(),
        Err(error) => failed_page("Campaign", error, "The campaign"),
    })
}

#[component]
fn Detail(data: CampaignData, tab: String) -> impl IntoView {
    let CampaignData { view, may_edit } = data;
    let summary = view.campaign.clone();
    let (id, name) = (summary.id, summary.name.clone());
    let base = format!("/campaigns/{id}");
    let tabs = vec![
        (base.clone(), "Workflow".to_owned()),
        (
            format!("{base}/pushes"),
            format!("Pushes ({})", view.pushes.len()),
        ),
        (format!("{base}/results"), "Results".to_owned()),
    ];
    let panel = match tab.as_str() {
        "" => workflow(&view.campaign),
        "pushes" => view! { <CampaignPushes pushes=view.pushes may_edit /> }.into_any(),
        "results" => results(view.results),
        _ => view! { <NotFound /> }.into_any(),
    };
    let actions = {
        let label = format!("More for {name}");
        let canvas = format!("{base}/workflow");
        move || {
            let (label, canvas) = (label.clone(), canvas.clone());
            view! {
                {may_edit
                    .then(|| {
                        view! {
                            <MoreMenu label>
                                <MenuItem label="Rename…" glyph=Glyph::Edit opens=RENAME />
                                <MenuItem
                                    label="Delete…"
                                    glyph=Glyph::Trash
                                    danger=true
                                    opens=DELETE
                                />
                            </MoreMenu>
                        }
                    })}
                <LinkButton href=canvas kind=ButtonKind::Primary glyph=Glyph::Branch>
                    "Open the workflow"
                </LinkButton>
            }
        }
    };
    view! {
        <Title text=name.clone() />
        <Page title=name.clone() state=move || workflow_chip(&summary) actions>
            {view.refused_credentials.into_iter().map(refused).collect_view()}
            <LinkTabs label="About this campaign" tabs here=format!("{base}/{tab}") />
            <div>{panel}</div>
        </Page>
        {may_edit.then(|| dialogs(id, name))}
    }
    .into_any()
}

/// That a credential of this campaign's is refused, why, and where to mend it.
fn refused(view: CredentialView) -> AnyView {
    let service = view.credential.channel.label();
    let title = format!("{service} refused the credential of {}", view.app_name);
    let reason = view
        .credential
        .state_reason
        .map(|reason| format!("It said: {reason}. "));
    view! {
        <Notice tone=Tone::Rejected title>
            <p>
                {reason}
                "Until it is replaced, or a test finds it taken again, nothing of this campaign goes out by it: what was on its way waits as long as the push may live, what is decided from now on is not sent."
            </p>
            <p>
                <a href=format!("/settings/apps/{}", view.app_slug)>"To the credential"</a>
            </p>
        </Notice>
    }
    .into_any()
}

/// The workflows with their states, and the way to the canvas.
fn workflow(campaign: &CampaignSummary) -> AnyView {
    let canvas = format!("/campaigns/{}/workflow", campaign.id);
    if campaign.workflows.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Branch
                title="No workflow yet"
                text="The workflow says what lets a contact in, how long it waits, and which pushes it gets."
            >
                <LinkButton href=canvas>"Draw the workflow"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let cards = campaign
        .workflows
        .iter()
        .map(|workflow| {
            let state = states::of_workflow(workflow.state);
            let revision = workflow.revision.map_or_else(
                || "Never published".to_owned(),
                |number| format!("Revision {number}"),
            );
            let changed_at = workflow.updated_at.as_millis();
            view! {
                <Card title=workflow.name.clone()>
                    <Facts>
                        <Fact name="State">
                            <StateChip state />
                        </Fact>
                        <Fact name="Published">{revision}</Fact>
                        <Fact name="Draft changed">
                            <RelativeTime at=changed_at />
                        </Fact>
                    </Facts>
                </Card>
            }
        })
        .collect_view();
    view! { <div class="tiles">{cards}</div> }.into_any()
}

fn results(results: Results) -> AnyView {
    if results.sent == 0 && results.suppressed.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Send
                title="Nothing was sent yet"
                text="What becomes of this campaign's pushes is counted here: accepted, failed and not sent, each with its reasons."
            />
        }
        .into_any();
    }
    view! {
        <div class="campaign__results">
            <Card title="All that this campaign decided">
                <ResultsFunnel results label="Pushes decided" />
            </Card>
        </div>
    }
    .into_any()
}

fn dialogs(id: CampaignId, name: String) -> AnyView {
    let (title, said) = (
        format!("Delete “{name}”?"),
        format!("“{name}” was deleted."),
    );
    view! {
        <Dialog id=RENAME title="Rename the campaign">
            <CallForm call=RenameCampaign::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <DialogBody>
                    <FormFailure />
                    <TextField label="Name" name="name" value=name autofocus=true />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Rename"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
        <ConfirmDialog
            id=DELETE
            title
            text="Only a campaign without pushes and workflows can be deleted; results of others stay."
            verb="Delete the campaign"
            call=DeleteCampaign::url()
            then=Then::go("/campaigns").and_say(said)
        >
            <input type="hidden" name="id" value=id.to_string() />
        </ConfirmDialog>
    }
    .into_any()
}
