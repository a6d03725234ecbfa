//! Puts the built site into the binary: one table of files, named by content.
//!
//! `cargo xtask build` writes `target/site` with a `manifest.json`. Without it the
//! table is empty, so that the server still compiles and its pages still render;
//! they only do not come alive.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
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
fn table(site: &Path, manifest: &serde_json::Value) -> Result<String, String> {
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
        let path = site.join(text("file")?);
        let compressed = match file["brotli"].as_str() {
            Some(name) => format!("Some(include_bytes!({:?}))", site.join(name)),
            None => "None".to_owned(),
        };
        rows.push_str(&format!(
            "Asset {{ name: {:?}, file: {:?}, content_type: {:?}, identity: include_bytes!({path:?}), brotli: {compressed} }},\n",
            text("name")?,
            text("file")?,
            text("type")?,
        ));
    }
    rows.push(']');
    Ok(rows)
}
