//! What a page loads before the server writes it.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::Title;
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use super::answer::Failure;
use crate::AppError;

type Asked<T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send>>;

/// What a page asked for, to be shown once.
pub struct Loaded<T>(Arc<Mutex<Option<Asked<T>>>>);

/// Asks; nothing of the page is sent before the answer is there, since it decides the
/// page's status and may lead elsewhere.
pub fn load<T: 'static>(
    asked: impl Future<Output = Result<T, AppError>> + Send + 'static,
) -> Loaded<T> {
    Loaded(Arc::new(Mutex::new(Some(Box::pin(asked)))))
}

impl<T: Send + 'static> Loaded<T> {
    /// What `shown` makes of the answer, or why there is nothing to show of `what`.
    pub fn show(
        self,
        what: &'static str,
        shown: impl FnOnce(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        self.show_answer(move |answer| match answer {
            Ok(found) => shown(found),
            Err(error) => failure(error, what),
        })
    }

    /// Like [`show`](Self::show), where a failure is more than a message.
    pub fn show_answer(
        self,
        shown: impl FnOnce(Result<T, AppError>) -> AnyView + Send + 'static,
    ) -> AnyView {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Suspend::new(async move {
            match asked {
                // Signals made while the view is written belong to the page as well.
                Some(asked) => OwnedView::new(shown(asked.await)).into_any(),
                None => ().into_any(),
            }
        })
        .into_any()
    }
}

/// A page of its own that says why `what` is not there, with the status that means it.
pub fn failed_page(title: &'static str, error: AppError, what: &'static str) -> AnyView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    view! {
        <Title text=title />
        <div class="page">{failure(error, what)}</div>
    }
    .into_any()
}

/// In place of `what`, with a link that asks again.
pub fn failure(error: AppError, what: &'static str) -> AnyView {
    view! { <Failure error what again=true /> }.into_any()
}
