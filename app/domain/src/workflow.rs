//! Workflows: the drawn graph, its validation, and the pure step machine
//! that the engine runs against the database and the simulator against a
//! virtual clock.

mod check;
mod condition;
mod graph;
mod machine;
mod revision;
mod state;
mod step;

pub use check::{GraphProblem, check};
pub use condition::{Comparison, Condition, Match, Operator, Subject};
pub use graph::{Edge, Graph, Node, StepId};
pub use machine::{
    Effect, EndReason, Entry, Facts, Pass, Position, Previous, Transition, advance, may_enter, run,
};
pub use revision::{Revision, RevisionError};
pub use state::WorkflowState;
pub use step::{Delay, DelayUnit, Port, ReEntry, Step, StepKind, Trigger};

#[cfg(test)]
mod tests;
