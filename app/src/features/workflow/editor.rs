//! The editor: bar, palette, canvas, settings.

use super::bar::Bar;
use super::canvas::Surface;
use super::palette::Palette;
use super::panel::Panel;
use super::problems::Problems;
use super::publishing::Standing;
use super::saving::Keeper;
use super::shortcuts::Shortcuts;
use super::state::Canvas;
use super::tools::Tools;
use super::{counts, keys};
use domain::view::{PushSummary, WorkflowView};
use domain::workflow::WorkflowState;
use leptos::{ev, prelude::*};
use ui::{Glyph, Icon, IconButton};

/// The editor of one workflow.
#[component]
pub fn WorkflowEditor(
    /// The workflow as it was loaded.
    view: WorkflowView,
    /// The pushes that its steps can send.
    pushes: Vec<PushSummary>,
    /// Whether this person may change it.
    may_edit: bool,
) -> AnyView {
    let canvas = Canvas::new(&view.draft, pushes, may_edit);
    let keeper = Keeper::start(canvas, view.id, view.draft_version);
    let standing = Standing::of(&view);
    let problems = RwSignal::new(false);
    Effect::new(move |_| {
        // Whatever is saved after publishing differs from what runs.
        if canvas.revision.get() > 0 {
            standing.differs.set(true);
        }
    });
    counts::watch(
        canvas,
        view.id,
        Signal::derive(move || standing.state.get() != WorkflowState::Draft),
    );
    let key = move |event: ev::KeyboardEvent| {
        if keys::anywhere(canvas, &event) {
            event.prevent_default();
        }
    };
    view! {
        <div class="flow-editor" on:keydown=key>
            <Bar canvas keeper standing problems view />
            <div class="flow-editor__work">
                <Palette canvas />
                <div class="flow-editor__stage">
                    <Surface canvas />
                    <Welcome canvas />
                    <Tools canvas />
                    <Problems canvas open=problems />
                    <Refused canvas />
                </div>
                <Panel canvas />
            </div>
            <p class="spoken" role="status" aria-live="polite">
                {canvas.said}
            </p>
            <Shortcuts canvas />
        </div>
    }
    .into_any()
}

/// What an empty canvas says.
#[component]
fn Welcome(canvas: Canvas) -> AnyView {
    view! {
        <Show when=move || canvas.nodes.with(Vec::is_empty)>
            <div class="flow-welcome">
                <p class="strong">"Begin with what lets contacts in"</p>
                <p class="quiet">
                    "Drag “Event trigger” here, or press it. Everything is saved as you draw; nothing runs until you publish."
                </p>
            </div>
        </Show>
    }
    .into_any()
}

/// Why the last thing was not done.
#[component]
fn Refused(canvas: Canvas) -> AnyView {
    view! {
        <div class="flow-refused" role="alert">
            {move || {
                canvas.refused.get().map(|words| {
                    view! {
                        <div class="flow-refused__words" data-tone="paused">
                            <Icon glyph=Glyph::Warning />
                            <p>{words}</p>
                            <IconButton
                                glyph=Glyph::Close
                                label="Dismiss"
                                on:click=move |_| canvas.refused.set(None)
                            />
                        </div>
                    }
                })
            }}
        </div>
    }
    .into_any()
}
