//! `cargo xtask run`: from a fresh clone to a page in the browser.

use crate::{
    build, site,
    toolchain::Toolchain,
    workspace::{Step, root},
};
use anyhow::{Context, Result};
use std::process::{Command, ExitCode};

/// How to start.
#[derive(clap::Args)]
pub(crate) struct RunArgs {
    /// More flags for `carillon serve`, as in `-- --listen 127.0.0.1:4000`
    #[arg(last = true)]
    serve: Vec<String>,
}

/// Sets up, builds, and serves until interrupted.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode> {
    let toolchain = Toolchain::ensure()?;
    site::build(&toolchain)?;
    let binary = build::server(&toolchain, false)?;
    Step::start("Starting Carillon; Ctrl-C stops it");
    let mut command = Command::new(&binary);
    // Sample data lands beside the sources, in a folder that git ignores.
    command
        .args(["serve", "--demo"])
        .args(&args.serve)
        .current_dir(root());
    become_it(command).with_context(|| format!("starting {}", binary.display()))
}

/// Turns this process into the server, so that signals and exit codes are its own.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
