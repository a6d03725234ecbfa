//! Numbers that people decide by, as parts that add up to a whole.

use leptos::prelude::*;

use crate::{
    badge::Tone,
    icon::Icon,
    number::{grouped, percent},
};

/// One part of the whole, or a part of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunnelPart {
    /// Its colour family and icon.
    pub tone: Tone,
    /// What it counts.
    pub label: String,
    /// How many.
    pub count: u64,
    /// The contacts behind it.
    pub href: Option<String>,
    /// Parts of this part: a reason each.
    pub reasons: Vec<Reason>,
}

/// Why some of a part are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In words.
    pub label: String,
    /// How many.
    pub count: u64,
    /// The contacts behind it.
    pub href: Option<String>,
}

/// What the parts leave over of the whole; the page shows it as still under way.
pub fn remainder(total: u64, parts: &[FunnelPart]) -> u64 {
    parts
        .iter()
        .fold(total, |left, part| left.saturating_sub(part.count))
}

/// A whole and its parts. Whatever the parts leave over is shown as "Under way",
/// so that what is drawn always adds up.
#[component]
pub fn Funnel(
    /// What the whole is: "Contacts in the audience".
    #[prop(into)]
    label: String,
    /// The whole.
    total: u64,
    /// Its parts, in the order of the journey.
    mut parts: Vec<FunnelPart>,
) -> AnyView {
    let left = remainder(total, &parts);
    if left > 0 {
        parts.push(FunnelPart {
            tone: Tone::Waiting,
            label: "Under way".to_owned(),
            count: left,
            href: None,
            reasons: Vec::new(),
        });
    }
    let bar = parts
        .iter()
        .filter(|part| part.count > 0)
        .map(|part| {
            view! {
                <span
                    class="funnel__part"
                    data-tone=part.tone.name()
                    style=("--share", part.count.to_string())
                ></span>
            }
        })
        .collect_view();
    let rows = parts
        .into_iter()
        .map(|part| part_rows(part, total))
        .collect_view();
    view! {
        <div class="funnel">
            <div class="funnel__bar" aria-hidden="true">
                {bar}
            </div>
            <div class="funnel__list">
                {rows} <div class="funnel__row funnel__row--total">
                    <span></span>
                    <span>{label}</span>
                    <span class="funnel__count">{grouped(total)}</span>
                    <span></span>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn part_rows(part: FunnelPart, total: u64) -> AnyView {
    let glyph = part.tone.glyph();
    let head = line(
        part.href,
        part.tone.name(),
        "0",
        view! { <Icon glyph /> }.into_any(),
        part.label,
        part.count,
        total,
    );
    let reasons = part
        .reasons
        .into_iter()
        .map(|reason| {
            let mark = view! { <span></span> }.into_any();
            line(
                reason.href,
                part.tone.name(),
                "1",
                mark,
                reason.label,
                reason.count,
                total,
            )
        })
        .collect_view();
    (head, reasons).into_any()
}

fn line(
    href: Option<String>,
    tone: &'static str,
    depth: &'static str,
    mark: AnyView,
    label: String,
    count: u64,
    total: u64,
) -> AnyView {
    let cells = view! {
        {mark}
        <span class="clip">{label}</span>
        <span class="funnel__count">{grouped(count)}</span>
        <span class="funnel__share">{percent(count, total)}</span>
    };
    match href {
        Some(href) => view! {
            <a class="funnel__row" data-tone=tone data-depth=depth href=href>
                {cells}
            </a>
        }
        .into_any(),
        None => view! {
            <div class="funnel__row" data-tone=tone data-depth=depth>
                {cells}
            </div>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(count: u64) -> FunnelPart {
        FunnelPart {
            tone: Tone::Accepted,
            label: "Accepted".into(),
            count,
            href: None,
            reasons: vec![],
        }
    }

    #[test]
    fn what_the_parts_leave_over_is_still_under_way() {
        assert_eq!(remainder(10, &[part(4), part(3)]), 3);
    }

    #[test]
    fn parts_beyond_the_whole_leave_nothing() {
        assert_eq!(remainder(5, &[part(4), part(3)]), 0);
    }
}
