//! Set-up, build, test and bench tasks: `cargo xtask run`, `test`, `build`, `bench`.
//!
//! It owns everything between a fresh clone and a running binary, and nothing
//! that runs inside that binary.

mod bench;
mod build;
mod command;
mod node;
mod packages;
mod postgres;
mod run;
mod site;
mod test;
mod toolchain;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Carillon's tasks.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, build, start with sample data, print a sign-in link
    Run(run::RunArgs),
    /// Set up what is missing and run every test, or only the stages named
    Test(test::TestArgs),
    /// Build the server with the site inside: one self-contained binary
    Build(build::BuildArgs),
    /// Measure sending, ingest and pages beside others or beside less, write docs/benchmarks.md
    Bench(bench::BenchArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Run(args) => run::run(&args),
        Task::Test(args) => test::run(&args),
        Task::Build(args) => build::run(&args),
        Task::Bench(args) => bench::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
