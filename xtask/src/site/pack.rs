//! Files named by content, compressed once, and the manifest that lists them.

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

/// The list that `server/build.rs` reads.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// A hash of what the site was made of.
    pub(super) key: String,
    files: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// What it is called in the sources.
    name: String,
    /// The file, relative to the manifest, and the last part of its address.
    file: String,
    /// Its media type.
    r#type: String,
    /// The compressed file; none where compression gains nothing.
    brotli: Option<String>,
    /// What a browser downloads, in bytes.
    bytes: u64,
}

impl Manifest {
    pub(super) fn new(key: String) -> Self {
        Self {
            key,
            files: Vec::new(),
        }
    }

    /// The manifest of a site built before, if it is whole.
    pub(super) fn read(site: &Path) -> Option<Self> {
        let text = fs::read_to_string(site.join("manifest.json")).ok()?;
        let manifest: Self = serde_json::from_str(&text).ok()?;
        manifest
            .files
            .iter()
            .all(|entry| site.join(&entry.file).exists())
            .then_some(manifest)
    }

    pub(super) fn write(&self, site: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(site.join("manifest.json"), text).context("writing the manifest")
    }

    /// Adds `carillon.js` as `carillon.<hash>.js`.
    pub(super) fn add_hashed(&mut self, site: &Path, name: &str, content: &[u8]) -> Result<()> {
        let hash = format!("{:x}", Sha256::digest(content));
        let (stem, extension) = name.rsplit_once('.').context("a file without extension")?;
        let file = format!("{stem}.{}.{extension}", &hash[..12]);
        self.add(site, name.to_owned(), file, content)
    }

    /// Adds a file whose name holds its hash already: `inter.ABCD1234.woff2`.
    pub(super) fn add_named(&mut self, site: &Path, path: &Path) -> Result<()> {
        let file = path
            .file_name()
            .context("a file without a name")?
            .to_string_lossy()
            .into_owned();
        let mut parts: Vec<&str> = file.split('.').collect();
        if parts.len() > 2 {
            parts.remove(parts.len() - 2);
        }
        let name = parts.join(".");
        self.add(site, name, file, &fs::read(path)?)
    }

    fn add(&mut self, site: &Path, name: String, file: String, content: &[u8]) -> Result<()> {
        fs::write(site.join(&file), content)?;
        let compressed = compress(content)?;
        let gains = compressed.len() < content.len() / 20 * 19;
        let brotli = gains.then(|| format!("{file}.br"));
        if let Some(brotli) = &brotli {
            fs::write(site.join(brotli), &compressed)?;
        }
        let bytes = if gains {
            compressed.len()
        } else {
            content.len()
        };
        self.files.push(Entry {
            r#type: media_type(&file)?.to_owned(),
            name,
            file,
            brotli,
            bytes: u64::try_from(bytes)?,
        });
        Ok(())
    }

    /// What a browser downloads for a file, in bytes.
    pub(super) fn compressed(&self, name: &str) -> Result<u64> {
        self.files
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.bytes)
            .with_context(|| format!("the site has no {name}"))
    }

    /// What a file holds, uncompressed.
    pub(super) fn content(&self, site: &Path, name: &str) -> Option<Vec<u8>> {
        let entry = self.files.iter().find(|entry| entry.name == name)?;
        fs::read(site.join(&entry.file)).ok()
    }

    pub(super) fn wasm_bytes(&self) -> Result<u64> {
        self.compressed("carillon.wasm")
    }
}

/// Brotli at its best, which is slow and done once.
fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

/// A file of an unknown kind would be served as the wrong thing: refuse it here.
fn media_type(file: &str) -> Result<&'static str> {
    let extension = file.rsplit('.').next().unwrap_or_default();
    Ok(match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => anyhow::bail!("no media type is known for {file}; add it to xtask/src/site/pack.rs"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_content_and_shrinks() {
        let site = tempfile::tempdir().expect("a temporary directory");
        let mut manifest = Manifest::new("key".into());
        let text = "body { color: red }\n".repeat(100);
        manifest
            .add_hashed(site.path(), "a.css", text.as_bytes())
            .expect("added");
        let entry = &manifest.files[0];
        assert_eq!(entry.name, "a.css");
        assert!(entry.file.starts_with("a.") && entry.file.len() == "a.css".len() + 13);
        assert!(entry.bytes < 100);
        manifest.write(site.path()).expect("written");
        assert!(Manifest::read(site.path()).is_some());
        fs::remove_file(site.path().join(&entry.file)).expect("removed");
        assert!(Manifest::read(site.path()).is_none(), "a file is gone");
    }

    #[test]
    fn a_font_keeps_the_name_that_the_style_sheet_uses() {
        let site = tempfile::tempdir().expect("a temporary directory");
        let font = site.path().join("inter.ABCD1234.woff2");
        fs::write(&font, [7_u8; 64]).expect("written");
        let place = tempfile::tempdir().expect("a temporary directory");
        let mut manifest = Manifest::new("key".into());
        manifest.add_named(place.path(), &font).expect("added");
        assert_eq!(manifest.files[0].name, "inter.woff2");
        assert_eq!(manifest.files[0].file, "inter.ABCD1234.woff2");
    }
}
