//! Rust from Debian's packages, with a standard library for WASM built from the
//! source that they bring. For machines that cannot reach the Rust release servers.

use super::WASM;
use crate::{
    command::{self, find},
    packages::{self, as_root},
    workspace::{Step, note},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What rustup calls the toolchain under `/usr`.
pub(super) const NAME: &str = "debian";

/// Debian bookworm's security archive keeps these current for its browsers.
const PACKAGES: [&str; 6] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
    "lld-22",
];

const RUSTLIB: &str = "/usr/lib/rustlib";
const HOST_LLD: &str = "/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld";

/// Makes the toolchain `debian`; each part is left alone when it is there.
pub(super) fn set_up() -> Result<()> {
    let complete = [
        "/usr/bin/rustc",
        "/usr/bin/cargo",
        "/usr/bin/cargo-clippy",
        "/usr/bin/rustfmt",
    ]
    .iter()
    .all(|program| Path::new(program).exists())
        && Path::new(RUSTLIB).join("src/rust/library").exists()
        && newest_lld().is_some();
    if !complete {
        packages::install("Debian's Rust", &PACKAGES)?;
    }
    let lld =
        newest_lld().context("lld-22 is installed, and yet /usr/lib/llvm-*/bin/lld is absent")?;
    if !super::has_std(Path::new("/usr")) {
        build_std(&lld)?;
    }
    if !Path::new(HOST_LLD).exists() {
        command::run(as_root("mkdir")?.arg("-p").arg(parent(HOST_LLD)))?;
        command::run(as_root("ln")?.arg("-sfn").arg(&lld).arg(HOST_LLD))?;
    }
    link()
}

fn parent(path: &str) -> &Path {
    Path::new(path).parent().unwrap_or(Path::new("/"))
}

/// rustup's name for `/usr`. Without rustup, `/usr/bin/cargo` is all there is, and it
/// ignores toolchain names.
fn link() -> Result<()> {
    if find("rustup").is_none() {
        note("rustup is absent: using /usr/bin/cargo directly");
        return Ok(());
    }
    let known = command::read(Command::new("rustup").args(["toolchain", "list"]))?;
    if known
        .lines()
        .any(|line| line.split_whitespace().next() == Some(NAME))
    {
        return Ok(());
    }
    command::run_quietly(Command::new("rustup").args(["toolchain", "link", NAME, "/usr"]))
}

/// Builds `std` for WASM in an empty crate and puts it where rustc looks for it.
fn build_std(lld: &Path) -> Result<()> {
    let _step = Step::start(format!("Building the standard library for {WASM}"));
    let scratch = tempfile::tempdir()?;
    fs::create_dir(scratch.path().join("src"))?;
    fs::write(scratch.path().join("src/lib.rs"), "")?;
    fs::write(
        scratch.path().join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [lib]\ncrate-type = [\"cdylib\"]\n\n[workspace]\n",
    )?;
    // Bitcode, or `lto = true` fails later with "Can't find section .llvmbc".
    command::run_quietly(
        Command::new("/usr/bin/cargo")
            .current_dir(scratch.path())
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO_TARGET_DIR")
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", lld)
            .args([
                "build",
                "--release",
                "--target",
                WASM,
                "-Zbuild-std=std,panic_abort",
                "-Zbuild-std-features=optimize_for_size",
            ]),
    )?;

    let built = scratch
        .path()
        .join("target")
        .join(WASM)
        .join("release/deps");
    let libraries: Vec<PathBuf> = fs::read_dir(&built)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rlib")
                && !path
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("libscratch"))
        })
        .collect();
    if libraries.is_empty() {
        bail!(
            "building std for {WASM} left no libraries in {}",
            built.display()
        );
    }
    let place = Path::new(RUSTLIB).join(WASM).join("lib");
    command::run(as_root("mkdir")?.arg("-p").arg(&place))?;
    command::run(as_root("cp")?.args(&libraries).arg(&place))
}

/// The lld of the newest LLVM that is installed.
fn newest_lld() -> Option<PathBuf> {
    fs::read_dir("/usr/lib")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry
                .file_name()
                .to_string_lossy()
                .strip_prefix("llvm-")?
                .parse()
                .ok()?;
            let lld = entry.path().join("bin/lld");
            lld.exists().then_some((version, lld))
        })
        .max()
        .map(|(_, lld)| lld)
}
