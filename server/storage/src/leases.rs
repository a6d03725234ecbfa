//! Leases of shard ranges, by which several workers share one PostgreSQL.
//! A small table of its own, so that claims never touch the large ones.

use domain::shard::SHARDS;
use domain::{Shard, Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, shard, shard_of};
use crate::{Result, StorageError, Tx};

/// A range of shards in an owner's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Its first shard.
    pub lo: Shard,
    /// Its last shard.
    pub hi: Shard,
    /// Grows with each owner; a write with an older one fails.
    pub epoch: i64,
}

/// Makes the ranges: `ranges` of equal width, once for all. `ranges` divides
/// the number of shards.
pub async fn ensure(tx: &mut Tx, ranges: u16) -> Result<()> {
    const SQL: &str =
        "INSERT INTO leases (lo, hi, epoch, until) {rows} ON CONFLICT (lo) DO NOTHING";
    let width = SHARDS / ranges.max(1);
    let starts = || (0..ranges).map(|n| Shard::from_number(n * width));
    let rows = Rows::new()
        .column(starts())
        .column(starts().map(|lo| Shard::from_number(lo.number() + width - 1)))
        .column(starts().map(|_| 0_i64))
        .column(starts().map(|_| 0_i64));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Takes the range that starts at `lo`, if it is free or over, or already
/// `owner`'s.
pub async fn take(
    tx: &mut Tx,
    lo: Shard,
    owner: Uuid,
    now: Timestamp,
    lease_millis: i64,
) -> Result<Option<Lease>> {
    const SQL: &str = "UPDATE leases SET owner = $2, epoch = epoch + 1, until = $4 \
        WHERE lo = $1 AND (until < $3 OR owner = $2) RETURNING lo, hi, epoch";
    let taken: Option<(i16, i16, i64)> = with_engine!(tx.conn(), |db| {
        let now = db.lease_clock(now).await?;
        sqlx::query_as(SQL)
            .bind(shard(lo))
            .bind(owner)
            .bind(now.as_millis())
            .bind(now.plus_millis(lease_millis).as_millis())
            .fetch_optional(&mut *db)
            .await?
    });
    Ok(taken.map(|(lo, hi, epoch)| Lease {
        lo: shard_of(lo),
        hi: shard_of(hi),
        epoch,
    }))
}

/// Holds the range for the rest of the transaction and prolongs it.
///
/// # Errors
/// `StaleLease` when another took it in the meantime.
pub async fn hold(
    tx: &mut Tx,
    lease: Lease,
    owner: Uuid,
    now: Timestamp,
    lease_millis: i64,
) -> Result<()> {
    const SQL: &str = "UPDATE leases SET until = $4 WHERE lo = $1 AND owner = $2 AND epoch = $3";
    let held = with_engine!(tx.conn(), |db| {
        let until = db.lease_clock(now).await?.plus_millis(lease_millis);
        sqlx::query(SQL)
            .bind(shard(lease.lo))
            .bind(owner)
            .bind(lease.epoch)
            .bind(until.as_millis())
            .execute(&mut *db)
            .await?
            .rows_affected()
    });
    if held == 1 {
        Ok(())
    } else {
        Err(StorageError::StaleLease)
    }
}

/// Gives the range back.
pub async fn give(tx: &mut Tx, lease: Lease, owner: Uuid) -> Result<()> {
    const SQL: &str =
        "UPDATE leases SET owner = NULL, until = 0 WHERE lo = $1 AND owner = $2 AND epoch = $3";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(shard(lease.lo))
            .bind(owner)
            .bind(lease.epoch)
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}
