//! Commands other than `serve`: each does one thing and ends.

pub mod render;
