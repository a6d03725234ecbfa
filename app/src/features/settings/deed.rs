//! A change that a person asks for: while it runs, when it is done, when it is
//! refused.

use std::future::Future;

use leptos::prelude::*;
use ui::{FormErrors, Notice, Tone, toaster};

use crate::{AppError, shell::answer::form_errors};

/// Where a change stands.
#[derive(Clone, Copy)]
pub struct Deed {
    /// It is under way.
    pub busy: RwSignal<bool>,
    /// What is wrong with its fields.
    pub errors: FormErrors,
    /// What is wrong with it as a whole.
    pub failure: RwSignal<Option<AppError>>,
}

impl Deed {
    /// Nothing was tried yet.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            errors: FormErrors::new(),
            failure: RwSignal::new(None),
        }
    }

    /// Asks the server. `done` takes the answer; a refusal is kept for the form.
    pub fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, AppError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.errors.clear();
        self.failure.set(None);
        leptos::task::spawn_local(async move {
            let answer = work.await;
            self.busy.set(false);
            match answer {
                Ok(value) => done(value),
                Err(error) => self.refused(error),
            }
        });
    }

    /// The same for what has no form: a refusal is said in the corner.
    pub fn run_aloud<T: 'static>(
        self,
        work: impl Future<Output = Result<T, AppError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        let toaster = toaster();
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = work.await;
            self.busy.set(false);
            match answer {
                Ok(value) => done(value),
                Err(error) => toaster.failed(error.to_string()),
            }
        });
    }

    fn refused(self, error: AppError) {
        let fields = form_errors(&error);
        if fields.is_empty() {
            self.failure.set(Some(error));
        } else {
            self.errors.set(fields);
        }
    }

    /// What is wrong with it as a whole, above its form.
    pub fn notice(self) -> impl Fn() -> Option<AnyView> + Clone + Send {
        move || {
            self.failure.get().map(|error| {
                view! {
                    <Notice tone=Tone::Rejected>
                        <p>{error.to_string()}</p>
                    </Notice>
                }
                .into_any()
            })
        }
    }
}

impl Default for Deed {
    fn default() -> Self {
        Self::new()
    }
}
