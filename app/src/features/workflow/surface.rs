//! The surface: what lies on it is drawn by the module, into this frame.

use super::words::{CANVAS_ID, MENU_ID, kind_name, letter, look};
use domain::workflow::StepKind;
use leptos::prelude::*;
use ui::Icon;

/// The canvas.
pub(super) fn surface() -> AnyView {
    let ghosts = StepKind::ALL.map(ghost);
    view! {
        <div
            id=CANVAS_ID
            class="canvas"
            role="application"
            aria-roledescription="workflow canvas"
            aria-label="Workflow"
            aria-describedby="workflow-how"
            tabindex="0"
        >
            <p id="workflow-how" class="spoken">
                "Arrow keys walk from step to step. A adds a step after the one in focus, C connects it, Enter opens its settings, Delete removes it. Question mark lists all keys."
            </p>
            // Edges and cards come first in it.
            <div class="canvas__world" data-part="world">
                <svg class="canvas__wires" aria-hidden="true">
                    <defs>
                        <marker
                            id="wire-end"
                            viewBox="0 0 8 8"
                            // Its tip touches the port's rim rather than hide under it.
                            refX="13"
                            refY="4"
                            markerWidth="8"
                            markerHeight="8"
                            markerUnits="userSpaceOnUse"
                            orient="auto"
                        >
                            <path d="M1 1L7 4L1 7" class="wire-end" />
                        </marker>
                    </defs>
                    <path class="wire wire--sketch" data-part="sketch" />
                </svg>
                <div data-part="spots"></div>
                <span class="landing" hidden data-part="landing"></span>
                {ghosts}
                <span class="marquee" hidden data-part="marquee"></span>
            </div>
            {menu()}
        </div>
    }
    .into_any()
}

/// The card from the palette, under the pointer.
fn ghost(kind: StepKind) -> AnyView {
    let (glyph, family) = look(kind);
    view! {
        <span class="ghost" hidden data-step=family data-ghost=kind_name(kind)>
            <span class="step__mark">
                <Icon glyph />
            </span>
            {kind.label()}
        </span>
    }
    .into_any()
}

/// The menu of steps that can be added at a way out.
fn menu() -> AnyView {
    let items = StepKind::ALL
        .into_iter()
        .filter(|kind| kind.new_step().takes_input())
        .map(|kind| {
            let (glyph, family) = look(kind);
            view! {
                <button
                    class="menu__item"
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    data-step=family
                    data-part=format!("add-{}", kind_name(kind))
                >
                    <Icon glyph />
                    <span class="grow">{kind.label()}</span>
                    <kbd class="key">{letter(kind).to_uppercase()}</kbd>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="flow-menu__veil" hidden data-part="veil"></div>
        <div id=MENU_ID class="menu__list flow-menu" role="menu" tabindex="-1" hidden>
            <p class="menu__words clip" data-part="menu-title"></p>
            <div class="flow-menu__ways" data-part="ways"></div>
            {items}
        </div>
    }
    .into_any()
}
