//! Data in by upload: a file of contacts or of devices, and the imports so far.

use domain::view::{AppName, JobView};
use leptos::{ev, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use ui::{
    Button, ButtonKind, Column, Glyph, Icon, Notice, Page, RelativeTime, Section, Segment,
    Segmented, SelectField, SelectOption, Skeleton, StateChip, Table, Tone, grouped,
};
use wasm_bindgen::JsCast;

use super::{
    api::{ImportStart, open_import},
    import_job::{ImportJob, state_of, watch},
    upload::upload,
};
use crate::AppError;
use crate::shell::loaded::load;

/// What a file may be called.
const TAKEN: &str = ".csv,.tsv,.ndjson,.jsonl,text/csv,application/x-ndjson";

/// The import: a new one, or one that was begun (`/contacts/import/{job}`).
#[component]
pub fn ImportPage() -> impl IntoView {
    let params = use_params_map();
    let job = Memo::new(move |_| params.with(|params| params.get("job")));
    let start = load(move || job.get(), |_| open_import());
    let watched = watch(job);
    // The list shows what became of the import.
    Effect::new(move |before: Option<u32>| {
        let ended = watched.ended.get();
        if before.is_some_and(|before| before != ended) {
            start.refetch();
        }
        ended
    });
    view! {
        <Title text="Import" />
        <Page
            title="Import"
            lead="A file from your own system. Rows that say nothing new change nothing, so importing a file again is safe."
        >
            <ImportJob watched />
            {start.show(
                "The imports",
                || view! { <Skeleton label="Loading the imports" /> },
                move |start| begin(start, job.get_untracked().is_some()),
            )}
        </Page>
    }
    .into_any()
}

fn begin(start: ImportStart, looking: bool) -> AnyView {
    let form = if start.may_import {
        view! { <UploadForm apps=start.apps primary=!looking /> }.into_any()
    } else {
        view! {
            <Notice>
                <p>"Your role reads imports; marketers and administrators can start them."</p>
            </Notice>
        }
        .into_any()
    };
    view! {
        {form}
        {(!start.jobs.is_empty()).then(|| past(start.jobs))}
    }
    .into_any()
}

/// Which file, and what it holds.
#[component]
fn UploadForm(apps: Vec<AppName>, primary: bool) -> impl IntoView {
    let query = use_query_map();
    let devices_first =
        query.with_untracked(|query| query.get("kind").as_deref() == Some("devices"));
    let kind = RwSignal::new(if devices_first { "devices" } else { "contacts" }.to_owned());
    let app = RwSignal::new(String::new());
    let chosen = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<AppError>);
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let stopping = RwSignal::new(false);
    let navigate = use_navigate();

    let file = move || input.get_untracked()?.files()?.get(0);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(file), Ok(controller)) = (file(), web_sys::AbortController::new()) else {
            return;
        };
        stopping.set(false);
        let stop = controller.clone();
        Effect::new(move || {
            if stopping.get() {
                stop.abort();
            }
        });
        failed.set(None);
        busy.set(true);
        let navigate = navigate.clone();
        let (kind, app) = (kind.get_untracked(), app.get_untracked());
        leptos::task::spawn_local(async move {
            let answer = upload(&kind, &app, &file, &controller).await;
            busy.set(false);
            match answer {
                Ok(job) => {
                    chosen.set(None);
                    navigate(
                        &format!("/contacts/import/{}", job.id),
                        NavigateOptions::default(),
                    );
                }
                Err(error) => failed.set(error),
            }
        });
    };
    let cancel = move |_| stopping.set(true);
    let drop_file = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let (Some(input), Some(files)) = (input.get_untracked(), files) {
            input.set_files(Some(&files));
            chosen.set(files.get(0).map(|file| described(&file)));
        }
    };
    let options = std::iter::once(SelectOption::new("", "As the file says"))
        .chain(
            apps.into_iter()
                .map(|app| SelectOption::new(app.slug, app.name)),
        )
        .collect::<Vec<_>>();
    let options = StoredValue::new(options);
    view! {
        <form class="card import" on:submit=send>
            <div class="card__body">
                <Segmented
                    label="What the file holds"
                    name="kind"
                    parts=vec![
                        Segment::new("contacts", "Contacts").with(Glyph::Contacts),
                        Segment::new("devices", "Devices").with(Glyph::Device),
                    ]
                    value=kind
                />
                <p class="quiet small measure">
                    {move || if kind.with(|kind| kind == "devices") { DEVICES } else { CONTACTS }}
                </p>
                <Show when=move || kind.with(|kind| kind == "devices")>
                    <SelectField
                        label="App"
                        name="app"
                        options=options.get_value()
                        value=app
                        hint="For rows without an app of their own."
                    />
                </Show>
                <label
                    class="drop"
                    data-over=move || over.get().then_some("true")
                    on:dragover=move |event: ev::DragEvent| {
                        event.prevent_default();
                        over.set(true);
                    }
                    on:dragleave=move |_| over.set(false)
                    on:drop=drop_file
                >
                    <Icon glyph=Glyph::Upload />
                    <span>
                        {move || match chosen.get() {
                            Some(file) => {
                                view! { <span class="strong">{file}</span> }.into_any()
                            }
                            None => "Choose a CSV or NDJSON file, or drop it here".into_any(),
                        }}
                    </span>
                    <input
                        node_ref=input
                        class="spoken"
                        type="file"
                        id="field-file"
                        name="file"
                        accept=TAKEN
                        aria-label="File"
                        on:change=move |_| chosen.set(file().map(|file| described(&file)))
                    />
                </label>
                {move || {
                    failed
                        .get()
                        .map(|error| {
                            view! {
                                <Notice tone=Tone::Rejected title="Nothing was imported">
                                    <p>{error.to_string()}</p>
                                </Notice>
                            }
                        })
                }}
                <div class="row">
                    <Button
                        kind=if primary { ButtonKind::Primary } else { ButtonKind::Secondary }
                        submit=true
                        busy
                        disabled=Signal::derive(move || chosen.with(Option::is_none))
                    >
                        "Upload and import"
                    </Button>
                    <Show when=move || busy.get()>
                        <Button on:click=cancel>"Cancel"</Button>
                        <span class="quiet" role="status">
                            "Uploading…"
                        </span>
                    </Show>
                </div>
            </div>
        </form>
    }
    .into_any()
}

const CONTACTS: &str = "A column external_id is needed; first_name, last_name, email, locale, time_zone and opted_in are known, and any other column becomes an attribute.";
const DEVICES: &str = "Columns external_id, device_id, app, channel and token, with platform, os_permission, opted_in and more if you have them; or Recurly Engage's Id, ChannelType, Address, User.UserId.";

/// A file's name and size.
fn described(file: &web_sys::File) -> String {
    format!(
        "{} ({})",
        file.name(),
        size(file.unchecked_ref::<web_sys::Blob>().size())
    )
}

/// A size as people read it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a file's size is a whole number of bytes"
)]
fn size(bytes: f64) -> String {
    let bytes = bytes as u64;
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{} MB", grouped(bytes / 1_048_576)),
    }
}

/// The imports so far.
fn past(jobs: Vec<JobView>) -> AnyView {
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

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_written_in_its_own_unit() {
        assert_eq!(
            [size(12.0), size(20_480.0), size(3_145_728.0)],
            ["12 bytes", "20 KB", "3 MB"]
        );
    }
}
