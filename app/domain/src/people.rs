//! The people who sign in, and the keys that programs use.

use serde::{Deserialize, Serialize};

use crate::{KeyId, Timestamp, UserId};

/// What a user may do, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, registers devices, sends tests, looks into payloads.
    Developer,
    /// Composes pushes, draws and publishes workflows, imports contacts.
    Marketer,
    /// Everything, credentials, users and keys included.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::Viewer,
        Self::Developer,
        Self::Marketer,
        Self::Administrator,
    ];

    /// The name in the API, on the command line and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Marketer => "marketer",
            Self::Administrator => "administrator",
        }
    }

    /// The role called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether this role may do what `permission` covers.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            Administer, EditContacts, EditContent, Inspect, Publish, Read, RegisterDevices,
            SendRaw, SendTest,
        };
        match permission {
            Read => true,
            Inspect | RegisterDevices | SendTest => !matches!(self, Self::Viewer),
            SendRaw => matches!(self, Self::Developer | Self::Administrator),
            EditContacts | EditContent | Publish => {
                matches!(self, Self::Marketer | Self::Administrator)
            }
            Administer => matches!(self, Self::Administrator),
        }
    }
}

/// What a use case needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See contacts, pushes, campaigns, results.
    Read,
    /// See tokens, payloads and provider answers.
    Inspect,
    /// Create, change and delete contacts; import.
    EditContacts,
    /// Register, move and revoke devices; post events.
    RegisterDevices,
    /// Create, change and delete pushes, campaigns and drafts.
    EditContent,
    /// Publish, pause and resume workflows.
    Publish,
    /// Send a push to one contact's devices.
    SendTest,
    /// Send a payload typed by hand to one device.
    SendRaw,
    /// Apps, credentials, users, keys, settings, audit log.
    Administer,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Inspect,
        Self::EditContacts,
        Self::RegisterDevices,
        Self::EditContent,
        Self::Publish,
        Self::SendTest,
        Self::Administer,
    ];
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Post contacts, devices and events.
    Ingest,
    /// Read everything but secrets.
    Read,
    /// Change apps, credentials, pushes, campaigns and workflows.
    Manage,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Ingest, Self::Read, Self::Manage];

    /// The name in the API and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }

    /// The scope called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether this scope covers `permission`.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            Administer, EditContacts, EditContent, Inspect, Publish, Read, RegisterDevices,
            SendRaw, SendTest,
        };
        match permission {
            EditContacts | RegisterDevices => matches!(self, Self::Ingest | Self::Manage),
            Read | Inspect => matches!(self, Self::Read | Self::Manage),
            EditContent | Publish | SendTest | SendRaw | Administer => {
                matches!(self, Self::Manage)
            }
        }
    }
}

/// Who asks: a signed-in user, an API key, or Carillon itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Principal {
    /// A signed-in user.
    User {
        /// Who.
        id: UserId,
        /// Email, for the audit log.
        email: String,
        /// Role.
        role: Role,
    },
    /// An API key.
    Key {
        /// Which.
        id: KeyId,
        /// Name, for the audit log.
        name: String,
        /// Scopes.
        scopes: Vec<Scope>,
    },
    /// The command line and the engine, beside the database.
    System,
}

impl Principal {
    /// Whether this principal may do what `permission` covers.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::User { role, .. } => role.may(permission),
            Self::Key { scopes, .. } => scopes.iter().any(|scope| scope.may(permission)),
            Self::System => true,
        }
    }

    /// How the audit log names this principal.
    pub fn actor(&self) -> String {
        match self {
            Self::User { email, .. } => email.clone(),
            Self::Key { name, .. } => format!("key {name}"),
            Self::System => "system".to_owned(),
        }
    }
}

/// A user as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Our identifier.
    pub id: UserId,
    /// Email: the name to sign in with.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Whether the one-time link was used and a password set.
    pub active: bool,
    /// When the user was added.
    pub created_at: Timestamp,
}

/// An API key as shown: its secret is shown once and stored hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Our identifier.
    pub id: KeyId,
    /// Name.
    pub name: String,
    /// First characters of the secret, to tell keys apart.
    pub prefix: String,
    /// Scopes.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}
