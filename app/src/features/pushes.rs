//! Pushes: their list, the editor with its live preview, the send test.

pub mod api;
pub mod contact_picker;
pub mod editor;
pub mod form;
pub mod labels;
pub mod leaving;
pub mod look;
pub mod page;
pub mod preview_panel;
pub mod sample;
pub mod saving;
pub mod send_test;
pub mod state;

pub use editor::PushEditorPage;
pub use page::PushesPage;
