//! The command line. Each command is a variant here and a function elsewhere.

use crate::{commands::render, serve, settings};
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
    /// Render templates: JSON lines {template, data} in, {result} or {error} out
    Render,
    /// Show the settings in force and where each came from, secrets masked
    Config(SettingsArgs),
}

/// Flags that override the settings of the same name.
#[derive(Debug, Args)]
struct SettingsArgs {
    #[command(flatten)]
    settings: settings::Flags,
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
            Command::Render => {
                render::run()?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Config(args) => {
                let loaded = settings::load(file, &args.settings)?;
                print!("{loaded}");
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
