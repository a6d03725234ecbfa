//! The sweeper: keeps what is in hand from running out.

use std::sync::Arc;
use std::time::Duration;

use storage::{StorageError, chunks};

use crate::shared::Shared;

/// Prolongs the leases of chunks in hand until `ended`.
pub(crate) async fn run(shared: Arc<Shared>, ended: tokio_util::sync::CancellationToken) {
    let lease = Duration::from_millis(shared.owner.lease_millis.unsigned_abs());
    loop {
        tokio::select! {
            () = ended.cancelled() => break,
            () = tokio::time::sleep(lease / 4) => {}
        }
        if let Err(error) = renew(&shared).await {
            tracing::warn!(%error, source = ?error, "leases were not prolonged");
        }
    }
}

async fn renew(shared: &Shared) -> Result<(), StorageError> {
    let in_hand: Vec<_> = shared.chunks_in_hand().iter().copied().collect();
    if in_hand.is_empty() {
        return Ok(());
    }
    let mut tx = shared.store.begin().await?;
    chunks::renew(&mut tx, &in_hand, shared.owner, shared.now()).await?;
    tx.commit().await
}
