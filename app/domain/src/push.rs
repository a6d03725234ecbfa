//! Push content: what a marketer composes.

mod compile;
mod content;

pub use compile::{CompiledPush, RenderProblem, Rendered, RenderedButton, RenderedButtons};
pub use content::{Button, DeliveryClass, Priority, PushContent, TTL_MAX_SECONDS};
