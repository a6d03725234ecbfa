//! HTTP/2 over TLS as a provider speaks it, with ways to misbehave on purpose.
//!
//! One task serves one connection and answers in the order in which requests
//! arrive, without a task per request: the sandbox is also the sink that
//! throughput is measured against, and must not be what is slow.

mod connection;
mod io;
mod listener;
mod plan;

pub(crate) use listener::{Listener, listen};
pub(crate) use plan::{Act, Head, Plan, Reply, Service};
