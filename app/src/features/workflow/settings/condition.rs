//! Comparisons of a contact or of the event that let it in.

use super::super::words::COMPARISON_TEMPLATE;
use domain::workflow::Operator;
use leptos::prelude::*;
use ui::{Button, ButtonSize, FieldError, Glyph, IconButton, Segment, Segmented};

/// The comparisons with a way to add and remove them. Validation speaks of
/// them under `path`; `none` says what no comparisons mean.
pub(super) fn fieldset(
    title: &'static str,
    none: &'static str,
    path: &'static str,
    locked: bool,
) -> AnyView {
    let none = (!none.is_empty()).then(|| {
        view! {
            <p class="quiet small" data-part="none">
                {none}
            </p>
        }
    });
    view! {
        <fieldset class="conditions" id=path tabindex="-1" disabled=locked data-part="conditions">
            <legend class="field__label">{title}</legend>
            {none}
            <div hidden data-part="joins">
                <Segmented
                    label="How comparisons join"
                    name="condition-matching"
                    parts=vec![Segment::new("all", "All of"), Segment::new("any", "Any of")]
                    value="all"
                />
            </div>
            <div class="conditions__rows" data-part="rows"></div>
            <FieldError name=path />
            <Button
                size=ButtonSize::Small
                glyph=Glyph::Plus
                disabled=locked
                attr:data-part="add-comparison"
            >
                "Add a comparison"
            </Button>
        </fieldset>
    }
    .into_any()
}

/// The template of one comparison.
pub(super) fn row() -> AnyView {
    let operators = Operator::ALL.map(|operator| {
        view! { <option value=operator.label()>{operator.label()}</option> }
    });
    view! {
        <template id=COMPARISON_TEMPLATE>
            <div class="condition">
                <div class="condition__subject">
                    <select class="input" aria-label="Of what" data-part="of">
                        <option value="contact">"Contact’s"</option>
                        <option value="event">"Event’s"</option>
                    </select>
                    <input
                        class="input input--mono"
                        aria-label="Attribute or property"
                        placeholder="plan"
                        spellcheck="false"
                        data-part="name"
                    />
                    <IconButton
                        glyph=Glyph::Close
                        label="Remove this comparison"
                        size=ButtonSize::Small
                        attr:data-part="drop"
                    />
                </div>
                <div class="condition__test">
                    <select class="input" aria-label="How it is compared" data-part="operator">
                        {operators}
                    </select>
                    <input class="input" aria-label="With what" data-part="value" />
                </div>
                <div class="field__error" data-part="error"></div>
            </div>
        </template>
    }
    .into_any()
}
