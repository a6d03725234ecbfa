//! Starts the `carillon` binary; everything it does is in the library beside it.

use clap::Parser;
use server::report::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    allocator::give_back_soon();
    match server::cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("carillon: {}", Report(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
