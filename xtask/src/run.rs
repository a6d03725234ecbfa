//! `cargo xtask run`: from a fresh clone to a page in the browser.

use crate::{build, site, toolchain::Toolchain, workspace::Step};
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
    let step = Step::start("Starting Carillon; Ctrl-C stops it");
    drop(step);
    let status = Command::new(&binary)
        .arg("serve")
        .args(&args.serve)
        .status()
        .with_context(|| format!("starting {}", binary.display()))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
