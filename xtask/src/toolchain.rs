//! One Rust toolchain for server, tests and WASM, found or made.
//!
//! Users have Rust from rustup. Machines without a route to the Rust release
//! servers build with Debian's packages; they say so with `CARILLON_TOOLCHAIN=debian`.

mod debian;

use crate::{
    command::{self, find},
    workspace::{Step, note, root},
};
use anyhow::{Context, Result, bail};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The target that browsers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The toolchain that every cargo call of this run uses.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// rustup's name for it, when it is not simply the default one.
    name: Option<String>,
}

impl Toolchain {
    /// Finds a toolchain that can build WASM, or makes one. In this order: the
    /// current one has the target; `debian` has it; `rustup target add`; Debian's
    /// packages.
    pub(crate) fn ensure() -> Result<Self> {
        let debian_asked = std::env::var("CARILLON_TOOLCHAIN").is_ok_and(|name| name == "debian");
        let current = Self { name: None };
        if current.has_wasm() {
            return Ok(current.announced("as it is"));
        }
        let debian = Self {
            name: Some(debian::NAME.to_owned()),
        };
        if debian_asked {
            if !debian.has_wasm() {
                debian::set_up()?;
            }
            return Ok(debian.checked()?.announced("Debian's packages"));
        }
        let added = add_target();
        match added {
            Ok(()) => Ok(current.checked()?.announced("rustup, target added")),
            Err(refusal) if find("apt-get").is_some() => {
                note(format!("{refusal:#}"));
                note("trying Debian's packages instead");
                if !debian.has_wasm() {
                    debian::set_up().with_context(|| {
                        format!("neither rustup nor Debian's packages gave the {WASM} target; run `rustup target add {WASM}` by hand")
                    })?;
                }
                Ok(debian.checked()?.announced("Debian's packages"))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// A cargo call with this toolchain, at the workspace's root.
    pub(crate) fn cargo(&self) -> Command {
        // Not `$CARGO`: that is the toolchain that started us, which may be another.
        let mut command = Command::new("cargo");
        self.choose(&mut command);
        command.current_dir(root());
        command
    }

    fn choose(&self, command: &mut Command) {
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        // Set by the cargo that runs us; build scripts must not see another package's.
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("CARGO_PKG_")
                || key == "CARGO_MANIFEST_DIR"
                || key == "CARGO_MANIFEST_PATH"
                || key == "CARGO"
            {
                command.env_remove(key);
            }
        }
    }

    fn sysroot(&self) -> Option<PathBuf> {
        let mut rustc = Command::new("rustc");
        self.choose(&mut rustc);
        command::read(rustc.args(["--print", "sysroot"]))
            .ok()
            .map(PathBuf::from)
    }

    fn has_wasm(&self) -> bool {
        self.sysroot().is_some_and(|sysroot| has_std(&sysroot))
    }

    fn checked(self) -> Result<Self> {
        if !self.has_wasm() {
            bail!("set-up finished, and yet {WASM} has no standard library");
        }
        Ok(self)
    }

    fn announced(self, how: &str) -> Self {
        let mut rustc = Command::new("rustc");
        self.choose(&mut rustc);
        let version = command::read(rustc.arg("--version")).unwrap_or_default();
        let name = self.name.as_deref().unwrap_or("the default toolchain");
        eprintln!("==> Rust: {version}, {name} ({how})");
        self
    }

    /// rustfmt and clippy, which a minimal installation lacks.
    pub(crate) fn ensure_lints(&self) -> Result<()> {
        for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
            if command::read(self.cargo().args([subcommand, "--version"])).is_ok() {
                continue;
            }
            let _step = Step::start(format!("Adding {component}"));
            let mut rustup = Command::new("rustup");
            self.choose(&mut rustup);
            command::run_quietly(rustup.args(["component", "add", component])).with_context(
                || format!("{component} is missing; run `rustup component add {component}`"),
            )?;
        }
        Ok(())
    }
}

/// Whether a sysroot has the standard library for WASM.
fn has_std(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(WASM).join("lib");
    std::fs::read_dir(libraries).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// The way of a user's machine.
fn add_target() -> Result<()> {
    let _step = Step::start(format!("Adding the {WASM} target with rustup"));
    if find("rustup").is_none() {
        bail!("rustup is missing; install Rust from https://rustup.rs");
    }
    command::run_quietly(Command::new("rustup").args(["target", "add", WASM]))
}
