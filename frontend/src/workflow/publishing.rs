//! Publish, pause, resume.

use super::counts;
use super::looking::focus_soon;
use super::saving::{Keeper, Saving};
use super::state::{Canvas, for_good};
use super::yes;
use crate::ask::{self, Refusal};
use app::features::workflow::{
    api::{PublishWorkflow, Published, SetPaused, Standing},
    words::PROBLEMS_ID,
};
use dom::El;
use domain::WorkflowId;
use domain::workflow::WorkflowState;
use reactive_graph::{prelude::*, signal::ArcRwSignal};
use ui::counted;

/// What the buttons need.
pub(super) struct Desk {
    canvas: Canvas,
    keeper: &'static Keeper,
    id: WorkflowId,
    busy: ArcRwSignal<bool>,
}

impl Desk {
    /// Publishes the draft, once it is saved; says why not otherwise.
    fn publish(&'static self) {
        if self.busy.get_untracked() || !self.is_due() {
            return;
        }
        let blocked = self.canvas.problems.with_untracked(Vec::len);
        if blocked > 0 {
            let count = u64::try_from(blocked).unwrap_or(u64::MAX);
            self.refused(&counted(count, "thing", "things"));
            return;
        }
        self.busy.set(true);
        ask::spawn(async move {
            if let Err(why) = self.keeper.flush().await {
                self.busy.set(false);
                self.canvas.refuse(&why);
                return;
            }
            let version = self.keeper.version();
            let outcome = ask::call(&PublishWorkflow {
                id: self.id,
                version,
            })
            .await;
            self.busy.set(false);
            match outcome.and_then(|answer| ask::read_answer::<Published>(&answer)) {
                Ok(Published::Live(fresh)) => {
                    let number = fresh.revision.unwrap_or(0);
                    self.stands(fresh, &format!("Revision {number} is live."));
                }
                Ok(Published::Refused(reasons)) => {
                    self.canvas.show_problems(reasons);
                    self.refused("something");
                }
                Err(refusal) => self.failed(&refusal),
            }
        });
    }

    fn refused(&self, what: &str) {
        self.canvas.listed.set(true);
        self.canvas
            .say(&format!("Not published yet: {what} to mend first."));
        focus_soon(PROBLEMS_ID);
    }

    fn pause(&'static self) {
        if self.busy.get_untracked() {
            return;
        }
        let state = self.canvas.standing.get_untracked().state;
        let paused = state == WorkflowState::Live;
        self.busy.set(true);
        ask::spawn(async move {
            let outcome = ask::call(&SetPaused {
                id: self.id,
                paused,
            })
            .await;
            self.busy.set(false);
            match outcome.and_then(|answer| ask::read_answer::<Standing>(&answer)) {
                Ok(fresh) if paused => self.stands(
                    fresh,
                    "Paused: nobody enters, and those inside stand still.",
                ),
                Ok(fresh) => self.stands(fresh, "Live again."),
                Err(refusal) => self.failed(&refusal),
            }
        });
    }

    fn stands(&self, fresh: Standing, words: &str) {
        self.canvas.standing.set(fresh);
        dom::say_done(words);
        counts::ask(self.canvas, self.id);
    }

    fn failed(&self, refusal: &Refusal) {
        self.canvas.refuse(&refusal.words);
    }

    /// Whether there is anything that does not run yet.
    fn is_due(&self) -> bool {
        let standing = self.canvas.standing.get();
        standing.revision.is_none() || standing.differs || self.keeper.saving.get() != Saving::Saved
    }
}

/// Brings the buttons to life.
pub(super) fn start(bar: &El, canvas: Canvas, keeper: &'static Keeper, id: WorkflowId) {
    let desk: &'static Desk = for_good(Desk {
        canvas,
        keeper,
        id,
        busy: ArcRwSignal::new(false),
    });
    let busy = || yes(desk.busy.get());
    bar.part("publish")
        .attr_of("aria-busy", busy)
        // Not `disabled`, which would take the focus from whoever just published.
        .attr_of("aria-disabled", || yes(!desk.is_due()))
        .on("click", |_| desk.publish())
        .part("publish-words")
        .text_of(|| {
            let words = match desk.canvas.standing.get().revision {
                Some(_) if desk.is_due() => "Publish changes",
                Some(_) => "Published",
                None => "Publish",
            };
            words.to_owned()
        });
    for (name, state) in [
        ("pause", WorkflowState::Live),
        ("resume", WorkflowState::Paused),
    ] {
        bar.part(name)
            .flag_of("hidden", move || desk.canvas.standing.get().state != state)
            .attr_of("aria-busy", busy)
            .on("click", |_| desk.pause());
    }
}
