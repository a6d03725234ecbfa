//! The bar above the canvas: what this is, how it stands, what can be done.

use super::api::{EditorData, Standing, draft_version};
use super::publishing::publishing;
use super::saving::{Keeper, Saving};
use super::state::Canvas;
use crate::AppError;
use crate::features::states::of_workflow;
use domain::WorkflowId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonSize, Glyph, Icon, IconButton, StateChip, counted};

/// The bar.
pub(super) fn bar(
    canvas: Canvas,
    keeper: Keeper,
    standing: RwSignal<Standing>,
    problems: RwSignal<bool>,
    data: &EditorData,
    id: WorkflowId,
) -> AnyView {
    view! {
        <header class="flow-bar">
            <h1 class="flow-bar__name clip">
                <a href=format!("/campaigns/{}", data.campaign_id)>{data.campaign.clone()}</a>
            </h1>
            {move || state_chip(standing.get())}
            {saving_words(keeper)}
            <span class="grow"></span>
            {time_buttons(canvas)}
            <IconButton
                glyph=Glyph::Question
                label="Keys (?)"
                on:click=move |_| canvas.show_shortcuts()
            />
            {problem_count(canvas, problems)}
            {canvas.may_edit.then(|| publishing(canvas, keeper, standing, problems, id))}
        </header>
        {conflict_notice(canvas, keeper, id)}
    }
    .into_any()
}

fn state_chip(standing: Standing) -> AnyView {
    let state = of_workflow(standing.state);
    let label = match standing.revision {
        Some(number) => format!("{} · revision {number}", state.word()),
        None => state.word().to_owned(),
    };
    view! { <StateChip state label /> }.into_any()
}

/// Undo and redo, each saying what it would change.
fn time_buttons(canvas: Canvas) -> AnyView {
    let undo = Memo::new(move |_| {
        canvas.revision.track();
        canvas.editor.with_value(|editor| {
            editor
                .undo_label()
                .map(|label| format!("Undo: {label} (Ctrl Z)"))
        })
    });
    let redo = Memo::new(move |_| {
        canvas.revision.track();
        canvas.editor.with_value(|editor| {
            editor
                .redo_label()
                .map(|label| format!("Redo: {label} (Ctrl Shift Z)"))
        })
    });
    let words = |label: Memo<Option<String>>, none: &'static str| {
        Signal::derive(move || label.get().unwrap_or_else(|| none.to_owned()))
    };
    view! {
        <IconButton
            glyph=Glyph::Undo
            label=words(undo, "Nothing to undo")
            disabled=Signal::derive(move || undo.get().is_none())
            on:click=move |_| canvas.undo()
        />
        <IconButton
            glyph=Glyph::Redo
            label=words(redo, "Nothing to redo")
            disabled=Signal::derive(move || redo.get().is_none())
            on:click=move |_| canvas.redo()
        />
    }
    .into_any()
}

/// How much keeps the draft from being published; opens the list.
fn problem_count(canvas: Canvas, open: RwSignal<bool>) -> AnyView {
    let count = move || canvas.problems.with(Vec::len);
    let words = move || {
        let count = u64::try_from(count()).unwrap_or(u64::MAX);
        counted(count, "problem", "problems")
    };
    view! {
        <button
            class="flow-bar__problems"
            type="button"
            hidden=move || count() == 0
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=move |_| open.update(|open| *open = !*open)
        >
            <Icon glyph=Glyph::AlertCircle />
            {words}
        </button>
    }
    .into_any()
}

/// "Saved", "Saving…", or what else is true.
fn saving_words(keeper: Keeper) -> AnyView {
    let words = move || match keeper.saving.get() {
        Saving::Saved => "Saved".to_owned(),
        Saving::Waiting | Saving::UnderWay => "Saving…".to_owned(),
        Saving::Failed(AppError::Unreachable) => {
            "Not saved: the server cannot be reached. Trying again…".to_owned()
        }
        Saving::Failed(error) => format!("Not saved: {error}"),
        Saving::Conflict => "Not saved: changed by somebody else".to_owned(),
    };
    let trouble = move || {
        matches!(keeper.saving.get(), Saving::Failed(_) | Saving::Conflict).then_some("true")
    };
    view! {
        <span class="flow-bar__saving" role="status" data-trouble=trouble>
            {words}
        </span>
    }
    .into_any()
}

/// Two people drew at once: says so, keeps both, lets this one choose.
fn conflict_notice(canvas: Canvas, keeper: Keeper, workflow: WorkflowId) -> AnyView {
    let keep_mine = move |_| {
        spawn_local(async move {
            match draft_version(workflow).await {
                Ok(theirs) => keeper.keep_mine(theirs),
                Err(error) => canvas.refuse(error.to_string()),
            }
        });
    };
    let take_theirs = move |_| {
        // A whole load: history and all begin anew with their draft.
        let _ = window().location().reload();
    };
    view! {
            <div
                class="flow-conflict"
                role="alert"
                hidden=move || keeper.saving.get() != Saving::Conflict
            >
                <Icon glyph=Glyph::Warning />
                <p>
                    <strong>"Somebody else changed this workflow while you were drawing. "</strong>
                    "Your drawing is still here and theirs is on the server. You can look at theirs in another tab before you choose."
                </p>
                <Button size=ButtonSize::Small on:click=take_theirs>
                    "Take theirs"
                </Button>
                <Button size=ButtonSize::Small on:click=keep_mine>
                    "Keep mine, replace theirs"
                </Button>
            </div>
    }
    .into_any()
}
