//! What both hot channels are set up with.

use std::time::Duration;

/// How much a channel may do at once, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Most connections to the provider.
    pub connections: usize,
    /// Most requests in flight over all of them.
    pub max_in_flight: usize,
    /// Longest that one send may take in all, waiting for a place and a
    /// connection included.
    pub request_timeout: Duration,
    /// Longest that connecting may take.
    pub connect_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4,
            max_in_flight: 2000,
            request_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct SettingsError {
    /// The setting's name.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub problem: String,
}

impl SettingsError {
    pub(crate) fn new(field: &'static str, problem: impl Into<String>) -> Self {
        Self {
            field,
            problem: problem.into(),
        }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let positive = [
            ("connections", self.connections == 0),
            ("max_in_flight", self.max_in_flight == 0),
            ("request_timeout", self.request_timeout.is_zero()),
            ("connect_timeout", self.connect_timeout.is_zero()),
        ];
        match positive.into_iter().find(|(_, zero)| *zero) {
            Some((field, _)) => Err(SettingsError::new(field, "must be more than zero")),
            None => Ok(()),
        }
    }
}

/// A setting that must say something.
pub(crate) fn required(field: &'static str, value: &str) -> Result<(), SettingsError> {
    if value.trim().is_empty() {
        return Err(SettingsError::new(field, "is missing"));
    }
    Ok(())
}
