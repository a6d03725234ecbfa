//! Push content: what a marketer composes.

mod button;
mod compile;
mod content;
mod data;
mod overrides;
mod raw;
mod rendered;

pub use button::{ActionKind, Button};
pub use compile::{CompiledPush, Needs};
pub use content::{DeliveryClass, Priority, PushContent, PushFormat, TTL_MAX_SECONDS};
pub use data::{StoredAttributes, contact_json, template_data, template_data_of};
pub use overrides::{Overrides, PlatformOverride, SILENT};
pub use raw::{DELIVERY_PLACE, RawPush, RawPushType};
pub use rendered::{RenderProblem, Rendered, RenderedButton, RenderedButtons};
