//! Sealing: credentials are encrypted under a key that is not in the database
//! (XChaCha20-Poly1305, RFC 8439 with the extended nonce).

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::chance::{Chance, NoChance};

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce: long enough to be random for every message.
const NONCE_BYTES: usize = 24;
/// The first byte of what is sealed, should the form ever change.
const FORM: u8 = 1;

/// Why a key cannot be had, or something cannot be unsealed.
#[derive(Debug, Error)]
pub enum SealingError {
    /// The key file cannot be read or written.
    #[error(
        "the sealing key {path} cannot be read; put it back, or start with the database it belongs to"
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key is not 32 bytes in base64.
    #[error(
        "the sealing key in {0} is not 32 bytes in base64; make one with: openssl rand -base64 32"
    )]
    Malformed(String),
    /// The data was sealed with another key.
    #[error(
        "the database's credentials were sealed with the key {expected}, and this key is {found}; \
         give Carillon the key that belongs to this database: set sealing_key (CARILLON_SEALING_KEY) \
         to it, or put its file sealing.key back into the data directory"
    )]
    OtherKey {
        /// The id of the key that the database was used with.
        expected: String,
        /// The id of the key at hand.
        found: String,
    },
    /// The sealed bytes were changed, or belong to another credential.
    #[error("a sealed credential cannot be opened; enter it again")]
    Broken,
    /// No randomness.
    #[error(transparent)]
    Chance(#[from] NoChance),
}

/// Seals and unseals.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    id: String,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({})", self.id)
    }
}

impl Sealer {
    /// A sealer with this key.
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"carillon sealing key id");
        hash.update(key);
        let digest = hash.finalize();
        let id = crate::chance::hex(&digest[..8]);
        Self {
            cipher: XChaCha20Poly1305::new(&key.into()),
            id,
        }
    }

    /// A sealer with the base64 key in `text`, which came from `origin`.
    pub fn from_text(text: &str, origin: &str) -> Result<Self, SealingError> {
        STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok())
            .map(Self::new)
            .ok_or_else(|| SealingError::Malformed(origin.to_owned()))
    }

    /// The key in the file at `path`.
    pub fn read(path: &Path) -> Result<Self, SealingError> {
        let text = fs::read_to_string(path).map_err(|source| SealingError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::from_text(&text, &path.display().to_string())
    }

    /// The key in the file at `path`, made there if there is none. Only the
    /// file's owner may read it.
    pub fn read_or_create(path: &Path, chance: &dyn Chance) -> Result<Self, SealingError> {
        let mut key = [0; KEY_BYTES];
        chance.fill(&mut key)?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |source| SealingError::File {
            path: path.to_owned(),
            source,
        };
        match options.open(path) {
            Ok(mut file) => {
                let text = STANDARD.encode(key) + "\n";
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(failed)?;
                Ok(Self::new(key))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::read(path),
            Err(error) => Err(failed(error)),
        }
    }

    /// Tells keys apart without giving them away: a hash's first 64 bits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// That this is the key with the id `expected`.
    ///
    /// # Errors
    /// `OtherKey` when it is not.
    pub fn check_id(&self, expected: &str) -> Result<(), SealingError> {
        if self.id == expected {
            return Ok(());
        }
        Err(SealingError::OtherKey {
            expected: expected.to_owned(),
            found: self.id.clone(),
        })
    }

    /// Seals `secret`. `bound_to` names what it belongs to: unsealing it as
    /// anything else fails.
    pub fn seal(
        &self,
        bound_to: &[u8],
        secret: &[u8],
        chance: &dyn Chance,
    ) -> Result<Vec<u8>, SealingError> {
        let mut nonce = [0; NONCE_BYTES];
        chance.fill(&mut nonce)?;
        let sealed = self
            .cipher
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: secret,
                    aad: bound_to,
                },
            )
            .map_err(|_| SealingError::Broken)?;
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        out.push(FORM);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Sealer::seal`] made for the same `bound_to`.
    pub fn unseal(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealingError> {
        let (&form, rest) = sealed.split_first().ok_or(SealingError::Broken)?;
        let (nonce, sealed) = rest
            .split_at_checked(NONCE_BYTES)
            .ok_or(SealingError::Broken)?;
        if form != FORM {
            return Err(SealingError::Broken);
        }
        self.cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: bound_to,
                },
            )
            .map_err(|_| SealingError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_for_the_same_thing_alone() {
        let sealer = Sealer::new([7; KEY_BYTES]);
        let sealed = sealer
            .seal(b"app one", b"secret", &SystemChance)
            .expect("sealed");
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(
            sealer.unseal(b"app one", &sealed).expect("opened"),
            b"secret"
        );
        assert!(sealer.unseal(b"app two", &sealed).is_err());
        assert!(
            Sealer::new([8; KEY_BYTES])
                .unseal(b"app one", &sealed)
                .is_err()
        );
        for n in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[n] ^= 1;
            assert!(sealer.unseal(b"app one", &bent).is_err(), "byte {n}");
            assert!(
                sealer.unseal(b"app one", &sealed[..n]).is_err(),
                "cut at {n}"
            );
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sealing.key");
        let made = Sealer::read_or_create(&path, &SystemChance).expect("made");
        let read = Sealer::read_or_create(&path, &SystemChance).expect("read");
        assert_eq!(made.id(), read.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, "too short").expect("written");
        let error = Sealer::read_or_create(&path, &SystemChance).expect_err("malformed");
        assert!(error.to_string().contains("sealing.key"), "{error}");
    }
}
