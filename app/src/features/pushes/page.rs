//! The list of pushes.

use domain::view::{Page as ListPage, PushSummary};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    ButtonKind, Column, EmptyState, Glyph, LinkButton, Page, Pager, RelativeTime, State, StateChip,
    Table, counted,
};

use super::api::list_pushes;
use crate::shell::loaded::load;

/// Every push, newest first.
#[component]
pub fn PushesPage() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    let pushes = load(list_pushes(None, cursor)).show("The pushes", move |page| {
        if page.items.is_empty() {
            return view! { <NoPushes /> }.into_any();
        }
        list(page, later)
    });
    view! {
        <Title text="Pushes" />
        <Page
            title="Pushes"
            lead="What people read on their screens. Write one here; campaigns send it."
            actions=|| {
                view! {
                    <LinkButton href="/pushes/new" kind=ButtonKind::Primary glyph=Glyph::Plus>
                        "New push"
                    </LinkButton>
                }
            }
        >
            {pushes}
        </Page>
    }
    .into_any()
}

#[component]
fn NoPushes() -> impl IntoView {
    view! {
        <EmptyState
            glyph=Glyph::Push
            title="No pushes yet"
            text="Pushes that you write appear here, each with its campaign and when it last changed."
        >
            <LinkButton href="/pushes/new" kind=ButtonKind::Primary glyph=Glyph::Plus>
                "Write the first push"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn list(page: ListPage<PushSummary>, later: bool) -> AnyView {
    let shown = counted(page.items.len() as u64, "push", "pushes");
    let next = page.next.map(|cursor| format!("/pushes?after={cursor}"));
    let first = later.then(|| "/pushes".to_owned());
    let columns = vec![
        Column::new("Name"),
        Column::new("What it says"),
        Column::new("Campaign"),
        Column::tight("State"),
        Column::tight("Changed"),
    ];
    view! {
        <div>
            <Table caption="Pushes" columns>
                {page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

fn row(push: PushSummary) -> AnyView {
    let says = if push.title.trim().is_empty() {
        push.body.clone()
    } else {
        push.title.clone()
    };
    let state = if push.has_mistakes {
        view! { <StateChip state=State::Draft label="Unfinished" /> }
    } else {
        view! { <StateChip state=State::Finished label="Ready" /> }
    };
    let campaign = match (push.campaign_id, push.campaign) {
        (Some(id), Some(name)) => {
            view! { <a href=format!("/campaigns/{id}")>{name}</a> }.into_any()
        }
        _ => view! { <span class="faint">"None"</span> }.into_any(),
    };
    view! {
        <tr>
            <td>
                <a class="table__link" href=format!("/pushes/{}", push.id)>
                    {push.name}
                </a>
            </td>
            <td class="says" data-label="Says">
                <span class="clip quiet">{says}</span>
            </td>
            <td data-label="Campaign">{campaign}</td>
            <td data-label="State">{state}</td>
            <td class="quiet" data-label="Changed">
                <RelativeTime at=push.updated_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}
