//! Where a workflow is in its life.

use serde::{Deserialize, Serialize};

/// Where a workflow is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkflowState {
    /// Never published.
    Draft,
    /// Events let contacts in, and contacts move on.
    Live,
    /// Nobody comes in, and those inside stand still.
    Paused,
    /// Nobody comes in, and those inside have left.
    Stopped,
}

impl WorkflowState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Live, Self::Paused, Self::Stopped];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }

    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Live => "Live",
            Self::Paused => "Paused",
            Self::Stopped => "Stopped",
        }
    }
}
