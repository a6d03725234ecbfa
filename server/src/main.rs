//! Starts the `carillon` binary; everything it does is in the library beside it.

use clap::Parser;
use mimalloc::MiMalloc;
use server::report::Report;
use std::process::ExitCode;

/// Requests and deliveries are many small pieces of memory, taken on one thread and
/// given back on another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match server::cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("carillon: {}", Report(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
