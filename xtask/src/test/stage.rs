//! The stages of a test run, in order, and the one that Node runs.

use super::{cargo::stream, tally::Tally};
use crate::node;
use anyhow::{Context, Result, bail};
use std::{fmt, fs, process::Command, time::Duration};

/// A part of the test run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Stage {
    /// rustfmt
    Format,
    /// The WASM build and its size
    Site,
    /// clippy, warnings denied
    Lint,
    /// Tests beside the code, and documentation's examples
    Unit,
    /// Every repository function on SQLite and PostgreSQL
    Conformance,
    /// Crates and the real binary from outside
    Program,
    /// The real binary in Chromium
    Browser,
}

impl Stage {
    /// In the order of running: cheap first, and the site before what carries it.
    pub(crate) const ALL: [Self; 7] = [
        Self::Format,
        Self::Site,
        Self::Lint,
        Self::Unit,
        Self::Conformance,
        Self::Program,
        Self::Browser,
    ];
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "format",
            Self::Site => "site",
            Self::Lint => "lint",
            Self::Unit => "unit",
            Self::Conformance => "conformance",
            Self::Program => "program",
            Self::Browser => "browser",
        })
    }
}

/// No file of browser tests takes as long.
const HANGS_AFTER: Duration = Duration::from_mins(10);

/// Runs `end2end/specs` with Node's own test runner, one file at a time: each
/// starts a server and a browser, and two cores carry no more.
pub(super) fn browser() -> Result<Tally> {
    let specs = node::directory().join("specs");
    let mut files: Vec<_> = fs::read_dir(&specs)
        .with_context(|| format!("reading {}", specs.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.js"))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{} holds no *.test.js", specs.display());
    }
    let mut tally = Tally::default();
    let ok = stream(
        Command::new("node")
            .args(["--test", "--test-reporter=tap", "--test-concurrency=1"])
            // Of a file as of a test: what hangs is a failure.
            .arg(format!("--test-timeout={}", HANGS_AFTER.as_millis()))
            .args(&files)
            .current_dir(node::directory()),
        |line| tally.read_tap(line),
    )?;
    if !ok && tally.failed == 0 {
        tally.add(&Tally::failed_once("the browser tests ended early".into()));
    }
    Ok(tally)
}
