//! The last days as bars: a small drawing of our own.

use domain::view::DayResults;
use leptos::prelude::*;
use ui::{counted, grouped};

/// A bar's place: its width and the space after it, of a drawing 14 bars wide.
const STEP: f64 = 20.0;
const WIDTH: f64 = 14.0;
const HEIGHT: f64 = 96.0;

/// A bar for each day, the oldest first.
#[component]
pub fn Days(
    /// The days, today last.
    days: Vec<DayResults>,
) -> impl IntoView {
    let most = days.iter().map(whole).max().unwrap_or(0);
    let sum: i64 = days.iter().map(|day| day.results.accepted).sum();
    let words = format!(
        "{} accepted in {}",
        grouped(u64::try_from(sum).unwrap_or_default()),
        counted(days.len() as u64, "day", "days")
    );
    let last = days.len().saturating_sub(1);
    #[expect(clippy::cast_precision_loss, reason = "a fortnight of bars")]
    let span = days.len() as f64 * STEP;
    let bars = days
        .into_iter()
        .enumerate()
        .map(|(number, day)| bar(number, last, &day, most))
        .collect_view();
    view! {
        <figure class="days">
            <svg
                class="days__drawing"
                viewBox=format!("0 0 {span} {HEIGHT}")
                role="img"
                aria-label=words.clone()
            >
                {bars}
            </svg>
            <figcaption class="days__foot">
                <span>"Two weeks ago"</span>
                <span class="strong">{words}</span>
                <span>"Today"</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

fn whole(day: &DayResults) -> i64 {
    day.results.sent + day.results.suppressed_total()
}

/// The parts of one day, from the ground up.
#[expect(clippy::cast_precision_loss, reason = "drawn to a tenth of a pixel")]
fn bar(number: usize, last: usize, day: &DayResults, most: i64) -> AnyView {
    let x = number as f64 * STEP + (STEP - WIDTH) / 2.0;
    let results = &day.results;
    let scale = if most > 0 {
        (HEIGHT - 2.0) / most as f64
    } else {
        0.0
    };
    let mut ground = HEIGHT;
    let parts = [
        ("accepted", results.accepted),
        ("rejected", results.failed),
        ("unknown", results.unknown),
        ("suppressed", results.suppressed_total()),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(tone, count)| {
        let height = (count as f64 * scale).max(1.0);
        ground -= height;
        view! {
            <rect
                class="days__part"
                data-tone=tone
                x=x
                y=format!("{ground:.1}")
                width=WIDTH
                height=format!("{height:.1}")
            ></rect>
        }
    })
    .collect::<Vec<_>>();
    let ago = last - number;
    let day_words = match ago {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let title = format!(
        "{day_words}: {} accepted, {} failed, {} unknown, {} not sent",
        results.accepted,
        results.failed,
        results.unknown,
        results.suppressed_total()
    );
    view! {
        <g>
            <title>{title}</title>
            <rect class="days__ground" x=x y=HEIGHT - 2.0 width=WIDTH height=2></rect>
            {parts}
        </g>
    }
    .into_any()
}
