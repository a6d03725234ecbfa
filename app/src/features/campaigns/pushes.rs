//! A campaign's pushes.

use domain::view::PushSummary;
use leptos::prelude::*;
use ui::{Column, EmptyState, Glyph, LinkButton, RelativeTime, State, StateChip, Table};

/// The pushes, newest first.
#[component]
pub fn CampaignPushes(
    /// The pushes.
    pushes: Vec<PushSummary>,
    /// The person may write one.
    may_edit: bool,
) -> impl IntoView {
    if pushes.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Push
                title="No pushes yet"
                text="Write a push and choose this campaign in its editor; the workflow's push steps then offer it."
            >
                {may_edit
                    .then(|| {
                        view! {
                            <LinkButton href="/pushes/new" glyph=Glyph::Plus>
                                "Write a push"
                            </LinkButton>
                        }
                    })}
            </EmptyState>
        }
        .into_any();
    }
    let columns = vec![
        Column::new("Name"),
        Column::new("What it says"),
        Column::tight("State"),
        Column::tight("Changed"),
    ];
    view! {
        <Table caption="Pushes of this campaign" columns>
            {pushes.into_iter().map(row).collect_view()}
        </Table>
    }
    .into_any()
}

fn row(push: PushSummary) -> AnyView {
    let says = if push.title.trim().is_empty() {
        push.body
    } else {
        push.title
    };
    let (state, label) = if push.has_mistakes {
        (State::Draft, "Unfinished")
    } else {
        (State::Finished, "Ready")
    };
    view! {
        <tr>
            <td>
                <a class="table__link" href=format!("/pushes/{}", push.id)>
                    {push.name}
                </a>
            </td>
            <td data-label="Says">
                <span class="clip quiet">{says}</span>
            </td>
            <td data-label="State">
                <StateChip state label />
            </td>
            <td class="quiet" data-label="Changed">
                <RelativeTime at=push.updated_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}
