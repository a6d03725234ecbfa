//! Pages, features and server functions: everything a browser shows and asks.
//!
//! The same code renders on the server (feature `ssr`) and hydrates in the
//! browser (feature `hydrate`). It owns routes, pages, the document around them
//! and the [`error::AppError`] that a browser may see. It must not know SQL,
//! storage or providers: server functions call `service`, nothing deeper.

#[cfg(feature = "ssr")]
pub mod caller;
pub mod error;
pub mod features;
pub mod shell;

pub use error::AppError;
pub use shell::App;
