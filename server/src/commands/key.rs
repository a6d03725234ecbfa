//! `carillon key`: makes API keys, beside a running server too.

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::people::{Principal, Scope};
use service::NoBell;

use crate::cli::{CommandError, DataArgs};
use crate::output;
use crate::settings::Settings;
use crate::use_cases;

/// What to do about keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key; prints it alone on standard output, this once
    Add(AddArgs),
}

/// Which key to make.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What it is for
    #[arg(long)]
    name: String,
    /// ingest, read or manage; several with commas
    #[arg(long, required = true, value_delimiter = ',', value_parser = scope)]
    scope: Vec<Scope>,
    #[command(flatten)]
    data: DataArgs,
}

impl KeyCommand {
    /// Where the data is.
    pub const fn data(&self) -> &DataArgs {
        match self {
            Self::Add(args) => &args.data,
        }
    }
}

fn scope(name: &str) -> Result<Scope, String> {
    Scope::parse(name).ok_or_else(|| "there are ingest, read and manage".to_owned())
}

/// Prints the key on standard output, alone.
pub async fn run(settings: &Settings, command: KeyCommand) -> Result<(), CommandError> {
    let KeyCommand::Add(args) = command;
    let store = use_cases::store(settings).await?;
    let service = use_cases::open(settings, store.clone(), Arc::new(NoBell)).await?;
    let (_, secret) = service
        .add_key(&Principal::System, &args.name, &args.scope)
        .await?;
    store.close().await;
    output::line(secret.expose())?;
    Ok(())
}
