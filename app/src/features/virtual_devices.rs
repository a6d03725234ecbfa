//! Virtual devices: what arrived at the sandbox, drawn as its platform would.
//! There is nothing here without a sandbox in the same process.

pub mod api;
pub mod device;
pub mod page;

pub use page::VirtualDevicesPage;
