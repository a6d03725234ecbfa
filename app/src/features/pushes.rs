//! Pushes: their list, the editor with its live preview, the send test.

pub mod form;
pub mod labels;
pub mod look;
pub mod preview_panel;
pub mod state;
