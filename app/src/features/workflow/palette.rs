//! The steps that can be drawn, to be dragged onto the canvas or pressed.

use super::words::{look, palette_id};
use domain::workflow::StepKind;
use leptos::prelude::*;
use ui::Icon;

/// The palette.
pub(super) fn palette(may_edit: bool) -> AnyView {
    let items = StepKind::ALL.map(|kind| item(kind, may_edit));
    view! {
        <section class="step-palette" aria-label="Steps to add">
            <p class="step-palette__title">"Steps"</p>
            {items}
            <p class="step-palette__how">
                "Drag a step onto the canvas or onto a connection, or press it to add it below the one in focus."
            </p>
        </section>
    }
    .into_any()
}

fn item(kind: StepKind, may_edit: bool) -> AnyView {
    let (glyph, family) = look(kind);
    view! {
        <button
            id=palette_id(kind)
            class="step-palette__item"
            type="button"
            data-step=family
            title=kind.label()
            disabled=!may_edit
        >
            <span class="step__mark">
                <Icon glyph />
            </span>
            <span class="step-palette__words">{kind.label()}</span>
        </button>
    }
    .into_any()
}
