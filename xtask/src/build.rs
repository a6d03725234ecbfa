//! `cargo xtask build`: the server with the site inside.

use crate::{
    command, site,
    toolchain::Toolchain,
    workspace::{Step, cargo_target, note},
};
use anyhow::Result;
use std::{path::PathBuf, process::ExitCode};

/// What to build.
#[derive(clap::Args)]
pub(crate) struct BuildArgs {
    /// Optimize; for use rather than for development
    #[arg(long)]
    release: bool,
    /// Leave the editors' module as it was last built: for quick work on all other pages
    #[arg(long)]
    pages: bool,
}

/// Builds site and server.
pub(crate) fn run(args: &BuildArgs) -> Result<ExitCode> {
    let toolchain = Toolchain::ensure()?;
    if args.pages {
        site::build_pages()?;
    } else {
        site::build(&toolchain)?;
    }
    let binary = server(&toolchain, args.release)?;
    let megabytes = std::fs::metadata(&binary)?.len() / (1024 * 1024);
    note(format!("{} ({megabytes} MB)", binary.display()));
    Ok(ExitCode::SUCCESS)
}

/// Builds the binary; the site must be there already.
pub(crate) fn server(toolchain: &Toolchain, release: bool) -> Result<PathBuf> {
    let _step = Step::start("Compiling the server");
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--package", "server", "--bin", "carillon"]);
    if release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)?;
    let profile = if release { "release" } else { "debug" };
    Ok(cargo_target().join(profile).join("carillon"))
}
