//! A contact's consent: every opt-in and opt-out, never rewritten.

use domain::consent::ConsentEvent;
use leptos::prelude::*;
use ui::{Column, EmptyState, ExactTime, Glyph, Table};

use super::words::{consent_chip, consent_said};

/// The consents, newest first.
#[component]
pub fn ContactConsent(
    /// The latest fifty.
    events: Vec<ConsentEvent>,
) -> impl IntoView {
    if events.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Shield
                title="Never asked"
                text="Nobody has recorded an opt-in or opt-out. Until there is an opt-in, nothing is sent to this contact."
            />
        }
        .into_any();
    }
    let columns = vec![
        Column::new("What"),
        Column::tight("Consent"),
        Column::new("By whom"),
        Column::tight("When"),
    ];
    let rows = events
        .into_iter()
        .map(|event| {
            view! {
                <tr>
                    <td>{consent_said(&event)}</td>
                    <td data-label="Consent">{consent_chip(Some(event.opted_in))}</td>
                    <td class="quiet" data-label="By whom">
                        {event.actor}
                    </td>
                    <td class="quiet" data-label="When">
                        <ExactTime at=event.at.as_millis() />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table caption="Consents" columns>
            {rows}
        </Table>
    }
    .into_any()
}
