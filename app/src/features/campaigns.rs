//! Campaigns: the list, and the page of one with its workflow, its pushes and
//! what became of them.

pub mod api;
pub mod detail;
pub mod page;
pub mod pushes;

pub use detail::CampaignPage;
pub use page::CampaignsPage;
