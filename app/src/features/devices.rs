//! Devices: find one by whatever is in hand, see why it is silent, and act on it.

pub mod acts;
pub mod api;
pub mod binding;
pub mod deliveries;
pub mod filter;
pub mod live;
pub mod page;
pub mod raw;
pub mod refused;
pub mod register;
pub mod verdict;
pub mod verify;

pub use binding::DevicePage;
pub use page::DevicesPage;
pub use register::RegisterDevicePage;
