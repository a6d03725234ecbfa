//! The site: the editors' WASM and its script, the pages' script, the style sheet, fonts
//! and icon, in `target/site`,
//! named by content, compressed, with a manifest that the server embeds.

mod pack;
mod script;
mod style;
mod wasm;

use crate::{
    node,
    toolchain::Toolchain,
    workspace::{Step, note, root, target},
};
use anyhow::{Context, Result};
use pack::Manifest;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm::Module;

/// The most that the WASM module may weigh, compressed, in bytes.
pub(crate) const WASM_LIMIT: u64 = 300 * 1024;

/// Raised when the steps below change, so that an old site is made anew.
const RECIPE: &str = "3";

/// What was built.
pub(crate) struct Site {
    /// The compressed size of the WASM module, in bytes.
    pub(crate) wasm_bytes: u64,
}

impl Site {
    /// "124 KB of brotli", with the limit.
    pub(crate) fn summary(&self) -> String {
        format!(
            "WASM {:.1} KB brotli, limit {} KB",
            kilobytes(self.wasm_bytes),
            WASM_LIMIT / 1024
        )
    }
}

/// Bytes as people read them.
#[expect(
    clippy::cast_precision_loss,
    reason = "file sizes, shown to one decimal place"
)]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

/// Builds the site unless what it is made of has not changed.
pub(crate) fn build(toolchain: &Toolchain) -> Result<Site> {
    node::ensure()?;
    let raw = {
        let _step = Step::start("Compiling WASM");
        wasm::compile(toolchain)?
    };
    let key = key(&raw)?;
    if let Some(manifest) = Manifest::read(&place()).filter(|manifest| manifest.key == key) {
        let site = Site {
            wasm_bytes: manifest.wasm_bytes()?,
        };
        note(format!("site unchanged: {}", site.summary()));
        return Ok(site);
    }

    let _step = Step::start("Optimizing and packing the site");
    let scratch = tempfile::tempdir_in(target())?;
    let module = wasm::bind(&raw, scratch.path())?;
    let manifest = pack(key, Some(module), scratch.path())?;
    let site = Site {
        wasm_bytes: manifest.wasm_bytes()?,
    };
    note(format!(
        "{}; its script {:.1} KB, the pages' script {:.1} KB, style {:.1} KB",
        site.summary(),
        kilobytes(manifest.compressed("carillon.js")?),
        kilobytes(manifest.compressed("pages.js")?),
        kilobytes(manifest.compressed("carillon.css")?)
    ));
    Ok(site)
}

/// Builds all but the editors' module, which stays as it was last built.
pub(crate) fn build_pages() -> Result<()> {
    node::ensure()?;
    let _step = Step::start("Packing the pages' script and style");
    let module = Manifest::read(&place()).and_then(|before| {
        Some(Module {
            wasm: before.content(&place(), "carillon.wasm")?,
            script: before.content(&place(), "carillon.js")?,
        })
    });
    let scratch = tempfile::tempdir_in(target())?;
    pack("pages alone".to_owned(), module, scratch.path()).map(|_| ())
}

/// Where the site stands.
fn place() -> PathBuf {
    target().join("site")
}

/// Puts a new site in the place of the one before.
fn pack(key: String, module: Option<Module>, scratch: &Path) -> Result<Manifest> {
    let fresh = target().join("site.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    let mut manifest = Manifest::new(key);
    if let Some(module) = module {
        manifest.add_hashed(&fresh, "carillon.wasm", &module.wasm)?;
        manifest.add_hashed(&fresh, "carillon.js", &module.script)?;
    }
    manifest.add_hashed(&fresh, "pages.js", &script::bundle(scratch)?)?;
    let bundle = style::bundle(scratch)?;
    manifest.add_hashed(&fresh, "carillon.css", &bundle.style)?;
    for font in &bundle.files {
        manifest.add_named(&fresh, font)?;
    }
    for file in files_under(&root().join("frontend/public"))? {
        let name = file
            .file_name()
            .context("a file without a name")?
            .to_string_lossy()
            .into_owned();
        manifest.add_hashed(&fresh, &name, &fs::read(&file)?)?;
    }
    manifest.write(&fresh)?;
    if place().exists() {
        fs::remove_dir_all(place())?;
    }
    fs::rename(&fresh, place())?;
    Ok(manifest)
}

/// A hash of everything that the site is made of.
fn key(raw_wasm: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(RECIPE);
    hash.update(fs::read(raw_wasm)?);
    hash.update(fs::read(node::directory().join("package-lock.json"))?);
    for folder in ["style", "frontend/pages", "frontend/public"] {
        for file in files_under(&root().join(folder))? {
            hash.update(file.to_string_lossy().as_bytes());
            hash.update(fs::read(&file)?);
        }
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// All files below a folder, in a stable order.
fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
