//! The page of one campaign. Its workflow's canvas has a page of its own.

use domain::{
    CampaignId,
    view::{CampaignSummary, Results},
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use ui::{
    Button, ButtonKind, Card, ConfirmDialog, Dialog, DialogBody, DialogFoot, EmptyState, Fact,
    Facts, Glyph, LinkButton, LinkTabs, MenuItem, MoreMenu, Page, RelativeTime, Skeleton,
    StateChip, TextField, toaster,
};

use super::{
    api::{CampaignData, delete_campaign, open_campaign, rename_campaign},
    page::workflow_chip,
    pushes::CampaignPushes,
};
use crate::shell::loaded::{Loaded, load};
use crate::{
    AppError,
    features::{overview::today::ResultsFunnel, settings::deed::Deed, states},
    shell::not_found::NotFound,
};

type Campaign = Loaded<CampaignData>;

/// `/campaigns/{id}` and its tabs.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("id")
                .and_then(|id| id.parse::<CampaignId>().ok())
        })
    });
    let campaign = load(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => open_campaign(id).await,
                None => Err(AppError::NotFound {
                    what: "This campaign".to_owned(),
                }),
            }
        },
    );
    campaign.show_answer(
        || {
            view! {
                <div class="page">
                    <Skeleton label="Loading the campaign" />
                </div>
            }
        },
        move |answer| match answer {
            Ok(data) => view! { <Detail data campaign /> }.into_any(),
            Err(error) => campaign.failed_page("Campaign", error, "The campaign"),
        },
    )
}

#[component]
fn Detail(data: CampaignData, campaign: Campaign) -> impl IntoView {
    let params = use_params_map();
    let tab = Memo::new(move |_| params.with(|params| params.get("tab").unwrap_or_default()));
    let summary = data.view.campaign.clone();
    let (id, name, may_edit) = (summary.id, summary.name.clone(), data.may_edit);
    let base = format!("/campaigns/{id}");
    let here = {
        let base = base.clone();
        Signal::derive(move || {
            let tab = tab.get();
            if tab.is_empty() {
                base.clone()
            } else {
                format!("{base}/{tab}")
            }
        })
    };
    let tabs = vec![
        (base.clone(), "Workflow".to_owned()),
        (
            format!("{base}/pushes"),
            format!("Pushes ({})", data.view.pushes.len()),
        ),
        (format!("{base}/results"), "Results".to_owned()),
    ];
    let stored = StoredValue::new(data);
    let panel = move || {
        let view = stored.with_value(|data| data.view.clone());
        match tab.get().as_str() {
            "" => workflow(&view.campaign),
            "pushes" => view! { <CampaignPushes pushes=view.pushes may_edit /> }.into_any(),
            "results" => results(view.results),
            _ => view! { <NotFound /> }.into_any(),
        }
    };
    let renaming = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let actions = {
        let name = name.clone();
        let canvas = format!("{base}/workflow");
        move || {
            let label = format!("More for {name}");
            let canvas = canvas.clone();
            view! {
                {may_edit
                    .then(|| {
                        view! {
                            <MoreMenu label>
                                <MenuItem
                                    label="Rename…"
                                    glyph=Glyph::Edit
                                    act=move |()| renaming.set(true)
                                />
                                <MenuItem
                                    label="Delete…"
                                    glyph=Glyph::Trash
                                    danger=true
                                    act=move |()| deleting.set(true)
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
            <LinkTabs label="About this campaign" tabs here />
            <div>{panel}</div>
        </Page>
        <Rename renaming id name=name.clone() campaign />
        <Delete deleting id name />
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

#[component]
fn Rename(
    renaming: RwSignal<bool>,
    id: CampaignId,
    name: String,
    campaign: Campaign,
) -> impl IntoView {
    let deed = Deed::new();
    let name = RwSignal::new(name);
    let save = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        deed.run(rename_campaign(id, name.get_untracked()), move |()| {
            renaming.set(false);
            campaign.refetch();
        });
    });
    view! {
        <Dialog open=renaming id="rename-campaign" title="Rename the campaign">
            <form on:submit=move |event| save.run(event)>
                <DialogBody>
                    {deed.notice()}
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        error=deed.errors.of("name")
                        autofocus=true
                    />
                </DialogBody>
                <DialogFoot>
                    <Button on:click=move |_| renaming.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                        "Rename"
                    </Button>
                </DialogFoot>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Delete(deleting: RwSignal<bool>, id: CampaignId, name: String) -> impl IntoView {
    let deed = Deed::new();
    let toaster = toaster();
    let navigate = use_navigate();
    let title = format!("Delete “{name}”?");
    let confirm = move |()| {
        let (name, navigate) = (name.clone(), navigate.clone());
        deed.run_aloud(
            async move {
                let answer = delete_campaign(id).await;
                deleting.set(false);
                answer
            },
            move |()| {
                toaster.done(format!("“{name}” was deleted."));
                navigate("/campaigns", NavigateOptions::default());
            },
        );
    };
    view! {
        <ConfirmDialog
            open=deleting
            id="delete-campaign"
            title
            text="Only a campaign without pushes and workflows can be deleted; results of others stay."
            verb="Delete the campaign"
            confirm
            busy=deed.busy
        />
    }
    .into_any()
}
