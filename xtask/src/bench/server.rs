//! The optimized server as a child process, over a database of its own.

use super::{Measured, Programs};
use crate::command;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A running `carillon serve`. Dropping it stops it.
pub(super) struct Server {
    process: Child,
    binary: PathBuf,
    dir: PathBuf,
    /// Where it listens.
    pub(super) address: String,
    /// The first administrator's link, where there is none yet.
    pub(super) link: Option<String>,
}

impl Server {
    /// Starts it on the data in this folder.
    pub(super) fn start(programs: &Programs, dir: &Path) -> Result<Self> {
        const READY: &str = "listening on http://";
        let mut process = command(&programs.server, dir)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the server could not be started")?;
        let output = process.stdout.take().context("the server has no output")?;
        let (mut link, mut address) = (None, None);
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(at) = line.strip_prefix(READY) {
                address = Some(at.to_owned());
                break;
            }
            link = line.strip_prefix("sign in at ").map(str::to_owned);
        }
        Ok(Self {
            process,
            binary: programs.server.clone(),
            dir: dir.to_owned(),
            address: address.context("the server ended before it listened")?,
            link,
        })
    }

    /// A new key with these scopes.
    pub(super) fn key(&self, scopes: &str) -> Result<String> {
        let mut command = command(&self.binary, &self.dir);
        command.args(["key", "add", "--name", "bench", "--scope", scopes]);
        command::read(&mut command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Our own child, by the id that we were given.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The binary in this folder, away from the settings of the one who measures.
pub(super) fn command(binary: &Path, dir: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(dir);
    for (name, _) in std::env::vars() {
        if name.starts_with("CARILLON_") {
            command.env_remove(name);
        }
    }
    command
}

/// An empty folder.
pub(super) fn fresh(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    fs::create_dir_all(dir)?;
    Ok(())
}

/// A handler that reads what it is sent and drops it. Dropping it ends it.
pub(super) struct Bare {
    process: Child,
    pub(super) address: String,
}

#[derive(Deserialize)]
struct Ready {
    address: String,
}

impl Bare {
    pub(super) fn start(programs: &Programs) -> Result<Self> {
        let mut process = Command::new(&programs.bench)
            .arg("bare-ingest")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the bare handler could not be started")?;
        let output = process.stdout.take().context("it has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Ready =
            serde_json::from_str(&line).with_context(|| format!("it said {line:?}"))?;
        Ok(Self {
            process,
            address: ready.address,
        })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // Its input ends with this.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Posts events to an address.
pub(super) fn load(
    programs: &Programs,
    address: &str,
    key: &str,
    more: &[&str],
) -> Result<Measured> {
    let args = [&["ingest", "--address", address, "--key", key], more].concat();
    programs.bench(&args)
}
