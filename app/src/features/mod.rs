//! One folder per feature: `page.rs`, `api.rs` (its server functions),
//! `state.rs`, and a file per component.

pub mod campaigns;
pub mod contacts;
pub mod devices;
pub mod entrance;
pub mod overview;
pub mod preview;
pub mod pushes;
pub mod settings;
pub mod states;
pub mod virtual_devices;
pub mod workflow;
