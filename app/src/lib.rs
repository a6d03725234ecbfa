//! Pages, features and server functions: everything a browser shows and asks.
//!
//! With the feature `ssr` it renders the pages. Without it, it is what the editors in the
//! browser need of it: their features' types and the functions that they call. It owns
//! routes, pages, the document around them and the [`error::AppError`] that a browser may
//! see. It must not know SQL, storage or providers: server functions call `service`,
//! nothing deeper.

#[cfg(feature = "ssr")]
pub mod caller;
pub mod error;
pub mod features;
#[cfg(feature = "ssr")]
pub mod shell;

pub use error::AppError;
/// What knows the path of a server function.
pub use leptos::server_fn::ServerFn;
#[cfg(feature = "ssr")]
pub use shell::App;
