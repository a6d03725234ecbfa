//! `carillon render`: the personalisation engine by itself, a JSON line in and a
//! JSON line out.

use crate::{clock::SystemClock, output};
use domain::time::Clock;
use liquid::{Limits, Moment, render_json_line};
use std::io::{self, BufRead};

/// Answers each line as it comes, in order, until the input ends or nobody reads on.
///
/// # Errors
/// Standard input that cannot be read, or standard output that cannot be written.
pub fn run() -> io::Result<()> {
    let limits = Limits::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let moment = Moment::utc(SystemClock.now().as_millis());
        // At once: whoever feeds us may wait for this answer before the next question.
        if !output::line_if_read(render_json_line(&line, &limits, moment))? {
            break;
        }
    }
    Ok(())
}
