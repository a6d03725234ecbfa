//! Data in by upload: a file of contacts or of devices, and the imports so far.

use domain::{
    JobId,
    view::{AppName, JobView},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Button, ButtonKind, FormFailure, Glyph, Icon, Notice, Page, Segment, Segmented, SelectField,
    SelectOption,
};

use super::{
    api::{ImportStart, import_job, open_import},
    import_job::ImportJob,
    past_imports::PastImports,
};
use crate::{
    AppError,
    shell::loaded::{failure, load},
};

/// What a file may be called.
const TAKEN: &str = ".csv,.tsv,.ndjson,.jsonl,text/csv,application/x-ndjson";

/// The import: a new one, or one that was begun (`/contacts/import/{job}`).
#[component]
pub fn ImportPage() -> impl IntoView {
    let job = use_params_map().with_untracked(|params| params.get("job"));
    let found = async move {
        // The import before the list, which then is no behind it.
        let watched = match job {
            Some(id) => Some(watched(&id).await),
            None => None,
        };
        Ok((watched, open_import().await?))
    };
    let found = load(found).show("The imports", |(watched, start)| shown(watched, start));
    view! {
        <Title text="Import" />
        <Page
            title="Import"
            lead="A file from your own system. Rows that say nothing new change nothing, so importing a file again is safe."
        >
            {found}
        </Page>
    }
    .into_any()
}

async fn watched(id: &str) -> Result<JobView, AppError> {
    match id.parse::<JobId>() {
        Ok(id) => import_job(id).await,
        Err(_) => Err(AppError::NotFound {
            what: "This import".to_owned(),
        }),
    }
}

fn shown(watched: Option<Result<JobView, AppError>>, start: ImportStart) -> AnyView {
    let primary = watched.is_none();
    let watched = watched.map(|answer| match answer {
        Ok(job) => view! { <ImportJob job may_cancel=start.may_import /> }.into_any(),
        Err(error) => failure(error, "The import"),
    });
    let form = if start.may_import {
        view! { <UploadForm apps=start.apps primary /> }.into_any()
    } else {
        view! {
            <Notice>
                <p>"Your role reads imports; marketers and administrators can start them."</p>
            </Notice>
        }
        .into_any()
    };
    view! {
        {watched}
        {form}
        <PastImports jobs=start.jobs />
    }
    .into_any()
}

/// Which file, and what it holds.
#[component]
fn UploadForm(apps: Vec<AppName>, primary: bool) -> impl IntoView {
    let devices_first =
        use_query_map().with_untracked(|query| query.get("kind").as_deref() == Some("devices"));
    let options = std::iter::once(SelectOption::new("", "As the file says"))
        .chain(
            apps.into_iter()
                .map(|app| SelectOption::new(app.slug, app.name)),
        )
        .collect::<Vec<_>>();
    view! {
        <form
            class="card import"
            method="post"
            data-upload="/upload/{kind}"
            data-href="/contacts/import/{id}"
        >
            <div class="card__body">
                <Segmented
                    label="What the file holds"
                    name="kind"
                    parts=vec![
                        Segment::new("contacts", "Contacts").with(Glyph::Contacts),
                        Segment::new("devices", "Devices").with(Glyph::Device),
                    ]
                    value=if devices_first { "devices" } else { "contacts" }
                />
                <p class="quiet small measure import__contacts">{CONTACTS}</p>
                <p class="quiet small measure import__devices">{DEVICES}</p>
                <div class="import__devices">
                    <SelectField
                        label="App"
                        name="app"
                        options
                        hint="For rows without an app of their own."
                    />
                </div>
                <label class="drop" data-drop="">
                    <Icon glyph=Glyph::Upload />
                    <span data-file="">"Choose a CSV or NDJSON file, or drop it here"</span>
                    <input
                        class="spoken"
                        type="file"
                        id="field-file"
                        name="file"
                        accept=TAKEN
                        aria-label="File"
                    />
                </label>
                <FormFailure title="Nothing was imported" />
                <div class="row">
                    <Button
                        kind=if primary { ButtonKind::Primary } else { ButtonKind::Secondary }
                        submit=true
                        disabled=true
                    >
                        "Upload and import"
                    </Button>
                    <div class="import__sending" data-uploading="" hidden=true>
                        <Button attr:data-stops="">"Cancel"</Button>
                        <span class="quiet" role="status">
                            "Uploading…"
                        </span>
                        <progress
                            class="progress__bar"
                            aria-label="Part of the file that was sent"
                        ></progress>
                        <span class="progress__facts" data-uploaded=""></span>
                    </div>
                </div>
            </div>
        </form>
    }
    .into_any()
}

const CONTACTS: &str = "A column external_id is needed; first_name, last_name, email, locale, time_zone and opted_in are known, and any other column becomes an attribute.";
const DEVICES: &str = "Columns external_id, device_id, app, channel and token, with platform, os_permission, opted_in and more if you have them; or Recurly Engage's Id, ChannelType, Address, User.UserId.";
