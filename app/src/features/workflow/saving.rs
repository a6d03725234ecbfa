//! The draft is saved by itself, one save at a time, shortly after each
//! change; the words say how that stands.

use super::api::save_draft;
use super::state::{Canvas, change};
use crate::AppError;
use domain::WorkflowId;
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};
use std::time::Duration;

/// How long the hand has to rest before a draft is saved.
const PAUSE: Duration = Duration::from_millis(700);
/// How long after a failure another try is made.
const RETRY: Duration = Duration::from_secs(5);

/// How saving stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Saving {
    /// Everything is on the server.
    Saved,
    /// Something is not, and will be shortly.
    Waiting,
    /// It is on its way.
    UnderWay,
    /// It did not arrive; it is tried again.
    Failed(AppError),
    /// Somebody else saved in the meantime; nothing is overwritten unasked.
    Conflict,
}

/// Keeps the server's draft like the canvas's.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    canvas: Canvas,
    workflow: WorkflowId,
    /// How it stands.
    pub(super) saving: RwSignal<Saving>,
    /// The version that the server has, to be given back with the next save.
    version: StoredValue<i64>,
    /// The canvas's revision that the server has.
    kept: StoredValue<u64>,
    /// Counts the timers started: only the last one acts.
    turn: StoredValue<u32>,
}

impl Keeper {
    /// Starts to watch `canvas`, whose draft has this version on the server.
    pub(super) fn start(canvas: Canvas, workflow: WorkflowId, version: i64) -> Self {
        let keeper = Self {
            canvas,
            workflow,
            saving: RwSignal::new(Saving::Saved),
            version: StoredValue::new(version),
            kept: StoredValue::new(canvas.revision.get_untracked()),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let now = canvas.revision.get();
            if now != keeper.kept.get_value() {
                untrack(|| keeper.soon(PAUSE));
            }
        });
        keeper.guard();
        keeper
    }

    /// Whether the server lacks something.
    pub(super) fn is_behind(&self) -> bool {
        self.canvas.revision.get_untracked() != self.kept.get_value()
    }

    /// The version that the server has.
    pub(super) fn version(&self) -> i64 {
        self.version.get_value()
    }

    fn soon(&self, delay: Duration) {
        let keeper = *self;
        if matches!(
            self.saving.get_untracked(),
            Saving::UnderWay | Saving::Conflict
        ) {
            // The save under way looks again when it ends; a conflict waits
            // for the person.
            return;
        }
        if delay == PAUSE {
            change(self.saving, Saving::Waiting);
        }
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        set_timeout(
            move || {
                // Gone if the page was left meanwhile.
                if keeper.turn.try_get_value() == Some(turn) {
                    spawn_local(async move {
                        // What came of it stands in `saving`.
                        let _ = keeper.save().await;
                    });
                }
            },
            delay,
        );
    }

    /// Saves now what is not saved yet; waits for a save under way.
    ///
    /// # Errors
    /// Why the draft is not on the server.
    pub(super) async fn flush(&self) -> Result<(), AppError> {
        while self.saving.get_untracked() == Saving::UnderWay {
            gloo_timers::future::TimeoutFuture::new(50).await;
        }
        if self.saving.get_untracked() == Saving::Conflict {
            return Err(conflict());
        }
        while self.is_behind() {
            self.save().await?;
        }
        Ok(())
    }

    async fn save(&self) -> Result<(), AppError> {
        if !self.is_behind() {
            change(self.saving, Saving::Saved);
            return Ok(());
        }
        let revision = self.canvas.revision.get_untracked();
        self.saving.set(Saving::UnderWay);
        let outcome = save_draft(self.workflow, self.version(), self.canvas.graph()).await;
        if self.saving.is_disposed() {
            return Ok(());
        }
        match outcome {
            Ok(version) => {
                self.version.set_value(version);
                self.kept.set_value(revision);
                self.saving.set(Saving::Saved);
                if self.is_behind() {
                    self.soon(PAUSE);
                }
                Ok(())
            }
            Err(error @ AppError::Conflict { .. }) => {
                self.saving.set(Saving::Conflict);
                Err(error)
            }
            Err(error) => {
                self.saving.set(Saving::Failed(error.clone()));
                self.soon(RETRY);
                Err(error)
            }
        }
    }

    /// After a conflict: what is here replaces what somebody else saved, whose
    /// version is now `version`.
    pub(super) fn keep_mine(&self, version: i64) {
        self.version.set_value(version);
        // Counts as behind even if nothing has changed since.
        self.kept.set_value(u64::MAX);
        self.saving.set(Saving::Waiting);
        self.soon(Duration::ZERO);
    }

    /// Leaving the page with unsaved work asks first; leaving it by a link
    /// within the site saves.
    fn guard(&self) {
        let keeper = *self;
        let listener = window_event_listener(ev::beforeunload, move |event| {
            if keeper.is_behind() {
                event.prevent_default();
            }
        });
        let (canvas, workflow) = (self.canvas, self.workflow);
        on_cleanup(move || {
            listener.remove();
            if keeper.is_behind() && keeper.saving.get_untracked() != Saving::Conflict {
                let (version, graph) = (keeper.version(), canvas.graph());
                spawn_local(async move {
                    if let Err(error) = save_draft(workflow, version, graph).await {
                        leptos::logging::error!("the last change was not saved: {error}");
                    }
                });
            }
        });
    }
}

fn conflict() -> AppError {
    AppError::Conflict {
        message: "Somebody else changed this workflow in the meantime. Choose first whose \
                  draft to keep."
            .to_owned(),
    }
}
