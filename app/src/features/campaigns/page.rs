//! The list of campaigns.

use domain::view::CampaignSummary;
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use ui::{
    Button, ButtonKind, Column, Dialog, DialogBody, DialogFoot, EmptyState, Glyph, Page, Pager,
    RelativeTime, Skeleton, State, StateChip, Table, TextField, counted,
};

use super::api::{CampaignList, create_campaign, list_campaigns};
use crate::features::{settings::deed::Deed, states};
use crate::shell::loaded::load;

/// Every campaign, newest first.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("after")));
    let campaigns = load(move || cursor.get(), list_campaigns);
    let adding = RwSignal::new(false);
    view! {
        <Title text="Campaigns" />
        <Page
            title="Campaigns"
            lead="Pushes and the workflow that sends them, with what became of them."
            actions=move || {
                view! {
                    <Button
                        kind=ButtonKind::Primary
                        glyph=Glyph::Plus
                        on:click=move |_| adding.set(true)
                    >
                        "New campaign"
                    </Button>
                }
            }
        >
            {campaigns.show(
                "The campaigns",
                || view! { <Skeleton label="Loading the campaigns" /> },
                move |found| list(found, cursor.get_untracked().is_some(), adding),
            )}
        </Page>
        <NewCampaign adding />
    }
    .into_any()
}

fn list(found: CampaignList, later: bool, adding: RwSignal<bool>) -> AnyView {
    if found.page.items.is_empty() {
        let may_edit = found.may_edit;
        return view! {
            <EmptyState
                glyph=Glyph::Campaign
                title="No campaigns yet"
                text="A campaign holds pushes and the workflow that sends them: a welcome, a win-back, order updates."
            >
                {may_edit
                    .then(|| {
                        view! {
                            <Button
                                kind=ButtonKind::Primary
                                glyph=Glyph::Plus
                                on:click=move |_| adding.set(true)
                            >
                                "Make the first campaign"
                            </Button>
                        }
                    })}
            </EmptyState>
        }
        .into_any();
    }
    let shown = counted(found.page.items.len() as u64, "campaign", "campaigns");
    let next = found
        .page
        .next
        .map(|cursor| format!("/campaigns?after={cursor}"));
    let first = later.then(|| "/campaigns".to_owned());
    let columns = vec![
        Column::new("Name"),
        Column::new("Workflow"),
        Column::tight("Changed"),
    ];
    view! {
        <div>
            <Table caption="Campaigns" columns>
                {found.page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

/// The workflow's state as a chip; a campaign without one says so.
pub fn workflow_chip(campaign: &CampaignSummary) -> AnyView {
    match campaign.workflows.first() {
        Some(workflow) => {
            let state = states::of_workflow(workflow.state);
            view! { <StateChip state /> }.into_any()
        }
        None => view! { <StateChip state=State::Draft label="Not drawn yet" /> }.into_any(),
    }
}

fn row(campaign: CampaignSummary) -> AnyView {
    let chip = workflow_chip(&campaign);
    view! {
        <tr>
            <td>
                <a class="table__link" href=format!("/campaigns/{}", campaign.id)>
                    {campaign.name}
                </a>
            </td>
            <td data-label="Workflow">{chip}</td>
            <td class="quiet" data-label="Changed">
                <RelativeTime at=campaign.updated_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn NewCampaign(adding: RwSignal<bool>) -> impl IntoView {
    let deed = Deed::new();
    let name = RwSignal::new(String::new());
    let navigate = use_navigate();
    let save = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        deed.run(create_campaign(name.get_untracked()), move |id| {
            adding.set(false);
            navigate(&format!("/campaigns/{id}"), NavigateOptions::default());
        });
    });
    view! {
        <Dialog open=adding id="new-campaign" title="New campaign">
            <form on:submit=move |event| save.run(event)>
                <DialogBody>
                    {deed.notice()}
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="What it is for: “Welcome”, “Win back”."
                        error=deed.errors.of("name")
                        autofocus=true
                    />
                </DialogBody>
                <DialogFoot>
                    <Button on:click=move |_| adding.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                        "Make the campaign"
                    </Button>
                </DialogFoot>
            </form>
        </Dialog>
    }
    .into_any()
}
