//! `carillon functions`: every server function's method and path, for the
//! tests that try bad input at each. Hidden: pages call them, people do not.

use crate::output;
use leptos::server_fn::axum::server_fn_paths;
use std::io;

/// Prints a line for each.
pub fn run() -> io::Result<()> {
    let mut lines: Vec<_> = server_fn_paths()
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    lines.sort_unstable();
    output::line(lines.join("\n"))
}
