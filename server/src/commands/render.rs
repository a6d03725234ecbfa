//! `carillon render`: the personalisation engine by itself, a JSON line in and a
//! JSON line out.

use crate::clock::SystemClock;
use domain::time::Clock;
use liquid::{Limits, Moment, render_json_line};
use std::io::{self, BufRead, Write};

/// Answers each line as it comes, in order, until the input ends.
///
/// # Errors
/// Standard input that cannot be read, or standard output that is gone.
pub fn run() -> io::Result<()> {
    let limits = Limits::default();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let moment = Moment::utc(SystemClock.now().as_millis());
        writeln!(output, "{}", render_json_line(&line, &limits, moment))?;
        // Whoever feeds us may be waiting for this answer before the next question.
        output.flush()?;
    }
    Ok(())
}
