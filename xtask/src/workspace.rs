//! Where things are, and what the user reads while they are made.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where the tasks put what they build.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Where Cargo puts what it builds: the same folder, unless the environment says another.
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(target, PathBuf::from)
}

/// Announces a step and, when dropped, says how long it took if that was noticeable.
pub(crate) struct Step {
    title: String,
    started: Instant,
}

impl Step {
    /// Prints the step's title.
    pub(crate) fn start(title: impl Into<String>) -> Self {
        let title = title.into();
        eprintln!("==> {title}");
        Self {
            title,
            started: Instant::now(),
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        let seconds = self.started.elapsed().as_secs();
        if seconds >= 2 {
            eprintln!("    {}: {seconds} s", self.title);
        }
    }
}

/// A line below the current step.
pub(crate) fn note(text: impl AsRef<str>) {
    eprintln!("    {}", text.as_ref());
}
