//! One style sheet from `style/main.css` and what it imports, with its fonts.

use crate::{command, node, workspace::root};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The style sheet and the files that it refers to, already named by content.
pub(super) struct Bundle {
    pub(super) style: Vec<u8>,
    pub(super) files: Vec<PathBuf>,
}

/// The oldest browsers that the style sheet is written for.
const BROWSERS: &str = "--target=chrome123,firefox128,safari17.5";

/// Bundles and minifies; a missing import fails the build.
pub(super) fn bundle(scratch: &Path) -> Result<Bundle> {
    let out = scratch.join("style");
    command::run_quietly(
        node::program("esbuild")
            .arg(root().join("style/main.css"))
            .args(["--bundle", "--minify", BROWSERS, "--log-level=warning"])
            .args(["--loader:.woff2=file", "--loader:.svg=dataurl"])
            .args(["--entry-names=carillon", "--asset-names=[name].[hash]"])
            .arg(format!("--outdir={}", out.display())),
    )?;
    let style = out.join("carillon.css");
    let files = super::files_under(&out)?
        .into_iter()
        .filter(|file| *file != style)
        .collect();
    Ok(Bundle {
        style: fs::read(&style).context("esbuild wrote no style sheet")?,
        files,
    })
}

#[cfg(test)]
mod tests {
    use crate::{site::files_under, workspace::root};
    use std::{collections::BTreeSet, fs};

    #[test]
    fn every_movement_that_is_named_is_there() {
        let (mut named, mut there) = (BTreeSet::new(), BTreeSet::new());
        for file in files_under(&root().join("style")).expect("the styles") {
            let Ok(text) = fs::read_to_string(file) else {
                continue; // a font
            };
            for line in text.lines().map(str::trim) {
                let word = |rest: &str| rest.split([' ', ';', '{']).next().map(str::to_owned);
                if let Some(rest) = line.strip_prefix("@keyframes ") {
                    there.extend(word(rest));
                } else if let Some(rest) = line.strip_prefix("animation: ") {
                    named.extend(word(rest).filter(|name| name != "none"));
                }
            }
        }
        assert!(named.len() > 2, "{named:?}");
        assert!(named.is_subset(&there), "{named:?} of {there:?}");
    }
}
