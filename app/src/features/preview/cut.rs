//! A text that did not fit.

/// A text that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What of it can be read.
    pub seen: String,
    /// How many characters of it there are in all.
    pub of: usize,
}

impl Cut {
    /// How many characters can be read.
    pub fn count(&self) -> usize {
        self.seen.chars().count()
    }
}
