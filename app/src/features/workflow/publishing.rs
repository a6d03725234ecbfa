//! Publish, pause, resume.

use super::api::{Published, publish_workflow, set_paused};
use super::looking::focus_soon;
use super::problems::PROBLEMS_ID;
use super::saving::{Keeper, Saving};
use super::state::Canvas;
use domain::WorkflowId;
use domain::view::WorkflowView;
use domain::workflow::WorkflowState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonKind, Glyph, Toaster, counted, toaster};

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

/// The buttons, and what they need.
#[derive(Clone, Copy)]
struct Desk {
    canvas: Canvas,
    keeper: Keeper,
    standing: Standing,
    problems: RwSignal<bool>,
    id: WorkflowId,
    busy: RwSignal<bool>,
    toasts: Toaster,
}

impl Desk {
    /// Publishes the draft, once it is saved; says why not otherwise.
    fn publish(self) {
        let blocked = self.canvas.problems.with_untracked(Vec::len);
        if blocked > 0 {
            let count = u64::try_from(blocked).unwrap_or(u64::MAX);
            self.refused(&counted(count, "thing", "things"));
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let outcome = match self.keeper.flush().await {
                Ok(()) => publish_workflow(self.id, self.keeper.version()).await,
                Err(error) => Err(error),
            };
            self.busy.set(false);
            match outcome {
                Ok(Published::Live(fresh)) => {
                    self.standing.take(&fresh);
                    let number = fresh.revision.map_or(0, |revision| revision.number);
                    self.toasts.done(format!("Revision {number} is live."));
                }
                Ok(Published::Refused(reasons)) => {
                    self.canvas.show_problems(reasons);
                    self.refused("something");
                }
                Err(error) => self.canvas.refuse(error.to_string()),
            }
        });
    }

    fn refused(self, what: &str) {
        self.problems.set(true);
        self.canvas
            .say(format!("Not published yet: {what} to mend first."));
        focus_soon(PROBLEMS_ID.to_owned());
    }

    fn pause(self, paused: bool) {
        self.busy.set(true);
        spawn_local(async move {
            let outcome = set_paused(self.id, paused).await;
            self.busy.set(false);
            match outcome {
                Ok(fresh) => {
                    self.standing.take(&fresh);
                    self.toasts.done(if paused {
                        "Paused: nobody enters, and those inside stand still."
                    } else {
                        "Live again."
                    });
                }
                Err(error) => self.canvas.refuse(error.to_string()),
            }
        });
    }

    /// Whether there is anything that does not run yet.
    fn is_due(self) -> bool {
        self.standing.revision.get().is_none()
            || self.standing.differs.get()
            || self.keeper.saving.get() != Saving::Saved
    }
}

/// The buttons.
#[component]
pub(super) fn Publishing(
    canvas: Canvas,
    keeper: Keeper,
    standing: Standing,
    problems: RwSignal<bool>,
    id: WorkflowId,
) -> AnyView {
    let busy = RwSignal::new(false);
    let toasts = toaster();
    let desk = Desk {
        canvas,
        keeper,
        standing,
        problems,
        id,
        busy,
        toasts,
    };
    let pause = move || match standing.state.get() {
        WorkflowState::Live => Some(view! {
            <Button glyph=Glyph::Pause busy=busy on:click=move |_| desk.pause(true)>
                "Pause"
            </Button>
        }),
        WorkflowState::Paused => Some(view! {
            <Button glyph=Glyph::Play busy=busy on:click=move |_| desk.pause(false)>
                "Resume"
            </Button>
        }),
        WorkflowState::Draft | WorkflowState::Stopped => None,
    };
    let words = move || match standing.revision.get() {
        Some(_) if desk.is_due() => "Publish changes",
        Some(_) => "Published",
        None => "Publish",
    };
    view! {
        {pause}
        <Button
            kind=ButtonKind::Primary
            busy=busy
            disabled=Signal::derive(move || !desk.is_due())
            on:click=move |_| desk.publish()
        >
            {words}
        </Button>
    }
    .into_any()
}
