//! Commands other than `serve`: each does one thing and ends.

pub mod doctor;
pub mod functions;
pub mod import;
pub mod key;
pub mod migrate;
pub mod render;
pub mod sandbox;
pub mod user;
