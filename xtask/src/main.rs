//! Set-up, build, test and bench tasks.
fn main() {}
