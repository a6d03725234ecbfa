//! The `carillon` binary: command line, configuration, REST, server-side
//! rendering, sessions and telemetry, and the wiring of every other crate.
//!
//! It owns what only a running process has: the clock, sockets, signals, cookies.
//! It must not know SQL, and it decides nothing that `service` could decide.

pub mod assets;
pub mod browser;
pub mod cli;
pub mod clock;
pub mod commands;
mod database_url;
pub mod demo;
pub mod doors;
pub mod frame;
pub mod headers;
pub mod incident;
pub mod networks;
pub mod output;
pub mod proxies;
pub mod registrations;
pub mod report;
pub mod rest;
pub mod serve;
pub mod server_functions;
pub mod session;
pub mod settings;
pub mod ssr;
pub mod telemetry;
pub mod upload;
pub mod use_cases;
pub mod virtual_devices;
pub mod work;
