//! Publish, pause, resume.

use super::api::{Published, Standing, publish_workflow, set_paused};
use super::looking::focus_soon;
use super::problems::PROBLEMS_ID;
use super::saving::{Keeper, Saving};
use super::state::Canvas;
use domain::WorkflowId;
use domain::workflow::WorkflowState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::{Button, ButtonKind, Glyph, Toaster, counted, toaster};

/// The buttons, and what they need.
#[derive(Clone, Copy)]
struct Desk {
    canvas: Canvas,
    keeper: Keeper,
    standing: RwSignal<Standing>,
    problems: RwSignal<bool>,
    id: WorkflowId,
    busy: RwSignal<bool>,
    toasts: Toaster,
}

impl Desk {
    /// Publishes the draft, once it is saved; says why not otherwise.
    fn publish(self) {
        if untrack(|| !self.is_due()) {
            return;
        }
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
                    self.standing.set(fresh);
                    let number = fresh.revision.unwrap_or(0);
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
                    self.standing.set(fresh);
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
        let standing = self.standing.get();
        standing.revision.is_none() || standing.differs || self.keeper.saving.get() != Saving::Saved
    }
}

/// The buttons.
pub(super) fn publishing(
    canvas: Canvas,
    keeper: Keeper,
    standing: RwSignal<Standing>,
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
    let pause = move || match standing.get().state {
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
    let words = move || match standing.get().revision {
        Some(_) if desk.is_due() => "Publish changes",
        Some(_) => "Published",
        None => "Publish",
    };
    view! {
        {pause}
        <Button
            kind=ButtonKind::Primary
            busy=busy
            // Not `disabled`, which would take the focus from whoever just published.
            attr:aria-disabled=move || (!desk.is_due()).then_some("true")
            on:click=move |_| desk.publish()
        >
            {words}
        </Button>
    }
    .into_any()
}
