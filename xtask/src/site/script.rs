//! One script from `frontend/pages/main.js` and what it imports: what all pages do.

use crate::{command, node, workspace::root};
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Bundles and minifies; a missing import fails the build.
pub(super) fn bundle(scratch: &Path) -> Result<Vec<u8>> {
    let script = scratch.join("pages.js");
    command::run_quietly(
        node::program("esbuild")
            .arg(root().join("frontend/pages/main.js"))
            .args(["--bundle", "--format=esm", "--minify", "--target=es2022"])
            .arg("--log-level=warning")
            .arg(format!("--outfile={}", script.display())),
    )?;
    fs::read(&script).context("esbuild wrote no script")
}
