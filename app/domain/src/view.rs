//! Read models: what use cases give to pages, in one request each. Plain data
//! that the server fills and the browser shows.

mod contact;
mod device;
mod list;
mod live;
mod overview;
mod push;
mod send;
mod settings;
mod why;
mod workflow;

pub use contact::*;
pub use device::*;
pub use list::*;
pub use live::*;
pub use overview::*;
pub use push::*;
pub use send::*;
pub use settings::*;
pub use why::*;
pub use workflow::*;
