//! One import: how far it is, and what came of it.

use std::fmt::Write;
use std::time::Duration;

use domain::{
    JobId,
    view::{ImportProgress, JobState, JobView},
};
use leptos::prelude::*;
use ui::{
    Button, Column, Fact, Facts, Glyph, LinkButton, Notice, Skeleton, State, StateChip, Table,
    Tone, grouped, span_text, toaster,
};

use super::api::{cancel_import, import_job};
use crate::shell::loaded::{Loaded, load};
use crate::{AppError, shell::answer::Failure};

/// How often a running import is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(700);

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

const fn is_open(state: JobState) -> bool {
    matches!(state, JobState::Queued | JobState::Running)
}

/// An import that is looked at, again and again until it ends.
#[derive(Clone, Copy)]
pub struct Watched {
    job: Loaded<Option<JobView>>,
    tick: RwSignal<u32>,
    pace: Pace,
    /// How many imports ended while they were watched.
    pub ended: RwSignal<u32>,
}

/// Watches the import with this id, if there is one. Made by the page itself:
/// what is made while another answer is awaited would be made twice on the
/// server, and not be found in the browser.
pub fn watch(id: Memo<Option<String>>) -> Watched {
    let tick = RwSignal::new(0_u32);
    let job = load(
        move || (id.get(), tick.get()),
        |(id, _)| async move {
            let Some(id) = id else {
                return Ok(None);
            };
            match id.parse::<JobId>() {
                Ok(id) => import_job(id).await.map(Some),
                Err(_) => Err(AppError::NotFound {
                    what: "This import".to_owned(),
                }),
            }
        },
    );
    let pace = Pace::default();
    Effect::new(move || {
        id.track();
        pace.forget();
    });
    let ended = RwSignal::new(0_u32);
    Effect::new(move |was_open: Option<bool>| {
        let open = match job.answer() {
            Some(Ok(Some(job))) => {
                pace.note(&job.progress);
                Some(is_open(job.state))
            }
            _ => None,
        };
        if open == Some(true) {
            set_timeout(move || tick.update(|tick| *tick += 1), LOOK_EVERY);
        }
        if was_open == Some(true) && open == Some(false) {
            ended.update(|ended| *ended += 1);
        }
        // While the next answer is awaited, nothing is known to have changed.
        open.or(was_open).unwrap_or(false)
    });
    Watched {
        job,
        tick,
        pace,
        ended,
    }
}

/// The import that is watched; nothing when there is none.
#[component]
pub fn ImportJob(
    /// The import.
    watched: Watched,
) -> impl IntoView {
    let Watched {
        job, tick, pace, ..
    } = watched;
    job.show_answer(
        || view! { <Skeleton label="Loading the import" lines=3 /> },
        move |answer| match answer {
            Ok(Some(job)) => shown(job, pace, tick),
            Ok(None) => ().into_any(),
            Err(error) => {
                let again = move |()| tick.update(|tick| *tick += 1);
                view! { <Failure error what="The import" again /> }.into_any()
            }
        },
    )
}

/// How fast an import goes: bytes and rows since the page first looked.
#[derive(Clone, Copy)]
struct Pace {
    first: StoredValue<Option<(f64, u64, u64)>>,
    now: RwSignal<Option<(f64, f64)>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: StoredValue::new(None),
            now: RwSignal::new(None),
        }
    }
}

impl Pace {
    /// Another import is watched.
    fn forget(self) {
        self.first.set_value(None);
        self.now.set(None);
    }

    /// Takes in how far it is now. In the browser alone.
    #[expect(clippy::cast_precision_loss, reason = "rates are shown rounded")]
    fn note(self, progress: &ImportProgress) {
        let at = js_sys::Date::now();
        let Some((since, rows, bytes)) = self.first.get_value() else {
            self.first
                .set_value(Some((at, progress.rows, progress.bytes_read)));
            return;
        };
        let seconds = (at - since) / 1000.0;
        if seconds > 0.2 && progress.rows > rows {
            let per_second = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
            let pace = (
                per_second(progress.rows, rows),
                per_second(progress.bytes_read, bytes),
            );
            self.now.set(Some(pace));
        }
    }
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

fn shown(job: JobView, pace: Pace, tick: RwSignal<u32>) -> AnyView {
    let (state, label) = state_of(job.state);
    let open = is_open(job.state);
    let progress = job.progress.clone();
    let title = match job.kind.as_str() {
        "devices" => format!("Devices from {}", job.file),
        _ => format!("Contacts from {}", job.file),
    };
    let body = if open {
        under_way(job, pace, tick)
    } else {
        result(job)
    };
    view! {
        <section class="card" aria-live="polite">
            <header class="card__head">
                <h2 class="card__title">{title}</h2>
                <StateChip state label />
            </header>
            <div class="card__body">{body} {rejects(progress)}</div>
        </section>
    }
    .into_any()
}

fn under_way(job: JobView, pace: Pace, tick: RwSignal<u32>) -> AnyView {
    let toaster = toaster();
    let id = job.id;
    let cancel = move |_| {
        leptos::task::spawn_local(async move {
            if let Err(error) = cancel_import(id).await {
                toaster.failed(error.to_string());
            }
            tick.update(|tick| *tick += 1);
        });
    };
    let (read, total) = (job.progress.bytes_read, job.progress.bytes_total.max(1));
    let words = facts(&job.progress, pace.now.get_untracked());
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
                <Button on:click=cancel>"Cancel the import"</Button>
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
                            <ui::Icon glyph=Glyph::Download />
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
}
