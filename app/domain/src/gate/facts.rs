//! The few facts of a gate's answer: what its reason alone does not say.

use serde::{Deserialize, Serialize};

use crate::push::RenderProblem;

/// What a gate saw when it stopped a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum GateFacts {
    /// A template that failed.
    Template {
        /// The push's field, such as `body` or `buttons[0].title`.
        field: String,
        /// Line of the template, from 1.
        line: u32,
        /// Column of the line, from 1.
        column: u32,
    },
    /// A field that came out unfit: not a link, too long, or empty.
    Field {
        /// The push's field.
        field: String,
    },
    /// A payload's size.
    Size {
        /// Its bytes, as the platform counts them.
        bytes: u32,
        /// The platform's limit.
        limit: u32,
    },
}

impl GateFacts {
    /// Facts of a payload of `bytes` where `limit` is the most.
    pub fn size((bytes, limit): (usize, usize)) -> Self {
        let number = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
        Self::Size {
            bytes: number(bytes),
            limit: number(limit),
        }
    }

    /// A sentence for the contact's page.
    pub fn sentence(&self) -> String {
        match self {
            Self::Template {
                field,
                line,
                column,
            } => {
                format!(
                    "The template of \u{201c}{field}\u{201d} failed at line {line}, column {column}."
                )
            }
            Self::Field { field } => {
                format!("What \u{201c}{field}\u{201d} came out as cannot be sent.")
            }
            Self::Size { bytes, limit } => {
                format!("It is {bytes} bytes; the platform takes at most {limit}.")
            }
        }
    }
}

impl From<&RenderProblem> for GateFacts {
    fn from(problem: &RenderProblem) -> Self {
        let field = problem.field.clone();
        match problem.place {
            Some((line, column)) => Self::Template {
                field,
                line,
                column,
            },
            None => Self::Field { field },
        }
    }
}
