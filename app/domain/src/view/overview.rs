//! Results, and the overview's page.

use serde::{Deserialize, Serialize};

use super::{Count, SendView};
use crate::gate::Suppression;

/// What became of sends and deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Deliveries that a provider was called for, or that wait to be.
    pub sent: i64,
    /// The provider took them.
    pub accepted: i64,
    /// The provider refused them, their token was gone, they were given up or
    /// their time ended.
    pub failed: i64,
    /// Nobody can know.
    pub unknown: i64,
    /// Devices told that they displayed them.
    #[serde(default)]
    pub displayed: i64,
    /// Devices told that somebody opened them.
    #[serde(default)]
    pub opened: i64,
    /// Buttons tapped and replies written, as devices told.
    #[serde(default)]
    pub actions: i64,
    /// Stopped by a gate, most frequent first.
    pub suppressed: Vec<SuppressedCount>,
    /// Failures by reason, most frequent first.
    pub failures: Vec<FailureCount>,
}

impl Results {
    /// How many were stopped by any gate.
    pub fn suppressed_total(&self) -> i64 {
        self.suppressed.iter().map(|count| count.n).sum()
    }
}

/// How many a reason stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppressedCount {
    /// Which.
    pub reason: Suppression,
    /// How many.
    pub n: i64,
}

/// How many failed for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureCount {
    /// The state and the provider's reason.
    pub reason: String,
    /// How many.
    pub n: i64,
}

/// One day's results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayResults {
    /// Days since 1970-01-01 in the account's time zone.
    pub day: i32,
    /// What became of that day's.
    pub results: Results,
}

/// The overview's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Today's results.
    pub today: Results,
    /// The last fourteen days, oldest first, today included.
    pub days: Vec<DayResults>,
    /// How many contacts there are.
    pub contacts: Count,
    /// How many devices there are.
    pub devices: Count,
    /// How many workflows run.
    pub live_workflows: u32,
    /// Credentials that a provider refused.
    pub refused_credentials: Vec<super::CredentialView>,
    /// What was sent last, newest first.
    pub latest: Vec<SendView>,
    /// What there is still to set up before the first push can be sent.
    pub missing: Vec<SetupStep>,
}

/// A step towards the first push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupStep {
    /// Make an app.
    App,
    /// Give it a credential.
    Credential,
    /// Import contacts.
    Contacts,
    /// Register a device.
    Device,
    /// Compose a push.
    Push,
    /// Publish a workflow.
    Workflow,
}
