//! Errors of the server as pages say them.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Button, ErrorPanel, FormError, Glyph, LinkButton};

use crate::AppError;

/// What is wrong with a form's fields; empty when the error names none.
pub fn form_errors(error: &AppError) -> Vec<FormError> {
    match error {
        AppError::Invalid { fields, .. } => fields
            .iter()
            .map(|field| FormError {
                field: field.field.clone(),
                message: field.message.clone(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A form that was posted without scripts comes back with its error in the
/// address. Call this before making the form's action, on both sides, so that
/// both find it.
pub fn provide_posted_error() {
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get("__path"), query.get("__err")) {
        provide_context(leptos::server::ServerActionError::new(&path, &error));
    }
}

/// In place of what could not be shown.
#[component]
pub fn Failure(
    /// What happened.
    error: AppError,
    /// What was to be shown: "The pushes".
    #[prop(into)]
    what: String,
    /// Asks again.
    #[prop(optional, into)]
    again: Option<Callback<()>>,
) -> impl IntoView {
    let (title, text, incident) = words(&error, &what);
    let act = match (&error, again) {
        (AppError::Unauthenticated, _) => {
            view! { <LinkButton href="/sign-in">"Sign in"</LinkButton> }.into_any()
        }
        (AppError::NotFound { .. } | AppError::Forbidden { .. }, _) => {
            view! { <LinkButton href="/">"Go to the overview"</LinkButton> }.into_any()
        }
        (_, Some(again)) => view! {
            <Button glyph=Glyph::Refresh on:click=move |_| again.run(())>
                "Try again"
            </Button>
        }
        .into_any(),
        (_, None) => ().into_any(),
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
