//! Pushes: their list, the editor with its live preview, the send test. The server writes
//! all markup; what the editor does in the browser is in `frontend`, with the modules here
//! that need no server.

pub mod api;
pub mod apps;
#[cfg(feature = "ssr")]
pub mod contact_picker;
#[cfg(feature = "ssr")]
pub mod editor;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod inspector;
pub mod labels;
pub mod look;
pub mod mistakes;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod preview_panel;
pub mod remarks;
pub mod sample;
#[cfg(feature = "ssr")]
pub mod sample_fields;
#[cfg(feature = "ssr")]
pub mod send_test;
pub mod start;
pub mod state;
pub mod weighed;

#[cfg(feature = "ssr")]
pub use editor::PushEditorPage;
#[cfg(feature = "ssr")]
pub use page::PushesPage;
