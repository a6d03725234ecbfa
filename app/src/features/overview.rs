//! The first page: what was sent today and what became of it, and until
//! anything can be sent, what there is still to set up.

pub mod api;
pub mod days;
pub mod page;
pub mod steps;
pub mod today;

pub use page::OverviewPage;
