//! Push content: what a marketer composes.

mod compile;
mod content;

pub use compile::{
    CompiledPush, RenderProblem, Rendered, RenderedButton, RenderedButtons, template_data,
};
pub use content::{Button, DeliveryClass, Priority, PushContent, TTL_MAX_SECONDS};
