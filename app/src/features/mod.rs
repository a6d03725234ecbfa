//! One folder per feature: `page.rs`, `api.rs` (its server functions), and a file per
//! component. Of the features that have an editor, the browser sees `api.rs` and what is
//! pure.

#[cfg(feature = "ssr")]
pub mod campaigns;
#[cfg(feature = "ssr")]
pub mod contacts;
#[cfg(feature = "ssr")]
pub mod devices;
#[cfg(feature = "ssr")]
pub mod entrance;
#[cfg(feature = "ssr")]
pub mod overview;
pub mod preview;
pub mod pushes;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod states;
#[cfg(feature = "ssr")]
pub mod virtual_devices;
pub mod workflow;
