//! The whole engine against a real database of either kind and the sandbox's
//! providers over real sockets.

#[macro_use]
mod world;

mod addresses;
mod crash;
mod hygiene;
mod journey;
mod neighbors;
mod outcomes;
mod retries;
