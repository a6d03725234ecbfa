//! The stages that cargo runs. They select the same packages, whose dependencies have
//! the features that `-p server` gives them: one build serves run, test and browser.

use super::tally::Tally;
use crate::{
    command,
    toolchain::{Toolchain, WASM},
};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

/// Everything but `frontend` and `dom`, which are for WASM alone, and this crate. They
/// would give shared dependencies other features and so build all that use them twice.
const NATIVE: [&str; 7] = [
    "--workspace",
    "--exclude",
    "frontend",
    "--exclude",
    "dom",
    "--exclude",
    "xtask",
];

/// This crate.
const TASKS: [&str; 2] = ["--package", "xtask"];

/// The package whose tests run on both databases.
const STORAGE: &str = "storage";

/// A command that is one check.
pub(super) fn check(what: &str, command: &mut Command) -> Tally {
    match command::run(command) {
        Ok(()) => Tally::passed_once(),
        Err(error) => Tally::failed_once(format!("{what}: {error:#}")),
    }
}

/// clippy for the server's side, for this crate and for the browser's side.
pub(super) fn lint(toolchain: &Toolchain) -> Tally {
    let mut tally = Tally::default();
    for (what, packages) in [("clippy", &NATIVE[..]), ("clippy for xtask", &TASKS)] {
        tally.add(&check(
            what,
            toolchain.cargo().arg("clippy").args(packages).args([
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]),
        ));
    }
    tally.add(&check(
        "clippy for WASM",
        toolchain
            .cargo()
            .args(["clippy", "--package", "frontend", "--target", WASM])
            // The profile whose macros and build scripts are built already.
            .args(["--profile", "wasm-release", "--", "-D", "warnings"]),
    ));
    tally
}

/// Tests beside the code, then the examples in the documentation.
pub(super) fn unit(toolchain: &Toolchain) -> Result<Tally> {
    let mut tally = test(toolchain, &NATIVE, &["--lib", "--bins"], None)?;
    tally.add(&test(toolchain, &NATIVE, &["--doc"], None)?);
    tally.add(&test(toolchain, &TASKS, &["--bins"], None)?);
    Ok(tally)
}

/// `server/storage/tests`.
pub(super) fn conformance(toolchain: &Toolchain, postgres: Option<&str>) -> Result<Tally> {
    let targets = test_targets(toolchain, |package| package == STORAGE)?;
    test(toolchain, &NATIVE, &as_flags(&targets), postgres)
}

/// Every other crate's `tests` folder; `server/tests` runs the binary itself.
/// `libraries` is where Segment's are.
pub(super) fn program(
    toolchain: &Toolchain,
    postgres: Option<&str>,
    libraries: Option<&Path>,
) -> Result<Tally> {
    let targets = test_targets(toolchain, |package| package != STORAGE)?;
    let mut command = toolchain.cargo();
    if let Some(libraries) = libraries {
        command.env("CARILLON_SEGMENT_LIBRARIES", libraries);
    }
    test_with(command, &NATIVE, &as_flags(&targets), postgres)
}

fn as_flags(targets: &[String]) -> Vec<&str> {
    targets
        .iter()
        .flat_map(|target| ["--test", target.as_str()])
        .collect()
}

/// `cargo test` on a selection of targets; goes on after the first failure.
fn test(
    toolchain: &Toolchain,
    packages: &[&str],
    selection: &[&str],
    postgres: Option<&str>,
) -> Result<Tally> {
    test_with(toolchain.cargo(), packages, selection, postgres)
}

/// The same by a command that says more of its surroundings.
fn test_with(
    mut command: Command,
    packages: &[&str],
    selection: &[&str],
    postgres: Option<&str>,
) -> Result<Tally> {
    command
        .arg("test")
        .args(packages)
        .arg("--no-fail-fast")
        .args(selection);
    if let Some(url) = postgres {
        command.env("CARILLON_TEST_POSTGRES", url);
    }
    let mut tally = Tally::default();
    let ok = stream(&mut command, |line| tally.read_libtest(line))?;
    if !ok && tally.failed == 0 {
        tally.add(&Tally::failed_once(format!(
            "cargo test {} {}: did not compile, or a test binary crashed",
            packages.join(" "),
            selection.join(" ")
        )));
    }
    Ok(tally)
}

/// The names of the test targets in the chosen packages.
fn test_targets(toolchain: &Toolchain, chosen: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let text =
        command::read(
            toolchain
                .cargo()
                .args(["metadata", "--no-deps", "--format-version=1"]),
        )?;
    let metadata: Value = serde_json::from_str(&text)?;
    let mut names = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if !package["name"].as_str().is_some_and(&chosen) {
            continue;
        }
        for target in package["targets"].as_array().into_iter().flatten() {
            if target["kind"][0] == "test"
                && let Some(name) = target["name"].as_str()
            {
                names.push(name.to_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    if names.is_empty() {
        bail!("no tests were found where there should be some");
    }
    Ok(names)
}

/// Runs a command, shows its output as it comes, and reads it line by line. Says
/// whether the command succeeded.
pub(super) fn stream(command: &mut Command, mut read: impl FnMut(&str)) -> Result<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
    let output = child.stdout.take().context("a child without output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        read(&line);
    }
    Ok(child.wait()?.success())
}
