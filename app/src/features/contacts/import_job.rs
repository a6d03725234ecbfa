//! One import: how far it is, and what came of it.

use std::fmt::Write;

use domain::view::{ImportProgress, JobState, JobView};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, CallForm, Column, Fact, Facts, Glyph, Icon, LinkButton, Notice, PageClock, State,
    StateChip, Table, Tone, grouped, page_clock, span_text,
};

use super::api::CancelImport;

/// How often a running import is looked at, in milliseconds.
pub const LOOK_EVERY: u32 = 700;

/// What a job's state is called and how it looks.
pub fn state_of(state: JobState) -> (State, &'static str) {
    match state {
        JobState::Queued => (State::Planned, "Waiting"),
        JobState::Running => (State::Running, "Importing"),
        JobState::Done => (State::Accepted, "Done"),
        JobState::Failed => (State::Failed, "Failed"),
        JobState::Canceled => (State::Stopped, "Canceled"),
    }
}

/// Whether it goes on.
pub const fn is_open(state: JobState) -> bool {
    matches!(state, JobState::Queued | JobState::Running)
}

/// An import; looked at again until it ends.
#[component]
pub fn ImportJob(
    /// The import.
    job: JobView,
    /// The person may call it off.
    may_cancel: bool,
) -> impl IntoView {
    let (state, label) = state_of(job.state);
    let open = is_open(job.state);
    let progress = job.progress.clone();
    let title = match job.kind.as_str() {
        "devices" => format!("Devices from {}", job.file),
        _ => format!("Contacts from {}", job.file),
    };
    let body = if open {
        under_way(&job, may_cancel)
    } else {
        result(job)
    };
    view! {
        <section
            class="card"
            id="import"
            aria-live="polite"
            data-live=open.then_some(LOOK_EVERY)
        >
            <header class="card__head">
                <h2 class="card__title">{title}</h2>
                <StateChip state label />
            </header>
            <div class="card__body">{body} {rejects(progress)}</div>
        </section>
    }
    .into_any()
}

/// Rows and bytes a second since the whole file was there; nothing before they say
/// anything.
#[expect(clippy::cast_precision_loss, reason = "rates are shown rounded")]
fn pace(job: &JobView, now: i64) -> Option<(f64, f64)> {
    let seconds = (now - job.created_at.as_millis()) as f64 / 1000.0;
    let progress = &job.progress;
    (seconds > 0.2 && progress.rows > 0).then(|| {
        (
            progress.rows as f64 / seconds,
            progress.bytes_read as f64 / seconds,
        )
    })
}

/// Rows, rate and time left.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rounded rate and an estimate of seconds, both positive"
)]
fn facts(progress: &ImportProgress, pace: Option<(f64, f64)>) -> String {
    let mut text = format!("{} rows read", grouped(progress.rows));
    if let Some((rows, bytes)) = pace.filter(|(rows, _)| *rows >= 1.0) {
        let _ = write!(text, " · {} a second", grouped(rows.round() as u64));
        let left = progress.bytes_total.saturating_sub(progress.bytes_read);
        if left > 0 && bytes > 1.0 {
            let seconds = (left as f64 / bytes).ceil() as u64;
            let _ = write!(text, " · about {} left", span_text(seconds));
        }
    }
    text
}

fn under_way(job: &JobView, may_cancel: bool) -> AnyView {
    let (read, total) = (job.progress.bytes_read, job.progress.bytes_total.max(1));
    let pace = page_clock().and_then(|PageClock(now)| pace(job, now));
    let words = facts(&job.progress, pace);
    let id = job.id.to_string();
    let cancel = may_cancel.then(|| {
        view! {
            <CallForm call=CancelImport::url()>
                <input type="hidden" name="id" value=id />
                <Button submit=true attr:id="cancel-import">
                    "Cancel the import"
                </Button>
            </CallForm>
        }
    });
    view! {
        <div class="progress">
            <progress
                class="progress__bar"
                aria-label="Part of the file that was read"
                max=total.to_string()
                value=read.min(total).to_string()
            ></progress>
            <div class="row row--apart">
                <span class="progress__facts">{words}</span>
                {cancel}
            </div>
        </div>
    }
    .into_any()
}

fn result(job: JobView) -> AnyView {
    let progress = job.progress;
    let counts = [
        ("Rows", progress.rows),
        ("New", progress.created),
        ("Changed", progress.changed),
        ("As known", progress.unchanged),
        ("Rejected", progress.rejected),
    ]
    .map(|(name, count)| view! { <Fact name>{grouped(count)}</Fact> })
    .collect_view();
    let note = match (job.state, progress.failure) {
        (JobState::Failed, failure) => {
            let text = failure.unwrap_or_else(|| "It could not go on.".to_owned());
            view! {
                <Notice tone=Tone::Rejected title="The import stopped">
                    <p>{text}</p>
                    <p>"What was read before is kept. Mend the file and import it again."</p>
                </Notice>
            }
            .into_any()
        }
        (JobState::Canceled, _) => view! {
            <Notice>
                <p>"It was called off. The rows that were taken stay."</p>
            </Notice>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let download = (progress.rejected > 0).then(|| format!("/upload/rejects/{}", job.id));
    let seen = if job.kind == "devices" {
        ("/devices", "Show the devices")
    } else {
        ("/contacts", "Show the contacts")
    };
    view! {
        {note}
        <Facts across=true>{counts}</Facts>
        <div class="row">
            <LinkButton href=seen.0 glyph=Glyph::ArrowRight>
                {seen.1}
            </LinkButton>
            {download
                .map(|href| {
                    view! {
                        <a class="button" data-kind="secondary" href=href download rel="external">
                            <Icon glyph=Glyph::Download />
                            <span class="button__label">"Download the rejected rows"</span>
                        </a>
                    }
                })}
        </div>
    }
    .into_any()
}

/// The first rows that were not taken.
fn rejects(progress: ImportProgress) -> AnyView {
    if progress.first_rejects.is_empty() {
        return ().into_any();
    }
    let rows = progress
        .first_rejects
        .into_iter()
        .map(|(line, reason)| {
            view! {
                <tr>
                    <td class="number" data-label="Line">
                        {grouped(line)}
                    </td>
                    <td data-label="Why">{reason}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="fold" open=true>
            <summary>"Rejected rows"</summary>
            <Table
                caption="Rejected rows"
                columns=vec![Column::tight("Line"), Column::new("Why")]
            >
                {rows}
            </Table>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_import_says_rows_rate_and_time_left() {
        let progress = ImportProgress {
            bytes_total: 3000,
            bytes_read: 1000,
            rows: 500,
            ..Default::default()
        };
        assert_eq!(
            facts(&progress, Some((250.0, 500.0))),
            "500 rows read · 250 a second · about 4\u{a0}s left"
        );
        assert_eq!(facts(&progress, None), "500 rows read");
    }

    #[test]
    fn a_pace_is_counted_from_when_the_file_was_there() {
        let job = JobView {
            id: domain::JobId(uuid::Uuid::nil()),
            state: JobState::Running,
            kind: "contacts".into(),
            file: "people.csv".into(),
            progress: ImportProgress {
                bytes_read: 1000,
                rows: 500,
                ..Default::default()
            },
            created_by: "ada".into(),
            created_at: domain::Timestamp(10_000),
        };
        assert_eq!(pace(&job, 12_000), Some((250.0, 500.0)));
        assert_eq!(pace(&job, 10_100), None);
    }
}
