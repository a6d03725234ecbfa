//! The draft is saved by itself, one save at a time, shortly after each
//! change; the words say how that stands.

use super::state::{Canvas, change, for_good};
use super::yes;
use crate::ask::{self, Refusal};
use app::features::workflow::api::SaveDraft;
use dom::{El, follow, on_window};
use domain::WorkflowId;
use gloo_timers::{callback::Timeout, future::TimeoutFuture};
use reactive_graph::{prelude::*, signal::ArcRwSignal};
use std::cell::Cell;
use web_sys::MouseEvent;

/// How long the hand has to rest before a draft is saved, in milliseconds.
const PAUSE: u32 = 700;
/// How long after a failure another try is made, in milliseconds.
const RETRY: u32 = 5000;

/// How saving stands.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Saving {
    /// Everything is on the server.
    Saved,
    /// Something is not, and will be shortly.
    Waiting,
    /// It is on its way.
    UnderWay,
    /// It did not arrive, for this reason; it is tried again.
    Failed(String),
    /// Somebody else saved in the meantime; nothing is overwritten unasked.
    Conflict,
}

/// Keeps the server's draft like the canvas's.
pub(super) struct Keeper {
    canvas: Canvas,
    workflow: WorkflowId,
    /// How it stands.
    pub(super) saving: ArcRwSignal<Saving>,
    /// The version that the server has, to be given back with the next save.
    version: Cell<i64>,
    /// The canvas's revision that the server has.
    kept: Cell<u64>,
    /// Counts the timers started: only the last one acts.
    turn: Cell<u32>,
}

impl Keeper {
    /// Starts to watch `canvas`, whose draft has this version on the server.
    pub(super) fn start(canvas: Canvas, workflow: WorkflowId, version: i64) -> &'static Self {
        let keeper: &'static Self = for_good(Self {
            canvas,
            workflow,
            saving: ArcRwSignal::new(Saving::Saved),
            version: Cell::new(version),
            kept: Cell::new(canvas.revision.get_untracked()),
            turn: Cell::new(0),
        });
        follow(move || {
            if canvas.revision.get() != keeper.kept.get() {
                keeper.soon(PAUSE);
            }
        });
        keeper.guard();
        keeper
    }

    /// Whether the server lacks something.
    fn is_behind(&self) -> bool {
        self.canvas.revision.get_untracked() != self.kept.get()
    }

    /// The version that the server has.
    pub(super) fn version(&self) -> i64 {
        self.version.get()
    }

    fn soon(&'static self, delay: u32) {
        let stands = self.saving.get_untracked();
        if matches!(stands, Saving::UnderWay | Saving::Conflict) {
            // The save under way looks again when it ends; a conflict waits
            // for the person.
            return;
        }
        if delay == PAUSE {
            change(&self.saving, Saving::Waiting);
        }
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        let save = move || {
            if self.turn.get() == turn {
                ask::spawn(async move {
                    // What came of it stands in `saving`.
                    let _ = self.save().await;
                });
            }
        };
        Timeout::new(delay, save).forget();
    }

    /// Saves now what is not saved yet; waits for a save under way.
    ///
    /// # Errors
    /// Why the draft is not on the server.
    pub(super) async fn flush(&'static self) -> Result<(), String> {
        while self.saving.get_untracked() == Saving::UnderWay {
            TimeoutFuture::new(50).await;
        }
        if self.saving.get_untracked() == Saving::Conflict {
            return Err(
                "Somebody else changed this workflow in the meantime. Choose first whose draft to keep."
                    .to_owned(),
            );
        }
        while self.is_behind() {
            self.save().await?;
        }
        Ok(())
    }

    async fn save(&'static self) -> Result<(), String> {
        if !self.is_behind() {
            change(&self.saving, Saving::Saved);
            return Ok(());
        }
        let revision = self.canvas.revision.get_untracked();
        self.saving.set(Saving::UnderWay);
        let save = SaveDraft {
            id: self.workflow,
            version: self.version(),
            draft: self.canvas.graph(),
        };
        let answer = ask::call(&save).await;
        match answer.and_then(|answer| version_of(&answer)) {
            Ok(version) => {
                self.version.set(version);
                self.kept.set(revision);
                self.saving.set(Saving::Saved);
                if self.is_behind() {
                    self.soon(PAUSE);
                }
                Ok(())
            }
            Err(Refusal { kind, words, .. }) => {
                self.saving.set(match kind.as_str() {
                    "conflict" => Saving::Conflict,
                    "unreachable" => {
                        Saving::Failed("the server cannot be reached. Trying again…".to_owned())
                    }
                    _ => Saving::Failed(words.clone()),
                });
                self.soon(RETRY);
                Err(words)
            }
        }
    }

    /// After a conflict: what is here replaces what somebody else saved, whose
    /// version is now `version`.
    pub(super) fn keep_mine(&'static self, version: i64) {
        self.version.set(version);
        // Counts as behind even if nothing has changed since.
        self.kept.set(u64::MAX);
        self.saving.set(Saving::Waiting);
        self.soon(0);
    }

    /// After a conflict: what is here is given up for what somebody else saved.
    pub(super) fn give_up(&self) {
        self.kept.set(self.canvas.revision.get_untracked());
    }

    /// Leaving the page with unsaved work asks first; leaving it by a link
    /// within the site saves, then goes.
    fn guard(&'static self) {
        on_window("beforeunload", move |event| {
            if self.is_behind() {
                event.prevent_default();
            }
        });
        on_window("click", move |event| {
            let Some(href) = plain_link(&event) else {
                return;
            };
            if !self.is_behind() || self.saving.get_untracked() == Saving::Conflict {
                return;
            }
            event.prevent_default();
            ask::spawn(async move {
                // What is not saved then is asked about.
                let _ = self.flush().await;
                dom::go(&href);
            });
        });
    }
}

/// A draft's version, as the server answers it.
pub(super) fn version_of(answer: &str) -> Result<i64, Refusal> {
    answer.trim().parse().map_err(|_| Refusal::unreachable())
}

/// The address of a link that a click leads to in this window.
fn plain_link(event: &web_sys::Event) -> Option<String> {
    let link = dom::target_of(event)?.closest("a[href]:not([target], [download])")?;
    let mouse: &MouseEvent = wasm_bindgen::JsCast::unchecked_ref(event);
    let aside = mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.button() != 0;
    if aside || event.default_prevented() {
        return None;
    }
    link.node().get_attribute("href")
}

/// Says in the bar how saving stands.
pub(super) fn show(bar: &El, keeper: &'static Keeper) {
    bar.part("saving")
        .text_of(|| match keeper.saving.get() {
            Saving::Saved => "Saved".to_owned(),
            Saving::Waiting | Saving::UnderWay => "Saving…".to_owned(),
            Saving::Failed(why) => format!("Not saved: {why}"),
            Saving::Conflict => "Not saved: changed by somebody else".to_owned(),
        })
        .attr_of("data-trouble", || {
            let saving = keeper.saving.get();
            yes(matches!(saving, Saving::Failed(_) | Saving::Conflict))
        });
}
