//! The bar above the canvas: what this is, how it stands, what can be done.

use super::api::load_workflow;
use super::publishing::{Publishing, Standing};
use super::saving::{Keeper, Saving};
use super::state::Canvas;
use crate::AppError;
use crate::features::states::of_workflow;
use domain::view::WorkflowView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonSize, Glyph, Icon, IconButton, StateChip, counted};

/// The bar.
#[component]
pub(super) fn Bar(
    canvas: Canvas,
    keeper: Keeper,
    standing: Standing,
    problems: RwSignal<bool>,
    view: WorkflowView,
) -> AnyView {
    let (id, campaign) = (view.id, view.campaign);
    view! {
        <header class="flow-bar">
            <h1 class="flow-bar__name clip">
                <a href=format!("/campaigns/{}", view.campaign_id)>{campaign}</a>
            </h1>
            {move || state_chip(standing)}
            <SavingWords keeper />
            <span class="grow"></span>
            <TimeButtons canvas />
            <IconButton
                glyph=Glyph::Question
                label="Keys (?)"
                on:click=move |_| canvas.show_shortcuts()
            />
            <ProblemCount canvas open=problems />
            <Show when=move || canvas.may_edit>
                <Publishing canvas keeper standing problems id />
            </Show>
        </header>
        <ConflictNotice canvas keeper workflow=id />
    }
    .into_any()
}

fn state_chip(standing: Standing) -> AnyView {
    let state = of_workflow(standing.state.get());
    let label = match standing.revision.get() {
        Some(number) => format!("{} · revision {number}", state.word()),
        None => state.word().to_owned(),
    };
    view! { <StateChip state label /> }.into_any()
}

/// Undo and redo, each saying what it would change.
#[component]
fn TimeButtons(canvas: Canvas) -> AnyView {
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
#[component]
fn ProblemCount(canvas: Canvas, open: RwSignal<bool>) -> AnyView {
    let count = Memo::new(move |_| canvas.problems.with(Vec::len));
    let any = move || count.get() > 0;
    let words = move || {
        let count = u64::try_from(count.get()).unwrap_or(u64::MAX);
        counted(count, "problem", "problems")
    };
    view! {
        <Show when=any>
            <button
                class="flow-bar__problems"
                type="button"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon glyph=Glyph::AlertCircle />
                {words}
            </button>
        </Show>
    }
    .into_any()
}

/// "Saved", "Saving…", or what else is true.
#[component]
fn SavingWords(keeper: Keeper) -> AnyView {
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
#[component]
fn ConflictNotice(canvas: Canvas, keeper: Keeper, workflow: domain::WorkflowId) -> AnyView {
    let keep_mine = move |_| {
        spawn_local(async move {
            match load_workflow(workflow).await {
                Ok(theirs) => keeper.keep_mine(theirs.draft_version),
                Err(error) => canvas.refuse(error.to_string()),
            }
        });
    };
    let take_theirs = move |_| {
        // A whole load: history and all begin anew with their draft.
        let _ = window().location().reload();
    };
    view! {
        <Show when=move || keeper.saving.get() == Saving::Conflict>
            <div class="flow-conflict" role="alert">
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
        </Show>
    }
    .into_any()
}
