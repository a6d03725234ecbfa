//! Errors of the server as pages say them.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_router::hooks::use_query_map;
use ui::{ErrorPanel, Glyph, LinkButton};

use crate::AppError;

/// Why the form that posts to `F` was refused: posted without scripts, it comes back with
/// its error in the address.
pub fn posted_error<F: ServerFn<Error = AppError>>() -> Option<AppError> {
    let query = use_query_map().get_untracked();
    (query.get("__path")? == F::url())
        .then(|| query.get("__err"))
        .flatten()
        .map(|error| ServerFnUrlError::decode_err(&error))
}

/// In place of what could not be shown.
#[component]
pub fn Failure(
    /// What happened.
    error: AppError,
    /// What was to be shown: "The pushes".
    #[prop(into)]
    what: String,
    /// Asking again may help.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    let (title, text, incident) = words(&error, &what);
    let act = match (&error, again) {
        (AppError::Unauthenticated, _) => {
            view! { <LinkButton href="/sign-in">"Sign in"</LinkButton> }.into_any()
        }
        (AppError::NotFound { .. } | AppError::Forbidden { .. }, _) => {
            view! { <LinkButton href="/">"Go to the overview"</LinkButton> }.into_any()
        }
        // The address of the page itself.
        (_, true) => view! {
            <LinkButton href="" glyph=Glyph::Refresh>
                "Try again"
            </LinkButton>
        }
        .into_any(),
        (_, false) => ().into_any(),
    };
    match incident {
        Some(incident) => view! { <ErrorPanel title text incident>{act}</ErrorPanel> }.into_any(),
        None => view! { <ErrorPanel title text>{act}</ErrorPanel> }.into_any(),
    }
}

/// A title, a text, and the incident if there is one.
fn words(error: &AppError, what: &str) -> (String, String, Option<String>) {
    match error {
        AppError::NotFound { what } => {
            (format!("{what} was not found"), "It may have been deleted, or the link may be incomplete.".to_owned(), None)
        }
        AppError::Unauthenticated => ("You are signed out".to_owned(), "Sign in again to go on.".to_owned(), None),
        AppError::Forbidden { message } => ("Your role does not include this".to_owned(), message.clone(), None),
        AppError::Internal { incident } => (
            format!("{what} could not be shown"),
            "Something went wrong on the server; nothing was changed. Try again, and if it keeps happening, quote the incident.".to_owned(),
            Some(incident.clone()),
        ),
        other => (format!("{what} could not be shown"), other.to_string(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_error_shows_its_incident_and_nothing_else_of_it() {
        let (title, text, incident) = words(
            &AppError::Internal {
                incident: "abc".into(),
            },
            "The pushes",
        );
        assert_eq!(
            (title.as_str(), incident.as_deref()),
            ("The pushes could not be shown", Some("abc"))
        );
        assert!(!text.contains("abc"));
    }
}
