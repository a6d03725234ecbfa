//! `carillon user`: adds users, and makes new links for those who lost theirs.

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::people::{Principal, Role};
use service::{NoBell, PageRequest, ServiceError};

use crate::cli::{CommandError, DataArgs};
use crate::output;
use crate::settings::Settings;
use crate::use_cases;

/// What to do about users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user; prints a one-time link
    Add(AddArgs),
    /// Make a new one-time link for a user, who may sign in with it and choose a new password
    Link(LinkArgs),
}

/// Whom to add.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Email address
    email: String,
    /// viewer, developer, marketer or administrator
    #[arg(long, value_parser = role)]
    role: Role,
    #[command(flatten)]
    data: DataArgs,
}

/// For whom to make a link.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// Email address
    email: String,
    #[command(flatten)]
    data: DataArgs,
}

impl UserCommand {
    /// Where the data is.
    pub const fn data(&self) -> &DataArgs {
        match self {
            Self::Add(args) => &args.data,
            Self::Link(args) => &args.data,
        }
    }
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("there are {}", known.join(", "))
    })
}

/// Prints a link on standard output, alone.
pub async fn run(settings: &Settings, command: UserCommand) -> Result<(), CommandError> {
    let store = use_cases::store(settings).await?;
    let service = use_cases::open(settings, store.clone(), Arc::new(NoBell)).await?;
    let system = Principal::System;
    let added = match command {
        UserCommand::Add(args) => service.add_user(&system, &args.email, args.role).await?,
        UserCommand::Link(args) => {
            let wanted = args.email.trim().to_lowercase();
            let users = service
                .list_users(&system, &PageRequest::first(500))
                .await?;
            let user = users
                .items
                .into_iter()
                .find(|user| user.email == wanted)
                .ok_or_else(|| {
                    ServiceError::not_found(format!("A user with the email {wanted}"))
                })?;
            service.renew_link(&system, user.id).await?
        }
    };
    store.close().await;
    let base = settings
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", settings.listen));
    let base = base.trim_end_matches('/');
    output::line(format_args!("{base}/welcome/{}", added.link_token))?;
    eprintln!(
        "hand this link to {}; it works once, for seven days",
        added.user.email
    );
    Ok(())
}
