//! Typed identifiers. Each is a `UUIDv7` made by the server, so that rows
//! inserted together stand together; the customer's own keys (`external_id`,
//! `device_id`, an app's slug) are strings and live with their types.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The identifier as its 16 bytes stand in the database.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    /// An app: a mobile app or site with its own provider credentials.
    AppId,
    /// A line of the audit log.
    AuditId,
    /// A device binding: contact ↔ device ↔ app.
    BindingId,
    /// A campaign.
    CampaignId,
    /// A chunk: a contiguous range of shards of one push step's sends.
    ChunkId,
    /// A contact.
    ContactId,
    /// A provider credential of an app.
    CredentialId,
    /// One contact's pass through one workflow revision.
    EnrollmentId,
    /// An event that a contact did.
    EventId,
    /// A background job, such as an import by upload.
    JobId,
    /// An API key.
    KeyId,
    /// A push notification's content.
    PushId,
    /// An immutable revision of a workflow or of a push.
    RevisionId,
    /// A person who signs in.
    UserId,
    /// A workflow.
    WorkflowId,
}
