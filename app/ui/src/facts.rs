//! Key facts and what happened: terms with their values, moments on a line.

use leptos::prelude::*;

use crate::{badge::Tone, icon::Glyph, icon::Icon, time::RelativeTime};

/// A list of [`Fact`]s.
#[component]
pub fn Facts(
    /// The facts.
    children: Children,
    /// Side by side rather than one a row.
    #[prop(optional)]
    across: bool,
) -> AnyView {
    let class = if across {
        "facts facts--across"
    } else {
        "facts"
    };
    view! { <dl class=class>{children()}</dl> }.into_any()
}

/// One fact within [`Facts`].
#[component]
pub fn Fact(
    /// Its value.
    children: Children,
    /// Its name.
    #[prop(into)]
    name: String,
) -> AnyView {
    view! {
        <div class="facts__pair">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}

/// What happened, newest first.
#[component]
pub fn Timeline(
    /// [`TimelineItem`]s.
    children: Children,
) -> AnyView {
    view! { <ol class="timeline">{children()}</ol> }.into_any()
}

/// One thing that happened.
#[component]
pub fn TimelineItem(
    /// What happened.
    children: Children,
    /// Its icon.
    glyph: Glyph,
    /// Its colour family.
    #[prop(optional)]
    tone: Tone,
    /// When, in milliseconds UTC.
    at: i64,
) -> AnyView {
    view! {
        <li class="timeline__item" data-tone=tone.name()>
            <span class="timeline__mark">
                <Icon glyph />
            </span>
            <div class="timeline__what">{children()}</div>
            <span class="timeline__when">
                <RelativeTime at />
            </span>
        </li>
    }
    .into_any()
}
