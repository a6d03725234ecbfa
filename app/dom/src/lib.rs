//! Elements of a page: found where the server wrote them, or made, and kept up to
//! date with signals.
//!
//! The editors are the only pages with a module, and it has to stay small, so what is
//! static stands in the server's markup and this crate changes it. Nothing here is
//! generic beyond a call's first line: closures are boxed at once, so each use costs the
//! closure and nothing else. It knows no page and no component.

#![expect(
    clippy::return_self_not_must_use,
    reason = "an element that stands in the page is of use without being put anywhere"
)]

mod build;
mod follow;
mod list;
mod page;
mod window;

pub use build::{El, by_id, find};
pub use follow::{follow, start};
pub use page::{Timer, on_page_first};
pub use window::{focused, go, is_hidden, next_frame, on_window, reload, say_done, target_of};
