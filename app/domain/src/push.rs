//! Push content: what a marketer composes.

mod compile;
mod content;
mod raw;

pub use compile::{
    CompiledPush, RenderProblem, Rendered, RenderedButton, RenderedButtons, contact_json,
    template_data, template_data_of,
};
pub use content::{Button, DeliveryClass, Priority, PushContent, TTL_MAX_SECONDS};
pub use raw::{DELIVERY_PLACE, RawPush, RawPushType};
