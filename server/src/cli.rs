//! The command line. Each command is a variant here and a function elsewhere.

use crate::{
    commands::{doctor, functions, import, key, migrate, render, sandbox, user},
    output, serve, settings,
};
use clap::{Args, Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// What a command can fail with: a message for a person, already complete.
pub type CommandError = Box<dyn std::error::Error>;

/// Self-hosted push-notification campaigns.
#[derive(Debug, Parser)]
#[command(name = "carillon", version, propagate_version = true)]
pub struct Cli {
    /// Settings file; without it `carillon.toml` in the current directory, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and the API, and run everything behind them
    Serve(SettingsArgs),
    /// Bring the database to this version; `serve` does it too unless told not to
    Migrate(DataArgs),
    /// Import contacts or devices from CSV or NDJSON
    ///
    /// Exits with 0 when all rows were taken, 1 when some were rejected, 2 when nothing was
    /// read.
    Import(import::ImportArgs),
    /// Add users
    #[command(subcommand)]
    User(user::UserCommand),
    /// Make API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Play the push services: a simulator to send to
    Sandbox(Box<sandbox::SandboxArgs>),
    /// Check database, credentials, clock and port, and say what to do
    Doctor(SettingsArgs),
    /// Render templates: JSON lines {template, data} in, {result} or {error} out
    Render,
    /// List the functions that pages call
    #[command(hide = true)]
    Functions,
    /// Show the settings in force and where each came from, secrets masked
    Config(SettingsArgs),
}

/// Flags that override the settings of the same name.
#[derive(Debug, Args)]
struct SettingsArgs {
    #[command(flatten)]
    settings: settings::Flags,
}

/// Flags that say where the data is.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// Database: `sqlite://FILE` or `postgres://…` [default: a file in the data directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Directory for the database file, the sealing key and uploads [default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl DataArgs {
    fn flags(&self) -> settings::Flags {
        settings::Flags {
            database: self.database.clone(),
            data_dir: self.data_dir.clone(),
            ..settings::Flags::default()
        }
    }
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let file = self.config.as_deref();
        match self.command {
            Command::Serve(args) => {
                let loaded = settings::load(file, &args.settings)?;
                serve::run(loaded.settings)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Migrate(data) => {
                let loaded = settings::load(file, &data.flags())?;
                serve::runtime()?.block_on(migrate::run(&loaded.settings))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Import(args) => {
                let imported = settings::load(file, &args.data.flags())
                    .map_err(CommandError::from)
                    .and_then(|loaded| {
                        serve::runtime()?.block_on(import::run(&loaded.settings, args))
                    });
                Ok(imported.unwrap_or_else(|error| import::nothing_read(&error)))
            }
            Command::User(command) => {
                let loaded = settings::load(file, &command.data().flags())?;
                serve::runtime()?.block_on(user::run(&loaded.settings, command))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Key(command) => {
                let loaded = settings::load(file, &command.data().flags())?;
                serve::runtime()?.block_on(key::run(&loaded.settings, command))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Sandbox(args) => {
                serve::runtime()?.block_on(sandbox::run(*args))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Doctor(args) => {
                let loaded = settings::load(file, &args.settings)?;
                serve::runtime()?.block_on(doctor::run(&loaded.settings))
            }
            Command::Render => {
                render::run()?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Functions => {
                functions::run()?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Config(args) => {
                let loaded = settings::load(file, &args.settings)?;
                output::line(loaded)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
