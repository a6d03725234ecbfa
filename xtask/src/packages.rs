//! The system's packages, where the system is Debian or a relative of it.

use crate::{
    command::{self, find, is_root},
    workspace::Step,
};
use anyhow::{Context, Result, bail};
use std::{
    process::{Command, Stdio},
    sync::OnceLock,
};

/// A command that runs as root: as it is, or through `sudo` where that asks nothing.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    if is_root() {
        return Ok(Command::new(program));
    }
    let quiet = find("sudo").is_some()
        && Command::new("sudo")
            .args(["-n", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    if !quiet {
        bail!("this needs root, and `sudo` is absent or asks for a password");
    }
    let mut command = Command::new("sudo");
    command.args(["-n", "DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

/// Installs packages with apt. On failure the message holds the command to run by hand.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "{what} is missing and could not be installed; run \
         `sudo apt-get update && sudo apt-get install -y {}` \
         or install it your system's own way",
        packages.join(" ")
    );
    if find("apt-get").is_none() {
        bail!("{by_hand}");
    }
    let _step = Step::start(format!("Installing {what} ({})", packages.join(" ")));
    update_lists().with_context(|| by_hand.clone())?;
    command::run_quietly(
        as_root("apt-get")
            .with_context(|| by_hand.clone())?
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
    )
    .context(by_hand)
}

/// Once a run is enough.
fn update_lists() -> Result<()> {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_none() {
        command::run_quietly(as_root("apt-get")?.arg("update"))?;
        DONE.get_or_init(|| ());
    }
    Ok(())
}
