//! What a use case can answer instead of its result.

use std::time::Duration;

use domain::people::Permission;
use domain::validate::FieldErrors;
use storage::StorageError;
use thiserror::Error;

/// A failed use case, in terms that every door can say to its caller. Only
/// [`ServiceError::Internal`] and [`ServiceError::Unavailable`] carry a
/// source, which is for the log and never for the caller.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// Nothing by that name.
    #[error("{what} was not found")]
    NotFound {
        /// What was looked for, as a person says it: `this contact`.
        what: String,
    },
    /// The thing changed, or is in a state that does not allow this.
    #[error("{message}")]
    Conflict {
        /// What stands in the way, and what to do.
        message: String,
    },
    /// The input was understood and is wrong.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// Nobody is signed in, or the key is not one of ours.
    #[error("sign in, or give a valid API key")]
    Unauthenticated,
    /// The app takes this only with a signed contact id.
    #[error("“{app}” takes a device only with a signed contact id, and {reason}")]
    Unsigned {
        /// The app's slug.
        app: String,
        /// What is wrong with the signature.
        reason: &'static str,
    },
    /// This principal may not do it.
    #[error("this needs the permission “{}”", permission_name(*permission))]
    Forbidden {
        /// What would be needed.
        permission: Permission,
    },
    /// Too many tries.
    #[error("too many tries; wait {} seconds", retry_after.as_secs().max(1))]
    RateLimited {
        /// How long until another try can succeed.
        retry_after: Duration,
    },
    /// Busy, or something that it needs is not there just now.
    #[error("busy; try again in a moment")]
    Unavailable {
        /// How long to wait before another try.
        retry_after: Duration,
        /// What was not there.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Our fault.
    #[error("something went wrong inside")]
    Internal {
        /// What, for the log.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What a use case gives.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;

impl ServiceError {
    /// Nothing by that name.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// Something stands in the way.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict {
            message: message.into(),
        }
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        Self::Invalid(errors)
    }

    /// Our fault.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal {
            source: source.into(),
        }
    }

    /// Storage's error, where its "not found" means that `what` is not there.
    pub(crate) fn finding(what: impl Into<String>) -> impl FnOnce(StorageError) -> Self {
        move |error| match error {
            StorageError::NotFound => Self::NotFound { what: what.into() },
            other => other.into(),
        }
    }
}

/// The permission as the API names it.
pub const fn permission_name(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "read",
        Permission::Inspect => "inspect",
        Permission::EditContacts => "edit_contacts",
        Permission::RegisterDevices => "register_devices",
        Permission::EditContent => "edit_content",
        Permission::Publish => "publish",
        Permission::SendTest => "send_test",
        Permission::SendRaw => "send_raw",
        Permission::Administer => "administer",
    }
}

impl From<FieldErrors> for ServiceError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::not_found("this"),
            StorageError::Conflict => {
                Self::conflict("something else has that name already, or still uses this")
            }
            StorageError::StaleVersion => Self::conflict(
                "somebody else changed this in the meantime; read it again, then repeat your change",
            ),
            StorageError::BadCursor => Self::invalid(
                "cursor",
                "is not one that this list gave; leave it out to start from the first page",
            ),
            StorageError::Unavailable(_) => Self::Unavailable {
                retry_after: Duration::from_secs(2),
                source: Box::new(error),
            },
            other => Self::internal(other),
        }
    }
}
