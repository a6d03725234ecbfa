//! Settings, people, keys, the audit log and jobs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::{App, Credential};
use crate::connect::Milestone;
use crate::device::Channel;
use crate::people::{Role, User};
use crate::{AuditId, JobId, Timestamp, UserId};

/// The account's own settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSettings {
    /// The account's name.
    pub name: String,
    /// The time zone of its days.
    pub time_zone: String,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            name: "Carillon".to_owned(),
            time_zone: "UTC".to_owned(),
        }
    }
}

/// An app with its credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppView {
    /// The app.
    pub app: App,
    /// Its credentials, without their secrets.
    pub credentials: Vec<Credential>,
    /// How many calls each may have in flight at present, where that is known.
    pub calls_allowed: Vec<(Channel, usize)>,
}

/// The secrets under which an app takes signed contact ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningView {
    /// When the one in force was entered.
    pub entered_at: Timestamp,
    /// When the one before was, while it is not retired.
    pub former_entered_at: Option<Timestamp>,
}

/// An app, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectView {
    /// The app with its credentials.
    pub app: AppView,
    /// What it came to, and when.
    pub milestones: Vec<Milestone>,
}

/// A credential beside its app's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialView {
    /// The app's name in addresses.
    pub app_slug: String,
    /// What people call the app.
    pub app_name: String,
    /// The credential.
    pub credential: Credential,
}

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Which.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done, such as `publish_workflow`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it.
    pub details: Map<String, Value>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Which user.
    pub id: UserId,
    /// Email.
    pub email: String,
    /// Role.
    pub role: Role,
}

/// What a one-time link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// Whose it is; absent for the first administrator's.
    pub email: Option<String>,
    /// The role it gives.
    pub role: Role,
    /// Whether a password must be chosen.
    pub needs_password: bool,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A user and the one-time link to hand over, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// The user.
    pub user: User,
    /// The link's secret.
    pub link_token: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// A job that outlives a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Which.
    pub id: JobId,
    /// Whether it runs.
    pub state: JobState,
    /// Contacts or devices.
    pub kind: String,
    /// The file's name.
    pub file: String,
    /// How far it is.
    pub progress: ImportProgress,
    /// Who started it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// Whether a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Not begun.
    Queued,
    /// Running.
    Running,
    /// Ended well.
    Done,
    /// Ended badly.
    Failed,
    /// Somebody called it off.
    Canceled,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportProgress {
    /// Bytes of the file.
    pub bytes_total: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows that were new.
    pub created: u64,
    /// Rows that changed something.
    pub changed: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
    /// The first rejects, to show at once: line and reason.
    pub first_rejects: Vec<(u64, String)>,
    /// Why it could not go on, if it could not.
    pub failure: Option<String>,
}
