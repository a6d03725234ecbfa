//! What can go wrong, as a browser may know it.
//!
//! Server functions answer with [`AppError`] as JSON. Leptos sends every one of
//! them with status 500; the server's status layer reads the body again and puts
//! [`AppError::status`] in its place.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// A field of a form, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's path in the submitted value, as in `variants.en.title`.
    pub field: String,
    /// What is wrong and what would be right, in a sentence without the field's name.
    pub message: String,
}

impl FieldError {
    /// A complaint about one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// The one error that crosses from server to browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppError {
    /// Nothing by that id, or nothing that this person may see.
    #[error("{what} was not found. It may have been deleted, or the link may be incomplete.")]
    NotFound {
        /// What was looked for, in the page's words: "This campaign".
        what: String,
    },
    /// The thing changed, or is in a state that does not allow this.
    #[error("{message}")]
    Conflict {
        /// What stands in the way, what was kept, and what to do.
        message: String,
    },
    /// The input was understood and is wrong.
    #[error("{message}")]
    Invalid {
        /// The summary above the form.
        message: String,
        /// One entry per wrong field; empty when the input as a whole is wrong.
        fields: Vec<FieldError>,
    },
    /// Nobody is signed in, or the session has ended.
    #[error("You are signed out. Sign in again to go on; what you typed is still here.")]
    Unauthenticated,
    /// Signed in, but this role may not do it.
    #[error("{message}")]
    Forbidden {
        /// Which role could.
        message: String,
    },
    /// Too many tries.
    #[error("Too many tries. Wait {retry_after_seconds} seconds, then try again.")]
    RateLimited {
        /// Seconds until another try can succeed.
        retry_after_seconds: u64,
    },
    /// Our fault; the log has the details under this id.
    #[error(
        "Something went wrong on the server. Nothing was changed. \
         If it happens again, give your administrator this number: {incident}."
    )]
    Internal {
        /// Finds the entry in the server's log.
        incident: String,
    },
    /// The browser could not reach the server, or could not read its answer.
    #[error("The server cannot be reached. Check the connection, then try again.")]
    Unreachable,
}

impl AppError {
    /// Input that is wrong in the named fields.
    pub fn invalid(message: impl Into<String>, fields: Vec<FieldError>) -> Self {
        Self::Invalid {
            message: message.into(),
            fields,
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Conflict { .. } => 409,
            Self::Invalid { .. } => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden { .. } => 403,
            Self::RateLimited { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unreachable => 503,
        }
    }

    /// What is wrong with one field, if this error says anything about it.
    pub fn field(&self, name: &str) -> Option<&str> {
        match self {
            Self::Invalid { fields, .. } => fields
                .iter()
                .find(|field| field.field == name)
                .map(|field| field.message.as_str()),
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                undecodable(&reason)
            }
            // On the server this is a body that is not what the function takes; in the
            // browser, an answer that is not what the function gives.
            ServerFnErrorErr::Deserialization(reason) if cfg!(feature = "ssr") => {
                undecodable(&reason)
            }
            ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Unreachable,
            ServerFnErrorErr::Registration(reason)
            | ServerFnErrorErr::ServerError(reason)
            | ServerFnErrorErr::MiddlewareError(reason)
            | ServerFnErrorErr::Serialization(reason)
            | ServerFnErrorErr::Response(reason) => internal(&reason),
        }
    }
}

/// Arguments that could not be read, naming the field where the decoder knows it.
fn undecodable(reason: &str) -> AppError {
    let fields = named_field(reason)
        .map(|field| FieldError::new(field, reason))
        .into_iter()
        .collect();
    AppError::invalid(
        format!("The request could not be read: {reason}. Reload the page, then try again."),
        fields,
    )
}

/// The field in serde's "missing field `x`" and "unknown field `x`".
fn named_field(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once("field `")?;
    rest.split_once('`').map(|(field, _)| field)
}

/// The id under which the current request's failures are logged. The server
/// provides it in context for pages and server functions.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct IncidentId(pub String);

/// Logs a failure once, at the boundary, and gives the browser its number.
#[cfg(feature = "ssr")]
pub fn internal(failure: &dyn std::fmt::Display) -> AppError {
    use leptos::prelude::use_context;
    let incident = use_context::<IncidentId>().map_or_else(|| "none".to_owned(), |id| id.0);
    tracing::error!(%incident, %failure, "request failed");
    AppError::Internal { incident }
}

#[cfg(not(feature = "ssr"))]
fn internal(_failure: &dyn std::fmt::Display) -> AppError {
    AppError::Unreachable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undecodable_arguments_are_invalid_and_name_the_field() {
        let error = AppError::from_server_fn_error(ServerFnErrorErr::Args(
            "missing field `external_id` at line 1 column 2".into(),
        ));
        assert_eq!(error.status(), 422);
        assert!(
            error
                .field("external_id")
                .is_some_and(|m| m.contains("missing"))
        );
        assert_eq!(error.field("email"), None);
    }

    #[test]
    fn every_kind_survives_the_trip_to_the_browser() {
        for error in [
            AppError::NotFound {
                what: "This push".into(),
            },
            AppError::Conflict {
                message: "Already published.".into(),
            },
            AppError::invalid("Two fields.", vec![FieldError::new("title", "Too long.")]),
            AppError::Unauthenticated,
            AppError::Forbidden {
                message: "Administrators only.".into(),
            },
            AppError::RateLimited {
                retry_after_seconds: 30,
            },
            AppError::Internal {
                incident: "abc".into(),
            },
            AppError::Unreachable,
        ] {
            assert_eq!(AppError::de(error.ser()), error);
        }
    }
}
