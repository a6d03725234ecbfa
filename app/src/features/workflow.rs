//! A campaign's workflow: drawn on a canvas, saved as a draft while it is
//! drawn, published as a revision, watched while it runs.
//!
//! `flow` knows cards and edges, `domain` knows steps; this feature joins the
//! two. Here is what the server writes: all that is static in the editor, and
//! templates of what the editor (`frontend/src/workflow`) makes of them. The
//! parts that it brings to life carry `data-part`.

pub mod api;
#[cfg(feature = "ssr")]
mod bar;
#[cfg(feature = "ssr")]
mod cards;
#[cfg(feature = "ssr")]
mod editor;
pub mod graph;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod palette;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod shortcuts;
#[cfg(feature = "ssr")]
mod surface;
#[cfg(feature = "ssr")]
mod tools;
pub mod words;

#[cfg(feature = "ssr")]
pub use page::WorkflowPage;
