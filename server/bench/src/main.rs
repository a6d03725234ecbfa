//! What `cargo xtask bench` measures, each in a process of its own, so that
//! one's memory and processor time are not another's. Every measurement prints
//! one line of JSON.
//!
//! It owns workloads and stopwatches; nothing of the product depends on it.

mod clock;
mod dispatch;
mod import;
mod ingest;
mod pages;
mod process;
mod seed;
mod sink;
mod steps;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Whatever goes wrong in a measurement ends it.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(name = "carillon-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// An APNs that takes everything and keeps nothing; ends with its input
    Sink(sink::SinkArgs),
    /// A database with contacts, devices and decided sends
    Seed(seed::SeedArgs),
    /// The whole engine: decided sends in, recorded outcomes out
    Dispatch(dispatch::DispatchArgs),
    /// The step machine in memory
    StepsInMemory {
        /// Passes to run.
        #[arg(long, default_value_t = 200_000)]
        passes: u32,
    },
    /// The step machine through a database
    Steps(steps::StepsArgs),
    /// Import of a file of contacts and one of devices
    Import(import::ImportArgs),
    /// A handler that reads events and drops them; ends with its input
    BareIngest,
    /// Events over HTTP
    Ingest(ingest::LoadArgs),
    /// A database with contacts and a device of each
    SeedDevices(pages::SeedDevicesArgs),
    /// Pages over HTTP
    Pages(pages::PagesArgs),
    /// The same rows by bare multi-row inserts
    BareInsert {
        /// Where the database is made.
        #[arg(long)]
        dir: PathBuf,
        /// Contacts, each with a device.
        #[arg(long, default_value_t = 100_000)]
        rows: usize,
    },
}

fn main() -> Result<(), Failure> {
    allocator::give_back_soon();
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    match cli.command {
        Command::StepsInMemory { passes } => {
            steps::in_memory(passes);
            Ok(())
        }
        Command::Sink(args) => current_thread()?.block_on(sink::run(args)),
        Command::Seed(args) => many_threads()?.block_on(seed::run(args)),
        Command::Dispatch(args) => many_threads()?.block_on(dispatch::run(args)),
        Command::Steps(args) => many_threads()?.block_on(steps::run(args)),
        Command::Import(args) => many_threads()?.block_on(import::run(args)),
        Command::BareIngest => many_threads()?.block_on(ingest::bare()),
        Command::Ingest(args) => current_thread()?.block_on(ingest::load(args)),
        Command::SeedDevices(args) => many_threads()?.block_on(pages::fill(args)),
        Command::Pages(args) => current_thread()?.block_on(pages::open(args)),
        Command::BareInsert { dir, rows } => many_threads()?.block_on(import::bare(dir, rows)),
    }
}

fn current_thread() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn many_threads() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
