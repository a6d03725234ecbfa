//! Randomness as a parameter, and the secrets made of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

/// The one way to ask for randomness: the server hands in the operating
/// system's, tests may hand in their own.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with what nobody can guess.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance>;
}

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system's random source failed")]
pub struct NoChance;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
        OsRng.try_fill_bytes(bytes).map_err(|_| NoChance)
    }
}

/// A secret as its owner holds it: shown once, stored as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret: `prefix` and 256 random bits in base64url.
    pub fn new(prefix: &str, chance: &dyn Chance) -> Result<Self, NoChance> {
        let mut bytes = [0; 32];
        chance.fill(&mut bytes)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The text, for its owner alone.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(masked)")
    }
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]);
    bytes.iter().flat_map(digits).collect()
}

/// The stored form of a secret that somebody shows. Secrets have 256 random
/// bits, so that one round of SHA-256 is enough: nothing can be tried out.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_do_not_show_in_logs() {
        let a = Secret::new("x_", &SystemChance).expect("randomness");
        let b = Secret::new("x_", &SystemChance).expect("randomness");
        assert_ne!(a, b);
        assert_eq!(a.expose().len(), 2 + 43);
        assert_eq!(hash(a.expose()), a.hash());
        assert!(!format!("{a:?}").contains(a.expose()));
    }
}
