//! One of a few, all in view.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// One part of a [`Segmented`] control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What the form sends when it is chosen.
    pub value: &'static str,
    /// Its words.
    pub label: &'static str,
    /// An icon before the words.
    pub glyph: Option<Glyph>,
}

impl Segment {
    /// A part with words alone.
    pub const fn new(value: &'static str, label: &'static str) -> Self {
        Self {
            value,
            label,
            glyph: None,
        }
    }

    /// The same with an icon.
    #[must_use]
    pub const fn with(mut self, glyph: Glyph) -> Self {
        self.glyph = Some(glyph);
        self
    }
}

/// A radio group drawn as one control; arrow keys move within it.
#[component]
pub fn Segmented(
    /// What is being chosen, read aloud.
    #[prop(into)]
    label: Signal<String>,
    /// The name of the radio group.
    name: &'static str,
    /// Its parts.
    parts: Vec<Segment>,
    /// The value chosen.
    #[prop(into)]
    value: String,
) -> AnyView {
    let parts = parts
        .into_iter()
        .map(|part| {
            view! {
                <label class="segmented__part">
                    <input
                        type="radio"
                        name=name
                        value=part.value
                        checked=value == part.value
                    />
                    {part.glyph.map(|glyph| view! { <Icon glyph /> })}
                    <span>{part.label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="segmented" role="radiogroup" aria-label=label>
            {parts}
        </div>
    }
    .into_any()
}
