//! Counting what passed and failed, from what test runners print.

use std::fmt;

/// The outcome of a stage.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    /// What failed, by name.
    pub(crate) failures: Vec<String>,
    /// What its author told the runner to leave out, by name.
    pub(crate) ignored: Vec<String>,
}

impl Tally {
    pub(crate) fn passed_once() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(crate) fn failed_once(what: String) -> Self {
        Self {
            failed: 1,
            failures: vec![what],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.failures.extend(other.failures.iter().cloned());
        self.ignored.extend(other.ignored.iter().cloned());
    }

    /// Takes in a line of libtest's output: `test some::name ... ok`.
    pub(crate) fn read_libtest(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += number_before(counts, " passed");
            self.failed += number_before(counts, " failed");
        } else if let Some(rest) = line.strip_prefix("test ") {
            let name = rest.split(" ... ").next().unwrap_or(rest);
            if rest.ends_with("... FAILED") {
                self.failures.push(name.to_owned());
            } else if rest.contains("... ignored") {
                self.ignored.push(rest.replace(" ... ignored", ""));
            }
        }
    }

    /// Takes in a line of Node's TAP output: `not ok 3 - a sentence`, `# pass 4`.
    pub(crate) fn read_tap(&mut self, line: &str) {
        if let Some(count) = line.strip_prefix("# pass ") {
            self.passed += count.trim().parse().unwrap_or(0);
        } else if let Some(count) = line
            .strip_prefix("# fail ")
            .or_else(|| line.strip_prefix("# cancelled "))
        {
            self.failed += count.trim().parse().unwrap_or(0);
        } else if let Some(rest) = line.trim_start().strip_prefix("not ok ") {
            self.failures.push(title(rest).to_owned());
        } else if line.contains("# SKIP") || line.contains("# TODO") {
            self.ignored.push(title(line.trim_start()).to_owned());
        }
    }
}

/// The sentence after `3 - `.
fn title(rest: &str) -> &str {
    rest.split_once(" - ").map_or(rest, |(_, title)| title)
}

fn number_before(text: &str, word: &str) -> u32 {
    text.split_once(word)
        .and_then(|(before, _)| before.rsplit(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if !self.ignored.is_empty() {
            write!(f, ", {} ignored", self.ignored.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_lines_add_up_over_several_binaries() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test a::d ... ignored, needs a million rows",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ] {
            tally.read_libtest(line);
        }
        assert_eq!((tally.passed, tally.failed), (13, 1));
        assert_eq!(tally.failures, ["a::c"]);
        assert_eq!(tally.ignored, ["a::d, needs a million rows"]);
    }

    #[test]
    fn a_cancelled_browser_test_is_a_failure() {
        let mut tally = Tally::default();
        for line in [
            "ok 1 - opens",
            "not ok 2 - closes",
            "ok 3 - later # SKIP not today",
            "# pass 1",
            "# fail 0",
            "# cancelled 1",
        ] {
            tally.read_tap(line);
        }
        assert_eq!((tally.passed, tally.failed), (1, 1));
        assert_eq!(tally.failures, ["closes"]);
        assert_eq!(tally.ignored, ["later # SKIP not today"]);
    }
}
