//! The list of campaigns.

use domain::view::CampaignSummary;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Button, ButtonKind, CallForm, Column, Dialog, DialogBody, DialogFoot, EmptyState, FormFailure,
    Glyph, Page, Pager, RelativeTime, State, StateChip, Table, TextField, Then, counted,
};

use super::api::{CampaignList, CreateCampaign, list_campaigns};
use crate::{features::states, shell::loaded::load};

const NEW_CAMPAIGN: &str = "new-campaign";

/// Every campaign, newest first.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    let campaigns =
        load(list_campaigns(cursor)).show("The campaigns", move |found| list(found, later));
    view! {
        <Title text="Campaigns" />
        <Page
            title="Campaigns"
            lead="Pushes and the workflow that sends them, with what became of them."
            actions=|| {
                view! {
                    <Button kind=ButtonKind::Primary glyph=Glyph::Plus opens=NEW_CAMPAIGN>
                        "New campaign"
                    </Button>
                }
            }
        >
            {campaigns}
        </Page>
        <NewCampaign />
    }
    .into_any()
}

fn list(found: CampaignList, later: bool) -> AnyView {
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
                            <Button kind=ButtonKind::Primary glyph=Glyph::Plus opens=NEW_CAMPAIGN>
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
fn NewCampaign() -> impl IntoView {
    view! {
        <Dialog id=NEW_CAMPAIGN title="New campaign">
            <CallForm call=CreateCampaign::url() then=Then::go("/campaigns/{}")>
                <DialogBody>
                    <FormFailure />
                    <TextField
                        label="Name"
                        name="name"
                        hint="What it is for: “Welcome”, “Win back”."
                        autofocus=true
                    />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Make the campaign"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}
