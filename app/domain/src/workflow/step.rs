//! The steps: stored JSON, wire type and form model at once.

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::PushId;

/// A step's settings. Matched exhaustively by the canvas card, the form, the
/// validation and the step machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// What lets a contact in.
    Trigger {
        /// The occasion.
        trigger: Trigger,
        /// Whether a contact may come again.
        #[serde(default)]
        re_entry: ReEntry,
    },
    /// Waits for a while.
    Delay {
        /// How long.
        delay: Delay,
    },
    /// Goes one of two ways.
    Branch {
        /// What is asked.
        condition: Condition,
    },
    /// Sends a push.
    Push {
        /// Which; chosen before publishing.
        #[serde(default)]
        push_id: Option<PushId>,
    },
    /// Ends the pass.
    Exit {},
}

/// A step without its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// An occasion that lets contacts in.
    Trigger,
    /// A wait.
    Delay,
    /// A yes/no branch.
    Branch,
    /// A push.
    Push,
    /// An exit.
    Exit,
}

impl StepKind {
    /// Every kind, in the palette's order.
    pub const ALL: [Self; 5] = [
        Self::Trigger,
        Self::Delay,
        Self::Branch,
        Self::Push,
        Self::Exit,
    ];

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Trigger => "Event trigger",
            Self::Delay => "Delay",
            Self::Branch => "Yes/no branch",
            Self::Push => "Push",
            Self::Exit => "Exit",
        }
    }

    /// A new step of this kind, with settings still to be made.
    pub fn new_step(self) -> Step {
        match self {
            Self::Trigger => Step::Trigger {
                trigger: Trigger::Event {
                    name: String::new(),
                    filter: Condition::default(),
                },
                re_entry: ReEntry::default(),
            },
            Self::Delay => Step::Delay {
                delay: Delay {
                    amount: 1,
                    unit: DelayUnit::Days,
                },
            },
            Self::Branch => Step::Branch {
                condition: Condition::default(),
            },
            Self::Push => Step::Push { push_id: None },
            Self::Exit => Step::Exit {},
        }
    }
}

/// Where an edge leaves a step.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Port {
    /// The one way on.
    #[default]
    Next,
    /// A branch's condition holds.
    Yes,
    /// A branch's condition does not hold.
    No,
}

impl Port {
    /// What is written on the edge.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Next => "",
            Self::Yes => "Yes",
            Self::No => "No",
        }
    }
}

impl Step {
    /// The step's kind.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Trigger { .. } => StepKind::Trigger,
            Self::Delay { .. } => StepKind::Delay,
            Self::Branch { .. } => StepKind::Branch,
            Self::Push { .. } => StepKind::Push,
            Self::Exit {} => StepKind::Exit,
        }
    }

    /// The ports by which a contact leaves, each of which must lead on.
    pub const fn ports(&self) -> &'static [Port] {
        match self {
            Self::Trigger { .. } | Self::Delay { .. } | Self::Push { .. } => &[Port::Next],
            Self::Branch { .. } => &[Port::Yes, Port::No],
            Self::Exit {} => &[],
        }
    }

    /// Whether an edge may lead into this step.
    pub const fn takes_input(&self) -> bool {
        !matches!(self, Self::Trigger { .. })
    }

    /// One line that says what the step does.
    pub fn summary(&self) -> String {
        match self {
            Self::Trigger {
                trigger: Trigger::Event { name, filter },
                ..
            } => {
                if name.is_empty() {
                    "Choose an event".to_owned()
                } else if filter.comparisons.is_empty() {
                    format!("When “{name}” happens")
                } else {
                    format!("When “{name}” happens and {filter}")
                }
            }
            Self::Delay { delay } => format!("Wait {delay}"),
            Self::Branch { condition } if condition.comparisons.is_empty() => {
                "Choose a condition".to_owned()
            }
            Self::Branch { condition } => format!("If {condition}"),
            Self::Push { push_id: None } => "Choose a push".to_owned(),
            Self::Push { push_id: Some(_) } => "Send a push".to_owned(),
            Self::Exit {} => "The journey ends here".to_owned(),
        }
    }
}

/// The occasion that lets a contact in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Trigger {
    /// The contact does something.
    Event {
        /// The event's name.
        name: String,
        /// What must be true of the event and the contact.
        #[serde(default)]
        filter: Condition,
    },
}

/// Whether a contact that was in before may come again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum ReEntry {
    /// Never.
    Never,
    /// When the pass before has ended.
    #[default]
    OnceOut,
    /// At any time, also while inside.
    AnyTime,
    /// When the last entry is this long ago.
    After {
        /// How long.
        delay: Delay,
    },
}

/// A unit of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DelayUnit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Periods of 24 hours.
    Days,
}

impl DelayUnit {
    /// Every unit, shortest first.
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Minutes, Self::Hours, Self::Days];

    /// How many seconds one is.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3600,
            Self::Days => 86400,
        }
    }

    /// Its name in the plural.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }
}

/// A length of time, as the marketer wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delay {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: DelayUnit,
}

impl Delay {
    /// Longest delay: a year and a day.
    pub const MAX_SECONDS: i64 = 366 * 86400;

    /// Its length in seconds.
    pub const fn seconds(self) -> i64 {
        self.amount as i64 * self.unit.seconds()
    }
}

impl std::fmt::Display for Delay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = self.unit.plural();
        let unit = if self.amount == 1 {
            &plural[..plural.len() - 1]
        } else {
            plural
        };
        write!(f, "{} {unit}", self.amount)
    }
}
