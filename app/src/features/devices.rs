//! Devices: find one by its contact, its own identifier or its push token.

pub mod api;
pub mod page;

pub use page::DevicesPage;
