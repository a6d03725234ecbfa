//! The editor: bar, palette, canvas, settings.

use super::api::EditorData;
use super::bar::bar;
use super::canvas::surface;
use super::looking::nothing_has_focus;
use super::palette::palette;
use super::panel::panel;
use super::problems::problems;
use super::saving::Keeper;
use super::shortcuts::shortcuts;
use super::state::Canvas;
use super::tools::tools;
use super::{counts, keys};
use domain::WorkflowId;
use domain::workflow::{Graph, WorkflowState};
use leptos::{ev, prelude::*};
use ui::{Glyph, Icon, IconButton};

/// The editor of one workflow.
#[component]
pub fn WorkflowEditor(
    /// All that it starts with.
    data: EditorData,
    /// The workflow.
    id: WorkflowId,
) -> AnyView {
    // From bytes, as everything else that this page decodes.
    let (draft, broken) = match serde_json::from_slice::<Graph>(data.draft.as_bytes()) {
        Ok(draft) => (draft, None),
        Err(error) => (Graph::default(), Some(error.to_string())),
    };
    let canvas = Canvas::new(
        &draft,
        data.pushes.clone(),
        data.may_edit && broken.is_none(),
    );
    if let Some(error) = broken {
        canvas.refuse(format!(
            "The saved draft could not be read, so it is not shown and cannot be changed here: {error}."
        ));
    }
    let keeper = Keeper::start(canvas, id, data.version);
    let standing = RwSignal::new(data.standing);
    let listed = RwSignal::new(false);
    Effect::new(move |_| {
        // Whatever is saved after publishing differs from what runs.
        if canvas.revision.get() > 0 {
            standing.update(|standing| standing.differs = true);
        }
    });
    begin_on_canvas(canvas);
    counts::watch(
        canvas,
        id,
        Signal::derive(move || standing.with(|standing| standing.state != WorkflowState::Draft)),
    );
    let key = move |event: ev::KeyboardEvent| {
        if keys::anywhere(canvas, &event) {
            event.prevent_default();
        }
    };
    view! {
        <div class="flow-editor" on:keydown=key>
            {bar(canvas, keeper, standing, listed, &data, id)}
            <div class="flow-editor__work">
                {palette(canvas)}
                <div class="flow-editor__stage">
                    {surface(canvas)}
                    {welcome(canvas)}
                    {tools(canvas)}
                    {problems(canvas, listed)}
                    {refused(canvas)}
                </div>
                {panel(canvas)}
            </div>
            <p class="spoken" role="status" aria-live="polite">
                {canvas.said}
            </p>
            {shortcuts(canvas)}
        </div>
    }
    .into_any()
}

/// An empty canvas takes the focus unless something has it, so that whoever
/// pressed "Draw the workflow" by key goes on where that button was.
fn begin_on_canvas(canvas: Canvas) {
    Effect::new(move |_| {
        let empty = canvas.nodes.with_untracked(Vec::is_empty);
        if empty && canvas.may_edit && nothing_has_focus() {
            canvas.focus_canvas();
        }
    });
}

/// What an empty canvas says.
fn welcome(canvas: Canvas) -> AnyView {
    view! {
        <div class="flow-welcome" hidden=move || !canvas.nodes.with(Vec::is_empty)>
            <p class="strong">"Begin with what lets contacts in"</p>
            <p class="quiet">
                "Drag “Event trigger” here, or press it. Everything is saved as you draw; nothing runs until you publish."
            </p>
        </div>
    }
    .into_any()
}

/// Why the last thing was not done.
fn refused(canvas: Canvas) -> AnyView {
    view! {
        <div class="flow-refused" role="alert">
            <div
                class="flow-refused__words"
                data-tone="paused"
                hidden=move || canvas.refused.with(Option::is_none)
            >
                <Icon glyph=Glyph::Warning />
                <p>{canvas.refused}</p>
                <IconButton
                    glyph=Glyph::Close
                    label="Dismiss"
                    on:click=move |_| canvas.refused.set(None)
                />
            </div>
        </div>
    }
    .into_any()
}
