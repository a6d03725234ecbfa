//! An error with everything that led to it, for whoever runs a command.

use std::error::Error;
use std::fmt;

/// Writes an error and, on a line each, what caused it.
///
/// What a cause says is left out where the error above it repeats it.
pub struct Report<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !said.contains(&text) {
                write!(f, "\n  because: {text}")?;
                said = text;
            }
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<io::Error>,
    }

    #[test]
    fn every_cause_is_told_once() {
        let link = |text| Link {
            text,
            source: Some(io::Error::other("the disk is full")),
        };
        let plain = link("the file cannot be written").to_string();
        assert_eq!(plain, "the file cannot be written");
        assert_eq!(
            Report(&link("the file cannot be written")).to_string(),
            "the file cannot be written\n  because: the disk is full"
        );
        assert_eq!(
            Report(&link("cannot write: the disk is full")).to_string(),
            "cannot write: the disk is full"
        );
    }
}
