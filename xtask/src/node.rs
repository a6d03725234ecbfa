//! Node and the few packages that only it has: `wasm-opt`, esbuild, Playwright.

use crate::{
    command,
    workspace::{Step, root},
};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::{fs, path::PathBuf, process::Command};

/// The oldest whose test runner ends what hangs.
const OLDEST_NODE: (u32, u32) = (20, 11);

/// `end2end`, where the packages are listed and kept.
pub(crate) fn directory() -> PathBuf {
    root().join("end2end")
}

/// A packaged program, as in `node_modules/.bin`.
pub(crate) fn program(name: &str) -> Command {
    Command::new(directory().join("node_modules/.bin").join(name))
}

/// Installs the locked packages unless they are there already.
pub(crate) fn ensure() -> Result<()> {
    let version = command::read(Command::new("node").arg("--version")).context(
        "Node is missing; install Node 20.11 or newer from https://nodejs.org (wasm-opt and the browser tests need it)",
    )?;
    let numbers = version.trim_start_matches('v').split('.');
    let mut numbers = numbers.map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        bail!("`node --version` says {version:?}");
    };
    if (major, minor) < OLDEST_NODE {
        let (major, minor) = OLDEST_NODE;
        bail!("Node {version} is too old; install Node {major}.{minor} or newer");
    }

    let lock = fs::read(directory().join("package-lock.json"))?;
    let wanted = format!("{:x} {version}", Sha256::digest(&lock));
    let stamp = directory().join("node_modules/.carillon-stamp");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let _step = Step::start("Installing npm packages (binaryen, esbuild, playwright-core)");
    command::run_quietly(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(directory()),
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}
