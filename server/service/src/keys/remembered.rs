//! Keys that were recognized a moment ago, so that whoever sends many events is
//! not looked up for each. Only use cases that ask again, in the transaction in
//! which they write, whether the key is in use may go by this.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::people::Principal;
use domain::{KeyId, Timestamp};

/// How long a key is remembered: until its use is to be written down again.
const KEPT_MILLIS: i64 = 60_000;
/// How many are; then all are forgotten.
const MOST: usize = 1024;

/// By their secrets' hashes.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<HashMap<[u8; 32], (Principal, Timestamp)>>);

impl Remembered {
    /// Whose secret it is.
    pub(crate) fn find(&self, hash: &[u8; 32], now: Timestamp) -> Option<Principal> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (principal, since) = keys.get(hash)?;
        let age = now.as_millis().saturating_sub(since.as_millis());
        (0..KEPT_MILLIS).contains(&age).then(|| principal.clone())
    }

    pub(crate) fn keep(&self, hash: [u8; 32], principal: Principal, now: Timestamp) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(hash, (principal, now));
    }

    /// Forgets a key that was revoked.
    pub(crate) fn forget(&self, key: KeyId) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(
            |_, (principal, _)| !matches!(principal, Principal::Key { id, .. } if *id == key),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_remembered_for_a_minute_and_forgotten_when_revoked() {
        let keys = Remembered::default();
        let id = KeyId::from(uuid::Uuid::nil());
        let key = Principal::Key {
            id,
            name: "app".to_owned(),
            scopes: Vec::new(),
        };
        let hash = [7; 32];
        keys.keep(hash, key.clone(), Timestamp(1_000));
        assert_eq!(keys.find(&hash, Timestamp(60_999)), Some(key.clone()));
        assert_eq!(keys.find(&hash, Timestamp(61_000)), None);
        assert_eq!(keys.find(&[8; 32], Timestamp(1_000)), None);
        keys.forget(id);
        assert_eq!(keys.find(&hash, Timestamp(1_000)), None);
        for n in 0..=MOST {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&n.to_be_bytes());
            keys.keep(hash, key.clone(), Timestamp(1_000));
        }
        assert!(keys.0.lock().expect("nobody else").len() < 3);
    }
}
