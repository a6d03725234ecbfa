//! The settings of what is selected, at the right.

use super::form::{Target, form, ways};
use super::keys::PANEL_ID;
use super::state::Canvas;
use super::words::look;
use flow::NodeId;
use leptos::{ev, prelude::*};
use ui::{Button, ButtonSize, Glyph, Icon, IconButton, counted};

/// The panel, while it is open.
pub(super) fn panel(canvas: Canvas) -> impl Fn() -> Option<AnyView> {
    let selected = Memo::new(move |_| {
        let open = canvas.panel.get();
        canvas.selected.with(|selected| match selected.as_slice() {
            _ if !open => (0, None),
            [only] => (1, Some(only.clone())),
            several => (several.len(), None),
        })
    });
    move || {
        // Made anew when undo changed the settings under the form.
        canvas.epoch.track();
        let content = match selected.get() {
            (0, _) => return None,
            (_, Some(id)) => untrack(|| one(canvas, id)),
            (count, None) => many(canvas, count),
        };
        let leave = move |event: ev::KeyboardEvent| leave(canvas, &event);
        let panel = view! {
            <aside
                class="step-settings"
                id=PANEL_ID
                tabindex="-1"
                aria-label="Settings of the selected step"
                on:keydown=leave
            >
                {content}
            </aside>
        };
        Some(panel.into_any())
    }
}

fn one(canvas: Canvas, id: NodeId) -> AnyView {
    let (Some(cell), Some(step)) = (canvas.cell(&id), canvas.step(&id)) else {
        return ().into_any();
    };
    let (glyph, family) = look(step.kind());
    let label = step.kind().label();
    let count = move || {
        cell.here.get().map(|here| {
            view! { <p class="quiet small">{counted(here, "contact here now", "contacts here now")}</p> }
        })
    };
    let problems = {
        let id = id.clone();
        // Those of a field stand at the field.
        move || {
            canvas.problems.with(|problems| {
                let own = problems.iter().filter(|problem| {
                    problem.field.is_none()
                        && problem
                            .step
                            .as_ref()
                            .is_some_and(|step| step.0 == id.as_str())
                });
                own.map(|problem| problem.message.clone())
                    .collect::<Vec<_>>()
            })
        }
    };
    let problems = move || {
        let problems = problems();
        (!problems.is_empty()).then(|| {
            view! {
                <ul class="step-settings__problems">
                    {problems.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}
                </ul>
            }
        })
    };
    let target = Target::new(canvas, id.clone());
    view! {
        <header class="step-settings__head" data-step=family>
            <span class="step__mark">
                <Icon glyph />
            </span>
            <h2>{label}</h2>
            <IconButton glyph=Glyph::Close label="Close settings" on:click=move |_| close(canvas) />
        </header>
        <div class="step-settings__body form">
            {count} {problems} {form(target, step)}
            {ways(canvas, &id)}
        </div>
        {foot(canvas)}
    }
    .into_any()
}

fn many(canvas: Canvas, count: usize) -> AnyView {
    view! {
        <header class="step-settings__head">
            <h2>{format!("{count} steps selected")}</h2>
            <IconButton glyph=Glyph::Close label="Close settings" on:click=move |_| close(canvas) />
        </header>
        <div class="step-settings__body">
            <p class="quiet">
                "Drag one to move all, or use Alt and the arrow keys. Delete removes them."
            </p>
        </div>
        {foot(canvas)}
    }
    .into_any()
}

fn foot(canvas: Canvas) -> AnyView {
    if !canvas.may_edit {
        return ().into_any();
    }
    view! {
        <footer class="step-settings__foot">
            <Button size=ButtonSize::Small glyph=Glyph::Copy on:click=move |_| canvas.duplicate()>
                "Duplicate"
            </Button>
            <Button size=ButtonSize::Small glyph=Glyph::Trash on:click=move |_| canvas.remove()>
                "Remove"
            </Button>
        </footer>
    }
    .into_any()
}

/// Escape leads back to the card, from any field.
fn leave(canvas: Canvas, event: &ev::KeyboardEvent) {
    if event.key() == "Escape" {
        event.stop_propagation();
        close(canvas);
    }
}

fn close(canvas: Canvas) {
    canvas.panel.set(false);
    match canvas.focus.get_untracked() {
        Some(id) => canvas.go_to(&id),
        None => canvas.focus_canvas(),
    }
}
