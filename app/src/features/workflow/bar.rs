//! The bar above the canvas: what this is, how it stands, what can be done.

use super::api::{Published, load_workflow, publish_workflow, set_paused};
use super::looking::focus_soon;
use super::saving::{Keeper, Saving};
use super::state::Canvas;
use crate::AppError;
use domain::view::WorkflowView;
use domain::workflow::WorkflowState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{
    Button, ButtonKind, ButtonSize, Glyph, Icon, IconButton, State, StateChip, counted, toaster,
};

/// How the workflow stands on the server.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// Whether it runs.
    pub(super) state: RwSignal<WorkflowState>,
    /// The number of the revision that runs.
    pub(super) revision: RwSignal<Option<i64>>,
    /// Whether the draft differs from it.
    pub(super) differs: RwSignal<bool>,
}

impl Standing {
    /// As `view` says.
    pub(super) fn of(view: &WorkflowView) -> Self {
        let revision = view.revision.as_ref();
        Self {
            state: RwSignal::new(view.state),
            revision: RwSignal::new(revision.map(|revision| revision.number)),
            differs: RwSignal::new(revision.is_none_or(|revision| revision.draft_differs)),
        }
    }

    fn take(&self, view: &WorkflowView) {
        let fresh = Self::of(view);
        self.state.set(fresh.state.get_untracked());
        self.revision.set(fresh.revision.get_untracked());
        self.differs.set(fresh.differs.get_untracked());
    }
}

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
    let busy = RwSignal::new(false);
    let toasts = toaster();
    let blocked = Memo::new(move |_| canvas.problems.with(Vec::len));
    let any_problem = move || blocked.get() > 0;
    let undo_label = move || {
        canvas.revision.track();
        let label = canvas
            .editor
            .with_value(|editor| editor.undo_label().map(str::to_owned));
        label.map(|label| format!("Undo: {label} (Ctrl Z)"))
    };
    let redo_label = move || {
        canvas.revision.track();
        let label = canvas
            .editor
            .with_value(|editor| editor.redo_label().map(str::to_owned));
        label.map(|label| format!("Redo: {label} (Ctrl Shift Z)"))
    };
    let publish = move |_| {
        if blocked.get_untracked() > 0 {
            problems.set(true);
            let count = u64::try_from(blocked.get_untracked()).unwrap_or(u64::MAX);
            canvas.say(format!(
                "Not published yet: {} to mend first.",
                counted(count, "thing", "things")
            ));
            focus_soon("workflow-problems".to_owned());
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = match keeper.flush().await {
                Ok(()) => publish_workflow(id, keeper.version()).await,
                Err(error) => Err(error),
            };
            busy.set(false);
            match outcome {
                Ok(Published::Live(fresh)) => {
                    standing.take(&fresh);
                    let number = fresh.revision.map_or(0, |revision| revision.number);
                    toasts.done(format!("Revision {number} is live."));
                }
                Ok(Published::Refused(reasons)) => {
                    canvas.show_problems(reasons);
                    problems.set(true);
                    canvas.say("Not published yet: see the list of problems.");
                }
                Err(error) => canvas.refuse(error.to_string()),
            }
        });
    };
    let pause = move |paused: bool| {
        busy.set(true);
        spawn_local(async move {
            let outcome = set_paused(id, paused).await;
            busy.set(false);
            match outcome {
                Ok(fresh) => {
                    standing.take(&fresh);
                    toasts.done(if paused {
                        "Paused: nobody enters, and those inside stand still."
                    } else {
                        "Live again."
                    });
                }
                Err(error) => canvas.refuse(error.to_string()),
            }
        });
    };
    let to_publish = move || {
        canvas.revision.get() > 0 && keeper.saving.get() != Saving::Saved
            || standing.differs.get()
            || standing.revision.get().is_none()
    };
    view! {
        <header class="flow-bar">
            <h1 class="flow-bar__name clip">
                <a href=format!("/campaigns/{}", view.campaign_id)>{campaign}</a>
            </h1>
            {move || state_chip(standing)}
            <SavingWords keeper />
            <span class="grow"></span>
            <IconButton
                glyph=Glyph::Undo
                label=Signal::derive(move || undo_label().unwrap_or_else(|| "Nothing to undo".to_owned()))
                disabled=Signal::derive(move || undo_label().is_none())
                on:click=move |_| canvas.undo()
            />
            <IconButton
                glyph=Glyph::Redo
                label=Signal::derive(move || redo_label().unwrap_or_else(|| "Nothing to redo".to_owned()))
                disabled=Signal::derive(move || redo_label().is_none())
                on:click=move |_| canvas.redo()
            />
            <IconButton glyph=Glyph::Question label="Keys (?)" on:click=move |_| canvas.show_shortcuts() />
            <Show when=any_problem>
                <button
                    class="flow-bar__problems"
                    type="button"
                    aria-expanded=move || if problems.get() { "true" } else { "false" }
                    on:click=move |_| problems.update(|open| *open = !*open)
                >
                    <Icon glyph=Glyph::AlertCircle />
                    {move || {
                        counted(u64::try_from(blocked.get()).unwrap_or(u64::MAX), "problem", "problems")
                    }}
                </button>
            </Show>
            <Show when=move || canvas.may_edit>
                {move || match standing.state.get() {
                    WorkflowState::Live => Some(view! {
                        <Button glyph=Glyph::Pause busy=busy on:click=move |_| pause(true)>
                            "Pause"
                        </Button>
                    }),
                    WorkflowState::Paused => Some(view! {
                        <Button glyph=Glyph::Play busy=busy on:click=move |_| pause(false)>
                            "Resume"
                        </Button>
                    }),
                    WorkflowState::Draft | WorkflowState::Stopped => None,
                }}
                <Button
                    kind=ButtonKind::Primary
                    busy=busy
                    disabled=Signal::derive(move || !to_publish())
                    on:click=publish
                >
                    {move || if standing.revision.get().is_some() { "Publish changes" } else { "Publish" }}
                </Button>
            </Show>
        </header>
        <ConflictNotice canvas keeper workflow=id />
    }
    .into_any()
}

fn state_chip(standing: Standing) -> AnyView {
    let state = match standing.state.get() {
        WorkflowState::Draft => State::Draft,
        WorkflowState::Live => State::Live,
        WorkflowState::Paused => State::Paused,
        WorkflowState::Stopped => State::Stopped,
    };
    let label = match standing.revision.get() {
        Some(number) => format!("{} · revision {number}", state.word()),
        None => state.word().to_owned(),
    };
    view! { <StateChip state label /> }.into_any()
}

/// "Saved", "Saving…", or what else is true.
#[component]
fn SavingWords(keeper: Keeper) -> AnyView {
    let words = move || match keeper.saving.get() {
        Saving::Saved => "Saved".to_owned(),
        Saving::Waiting | Saving::Saving => "Saving…".to_owned(),
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
