//! Long work: how much is done, how fast, how long yet.

use std::fmt::Write;

use leptos::prelude::*;

use crate::number::{grouped, span_text};

/// Work under way.
#[component]
pub fn Progress(
    /// What is being done: "Importing contacts.csv".
    #[prop(into)]
    label: Signal<String>,
    /// How many are done.
    #[prop(into)]
    done: Signal<u64>,
    /// How many there are, once known.
    #[prop(into)]
    total: Signal<Option<u64>>,
    /// How many a second; zero when not known yet.
    #[prop(optional, into)]
    rate: Signal<f64>,
    /// Of what: "rows", "contacts".
    unit: &'static str,
    /// A cancel button, or what came of it.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let facts = move || facts(done.get(), total.get(), rate.get(), unit);
    view! {
        <div class="progress" role="status">
            <div class="progress__line">
                <span class="strong">{label}</span>
                {children.map(|children| children())}
            </div>
            <progress
                class="progress__bar"
                aria-label=label
                max=move || total.get().map(|total| total.max(1).to_string())
                value=move || total.get().map(|total| done.get().min(total).to_string())
            ></progress>
            <span class="progress__facts">{facts}</span>
        </div>
    }
    .into_any()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rounded rate and an estimate of seconds, both positive"
)]
fn facts(done: u64, total: Option<u64>, rate: f64, unit: &str) -> String {
    let mut text = match total {
        Some(total) => format!("{} of {} {unit}", grouped(done), grouped(total)),
        None => format!("{} {unit}", grouped(done)),
    };
    if rate >= 1.0 {
        let _ = write!(text, " · {} a second", grouped(rate.round() as u64));
        if let Some(left) = total
            .map(|total| total.saturating_sub(done))
            .filter(|left| *left > 0)
        {
            let _ = write!(
                text,
                " · {}\u{a0}left",
                span_text((left as f64 / rate).ceil() as u64)
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_count_rate_and_time_left() {
        assert_eq!(
            facts(500, Some(2000), 100.0, "rows"),
            "500 of 2,000 rows · 100 a second · 15\u{a0}s\u{a0}left"
        );
    }

    #[test]
    fn without_a_total_it_promises_no_end() {
        assert_eq!(facts(500, None, 0.0, "rows"), "500 rows");
    }
}
