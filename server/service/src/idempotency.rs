//! Requests that are done once, however often they are sent within a day.

use domain::people::Principal;
use sha2::{Digest, Sha256};
use storage::idempotency;
pub use storage::idempotency::Claim;

use crate::{Result, Service, ServiceError};

/// A caller's own name for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OnceKey([u8; 32]);

impl OnceKey {
    /// What `by` calls `key`: other callers' keys are other keys.
    pub fn new(by: &Principal, key: &str) -> Result<Self> {
        if key.is_empty() || key.len() > 255 || !key.bytes().all(|b| matches!(b, 0x20..=0x7e)) {
            return Err(ServiceError::invalid(
                "Idempotency-Key",
                "must be 1 to 255 visible ASCII characters",
            ));
        }
        let caller = match by {
            Principal::Key { id, .. } => id.0.into_bytes(),
            Principal::User { id, .. } => id.0.into_bytes(),
            Principal::System => [0; 16],
        };
        let mut hash = Sha256::new();
        hash.update(caller);
        hash.update(key.as_bytes());
        Ok(Self(hash.finalize().into()))
    }
}

/// Tells requests apart: a hash of method, path and body.
pub fn request_hash(method: &str, path: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [method.as_bytes(), path.as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

impl Service {
    /// Claims a key for a request, or finds what it was answered.
    pub async fn claim_once(&self, key: OnceKey, request: [u8; 32]) -> Result<Claim> {
        let mut tx = self.begin().await?;
        let claim = idempotency::claim(&mut tx, &key.0, &request, self.now()).await?;
        tx.commit().await?;
        Ok(claim)
    }

    /// Keeps the answer of a claimed request; `None` lets it be sent again.
    pub async fn finish_once(&self, key: OnceKey, answer: Option<(u16, &[u8])>) -> Result<()> {
        let mut tx = self.begin().await?;
        match answer {
            Some((status, body)) => {
                let status = i16::try_from(status).map_err(ServiceError::internal)?;
                idempotency::finish(&mut tx, &key.0, status, body).await?;
            }
            None => idempotency::release(&mut tx, &key.0).await?,
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets sessions, links and answers that ran out, and files that nobody
    /// needs any more. The server calls it now and then.
    pub async fn prune(&self) -> Result<()> {
        let now = self.now();
        let mut tx = self.begin().await?;
        idempotency::prune(&mut tx, now).await?;
        storage::sessions::prune(&mut tx, now).await?;
        storage::links::prune(&mut tx, now).await?;
        storage::refusals::prune(&mut tx, now).await?;
        tx.commit().await?;
        self.sweep_files().await
    }
}
