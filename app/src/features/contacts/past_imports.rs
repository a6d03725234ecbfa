//! The imports so far.

use domain::view::JobView;
use leptos::prelude::*;
use ui::{Column, RelativeTime, Section, StateChip, Table, grouped};

use super::import_job::{LOOK_EVERY, is_open, state_of};

/// The imports so far, newest first; looked at again while one of them goes on.
#[component]
pub fn PastImports(
    /// The imports.
    jobs: Vec<JobView>,
) -> impl IntoView {
    let live = jobs.iter().any(|job| is_open(job.state));
    let list = (!jobs.is_empty()).then(|| list(jobs));
    view! {
        <div id="imports" data-live=live.then_some(LOOK_EVERY)>
            {list}
        </div>
    }
    .into_any()
}

fn list(jobs: Vec<JobView>) -> AnyView {
    let columns = vec![
        Column::new("File"),
        Column::tight("State"),
        Column::number("Rows"),
        Column::number("Rejected"),
        Column::new("By"),
        Column::tight("Started"),
    ];
    let rows = jobs
        .into_iter()
        .map(|job| {
            let (state, label) = state_of(job.state);
            view! {
                <tr>
                    <td>
                        <a class="table__link" href=format!("/contacts/import/{}", job.id)>
                            {job.file}
                        </a>
                    </td>
                    <td data-label="State">
                        <StateChip state label />
                    </td>
                    <td class="number" data-label="Rows">
                        {grouped(job.progress.rows)}
                    </td>
                    <td class="number" data-label="Rejected">
                        {grouped(job.progress.rejected)}
                    </td>
                    <td class="quiet" data-label="By">
                        {job.created_by}
                    </td>
                    <td class="quiet" data-label="Started">
                        <RelativeTime at=job.created_at.as_millis() />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title="Imports so far">
            <Table caption="Imports so far" columns>
                {rows}
            </Table>
        </Section>
    }
    .into_any()
}
