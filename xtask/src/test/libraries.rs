//! Segment's official libraries, which the program tests run unchanged.

use crate::{
    command, node, packages,
    workspace::{Step, target},
};
use anyhow::Result;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The versions that are run.
const NODE: &str = "@segment/analytics-node@3.1.0";
const PYTHON: &str = "segment-analytics-python==2.4.0";

/// Installs both unless they are there, and says where: `node/` has the packages
/// of npm, `python/` is a virtual environment.
pub(super) fn ensure() -> Result<PathBuf> {
    let folder = target().join("segment");
    ensure_node(&folder.join("node"))?;
    ensure_python(&folder.join("python"))?;
    Ok(folder)
}

fn ensure_node(folder: &Path) -> Result<()> {
    if is_there(folder, NODE) {
        return Ok(());
    }
    node::ensure()?;
    let _step = Step::start(format!("Installing {NODE}"));
    fs::create_dir_all(folder)?;
    fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    command::run_quietly(
        Command::new("npm")
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                NODE,
            ])
            .current_dir(folder),
    )?;
    mark(folder, NODE)
}

fn ensure_python(folder: &Path) -> Result<()> {
    if is_there(folder, PYTHON) {
        return Ok(());
    }
    let has_venv =
        || command::read(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok();
    if !has_venv() {
        packages::install("Python with venv", &["python3-venv"])?;
    }
    let _step = Step::start(format!("Installing {PYTHON}"));
    command::run_quietly(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(folder),
    )?;
    command::run_quietly(Command::new(folder.join("bin/python")).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        PYTHON,
    ]))?;
    mark(folder, PYTHON)
}

/// Whether this version was installed to its end.
fn is_there(folder: &Path, version: &str) -> bool {
    fs::read_to_string(folder.join("installed")).is_ok_and(|found| found == version)
}

fn mark(folder: &Path, version: &str) -> Result<()> {
    Ok(fs::write(folder.join("installed"), version)?)
}
