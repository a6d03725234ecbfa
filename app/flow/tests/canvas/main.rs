//! The canvas core, seen from outside.

mod edits;
mod gestures;
mod journey;
mod view;
