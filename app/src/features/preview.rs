//! Notifications as a phone draws them, from the bytes that the provider takes.
//!
//! The editor builds the payload in the browser and draws it; the virtual devices draw
//! what came over the wire. Both go through [`Arrived`] and [`Shown`], so that the
//! preview cannot promise what a device does not show, and both are drawn in the markup
//! that the server writes here: every part of a notification, those not seen `hidden`.

#[cfg(feature = "ssr")]
pub mod android;
pub mod arrived;
pub mod browser;
pub mod cut;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod ios;
pub mod setting;
pub mod shown;
#[cfg(feature = "ssr")]
pub mod web;

pub use arrived::Arrived;
pub use browser::Browser;
pub use cut::Cut;
#[cfg(feature = "ssr")]
pub use device::{DevicePreview, PreviewTemplates};
pub use setting::{Setting, When};
pub use shown::Shown;
