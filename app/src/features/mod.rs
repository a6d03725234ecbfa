//! One folder per feature: `page.rs`, `api.rs` (its server functions),
//! `state.rs`, and a file per component.

pub mod entrance;
pub mod preview;
pub mod pushes;
pub mod states;
