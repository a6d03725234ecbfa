//! Puts the built site into the binary: one table of files, named by content.
//!
//! `cargo xtask build` writes `target/site` with a `manifest.json`. Without it the
//! table is empty, so that the server still compiles and its pages still render;
//! they only do not come alive.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let crate_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let site = crate_dir.join("../target/site");
    // The directory must exist for cargo to notice when a file appears in it.
    fs::create_dir_all(&site)?;
    let site = site.canonicalize()?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", site.display());

    let table = match fs::read_to_string(site.join("manifest.json")) {
        Ok(manifest) => table(&site, &serde_json::from_str(&manifest)?)?,
        Err(_) => "&[]".to_owned(),
    };
    let code = format!("static EMBEDDED: &[Asset] = {table};\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("site.rs"), code)?;
    Ok(())
}

/// One `Asset` per entry of the manifest's `files`.
fn table(site: &Path, manifest: &serde_json::Value) -> Result<String, Box<dyn Error>> {
    let files = manifest["files"]
        .as_array()
        .ok_or("target/site/manifest.json has no `files`; run `cargo xtask build` again")?;
    let mut rows = String::from("&[\n");
    for file in files {
        let text = |key: &str| {
            file[key]
                .as_str()
                .ok_or_else(|| format!("target/site/manifest.json: a file without `{key}`"))
        };
        let include = |name: &str| {
            let path = site.join(name);
            format!("include_bytes!({:?})", path.to_string_lossy())
        };
        let brotli = file["brotli"].as_str().map_or_else(
            || "None".to_owned(),
            |name| format!("Some({})", include(name)),
        );
        let (name, file) = (text("name")?, text("file")?);
        writeln!(
            rows,
            "Asset {{ name: {name:?}, file: {file:?}, content_type: {:?}, identity: {}, brotli: {brotli} }},",
            text("type")?,
            include(file),
        )?;
    }
    rows.push(']');
    Ok(rows)
}
