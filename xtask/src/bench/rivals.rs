//! The sink, and the programs that are measured beside the engine.

use super::{CONNECTIONS, Measured, measure};
use crate::{
    command, node, packages,
    workspace::{Step, root, target},
};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// The version that is measured.
const NODE_APN: &str = "@parse/node-apn@8.1.0";

/// Installs h2load and node-apn unless they are there.
pub(super) fn ensure() -> Result<()> {
    if command::find("h2load").is_none() {
        packages::install("h2load", &["nghttp2-client"])?;
    }
    node::ensure()?;
    let scratch = scratch();
    if !scratch.join("node_modules/@parse/node-apn").exists() {
        let _step = Step::start("Installing node-apn");
        fs::create_dir_all(&scratch)?;
        fs::write(
            scratch.join("package.json"),
            "{\"private\": true, \"type\": \"module\"}\n",
        )?;
        command::run_quietly(
            Command::new("npm")
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                    NODE_APN,
                ])
                .current_dir(&scratch),
        )?;
    }
    // Node finds packages beside the script that wants them.
    fs::copy(
        root().join("xtask/src/bench/node_apn.mjs"),
        scratch.join("node_apn.mjs"),
    )?;
    Ok(())
}

fn scratch() -> PathBuf {
    target().join("bench/node")
}

/// The sink, in a process of its own.
pub(super) struct Sink {
    process: Child,
    pub(super) dir: PathBuf,
    pub(super) address: String,
    pub(super) team: String,
    pub(super) key: String,
}

#[derive(Deserialize)]
struct Ready {
    address: String,
    team: String,
    key: String,
    authorization: String,
}

impl Sink {
    pub(super) fn start(bench: &Path, dir: &Path) -> Result<Self> {
        let mut process = Command::new(bench)
            .arg("sink")
            .arg("--dir")
            .arg(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sink could not be started")?;
        let output = process.stdout.take().context("the sink has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Ready =
            serde_json::from_str(&line).with_context(|| format!("the sink said {line:?}"))?;
        fs::write(dir.join("authorization"), ready.authorization)?;
        Ok(Self {
            process,
            dir: dir.to_owned(),
            address: ready.address,
            team: ready.team,
            key: ready.key,
        })
    }

    /// h2load's figure for the same sink and a body of the same size.
    pub(super) fn h2load(&self, pushes: &str) -> Result<Measured> {
        let body = self.dir.join("body.json");
        fs::write(
            &body,
            format!(r#"{{"aps":{{"alert":"{}"}}}}"#, "x".repeat(180)),
        )?;
        let authorization = fs::read_to_string(self.dir.join("authorization"))?;
        let url = format!("https://{}/3/device/{}", self.address, "0a".repeat(32));
        // One push first: the sink's connections take more once it passed.
        let output = command::read(
            Command::new("h2load")
                .args([
                    "-n",
                    pushes,
                    "-c",
                    CONNECTIONS,
                    "-m",
                    "125",
                    "-t",
                    "1",
                    "-d",
                ])
                .arg(&body)
                .args(["-H", &format!("authorization: {authorization}")])
                .args([
                    "-H",
                    "apns-topic: com.example.app",
                    "-H",
                    "apns-push-type: alert",
                ])
                .arg(url),
        )?;
        read_h2load(&output, pushes)
    }

    pub(super) fn node_apn(&self, pushes: &str) -> Result<Measured> {
        let (host, port) = self
            .address
            .rsplit_once(':')
            .context("an address with a port")?;
        measure(
            Command::new("node")
                .arg("node_apn.mjs")
                .args([host, port])
                .arg(&self.dir)
                .args([&self.team, &self.key, pushes])
                .current_dir(scratch()),
        )
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Its input ends with this.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// `finished in 1.62s, 123456.78 req/s, …` and `status codes: 200000 2xx, …`.
fn read_h2load(output: &str, pushes: &str) -> Result<Measured> {
    let words = |mark: &str| {
        let line = output.lines().find(|line| line.starts_with(mark));
        line.map(|line| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
    };
    let finished = words("finished in").context("h2load did not finish")?;
    let per_second = finished
        .iter()
        .position(|word| word.starts_with("req/s"))
        .and_then(|at| finished.get(at.checked_sub(1)?)?.parse().ok())
        .with_context(|| format!("h2load said {finished:?}"))?;
    let codes = words("status codes:").context("h2load counted no answers")?;
    anyhow::ensure!(
        codes.get(2).is_some_and(|count| count == pushes),
        "h2load was not answered with 200 alone: {codes:?}"
    );
    Ok(Measured {
        per_second,
        cpu_us_each: None,
        peak_mb: None,
        filed_per_second: None,
        count: pushes.parse()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h2loads_figures_are_read() {
        let output = "finished in 1.62s, 123456.78 req/s, 9.1MB/s\n\
            requests: 200 total, 200 started, 200 done, 200 succeeded, 0 failed\n\
            status codes: 200 2xx, 0 3xx, 0 4xx, 0 5xx\n";
        let measured = read_h2load(output, "200").expect("a figure");
        assert!((measured.per_second - 123_456.78).abs() < 0.001);
        assert!(
            read_h2load(output, "201").is_err(),
            "one was not answered with 200"
        );
    }
}
