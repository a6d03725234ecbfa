//! From Rust to a small WASM module and the script that loads it.

use crate::{
    command, node,
    toolchain::{Toolchain, WASM},
    workspace::cargo_target,
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

/// The profile of `Cargo.toml` that makes small modules.
const PROFILE: &str = "wasm-release";

/// What browsers load.
pub(super) struct Module {
    pub(super) wasm: Vec<u8>,
    pub(super) script: Vec<u8>,
}

/// Compiles `frontend`; cargo knows best whether anything changed.
pub(super) fn compile(toolchain: &Toolchain) -> Result<PathBuf> {
    command::run(toolchain.cargo().args([
        "build",
        "--package",
        "frontend",
        "--target",
        WASM,
        "--profile",
        PROFILE,
    ]))?;
    Ok(cargo_target()
        .join(WASM)
        .join(PROFILE)
        .join("frontend.wasm"))
}

/// The features that rustc's WASM uses and every current browser has; wasm-opt
/// refuses a module with features that it was not told of.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Writes the script with wasm-bindgen, in the version of the lock file by
/// construction, then makes both small.
pub(super) fn bind(raw: &Path, scratch: &Path) -> Result<Module> {
    let bound = scratch.join("bound");
    Bindgen::new()
        .input_path(raw)
        .web(true)?
        .out_name("carillon")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(&bound)
        .context("wasm-bindgen")?;
    let module = bound.join("carillon_bg.wasm");

    let optimized = scratch.join("optimized.wasm");
    command::run_quietly(
        node::program("wasm-opt")
            .arg("-Oz")
            .args(FEATURES)
            .arg(&module)
            .arg("-o")
            .arg(&optimized),
    )?;
    // One file: bundling also takes in the snippets that crates bring along.
    let script = scratch.join("carillon.js");
    command::run_quietly(
        node::program("esbuild")
            .arg(bound.join("carillon.js"))
            .args(["--bundle", "--format=esm", "--minify", "--target=es2022"])
            .arg("--log-level=warning")
            .arg(format!("--outfile={}", script.display())),
    )?;
    Ok(Module {
        wasm: fs::read(optimized)?,
        script: fs::read(script)?,
    })
}
