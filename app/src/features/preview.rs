//! Notifications as a phone draws them, from the bytes that the provider takes.
//!
//! The editor builds the payload in the browser and draws it here; the virtual
//! devices draw what came over the wire. Both go through [`Arrived`] and
//! [`Shown`], so that the preview cannot promise what a device does not show.

pub mod android;
pub mod arrived;
pub mod device;
pub mod ios;
pub mod measure;
pub mod shown;

pub use arrived::Arrived;
pub use device::{DevicePreview, Setting, When};
pub use measure::Cut;
pub use shown::Shown;
