//! Attempts: provider calls as they were, kept for tests and for whatever was
//! not accepted.

use domain::delivery::Attempt;
use domain::{ChunkId, Shard, Timestamp};

use crate::deliveries::Place;
use crate::dialect::Dialect;
use crate::rows::{Rows, shard};
use crate::{Conn, Result, Tx};

/// One provider call.
#[derive(Clone, Debug)]
pub struct Call {
    /// 1 for the first.
    pub number: i16,
    /// When the answer came, or was given up.
    pub at: Timestamp,
    /// The provider's HTTP status, if it answered.
    pub status: Option<i16>,
    /// What it came to, such as `accepted` or `token gone: Unregistered`.
    pub outcome: String,
    /// The provider's answer.
    pub answer: Option<String>,
    /// The body that was sent.
    pub payload: String,
    /// What was sent beside it, as JSON.
    pub headers: String,
}

/// Keeps calls. One that is kept already stays as it is.
pub(crate) async fn insert(tx: &mut Tx, calls: &[(Place, &Call)]) -> Result<()> {
    const SQL: &str = "INSERT INTO attempts (shard, chunk_id, seq, attempt, at, status, outcome, \
        answer, payload, headers) {rows} ON CONFLICT (shard, chunk_id, seq, attempt) DO NOTHING";
    let rows = Rows::new()
        .column(calls.iter().map(|(place, _)| place.home))
        .column(calls.iter().map(|(place, _)| place.chunk_id))
        .column(calls.iter().map(|(place, _)| place.seq))
        .column(calls.iter().map(|(_, call)| call.number))
        .column(calls.iter().map(|(_, call)| call.at))
        .column(calls.iter().map(|(_, call)| call.status))
        .column(calls.iter().map(|(_, call)| call.outcome.as_str()))
        .column(calls.iter().map(|(_, call)| call.answer.as_deref()))
        .column(calls.iter().map(|(_, call)| call.payload.as_str()))
        .column(calls.iter().map(|(_, call)| call.headers.as_str()));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// The body that was sent last and what was sent beside it, as JSON, where it
/// was kept.
pub async fn last_sent(
    db: impl Into<Conn<'_>>,
    place: Place,
) -> Result<Option<(String, Option<String>)>> {
    const SQL: &str = "SELECT payload, headers FROM attempts WHERE shard = $1 AND chunk_id = $2 \
        AND seq = $3 AND payload IS NOT NULL ORDER BY attempt DESC LIMIT 1";
    Ok(with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(place.home))
            .bind(place.chunk_id.0)
            .bind(place.seq)
            .fetch_optional(&mut *db)
            .await?
    }))
}

/// `attempt at status outcome answer payload`
type AttemptRow = (
    i16,
    i64,
    Option<i16>,
    String,
    Option<String>,
    Option<String>,
);

/// The calls made for one delivery, in order.
pub async fn of_delivery(
    db: impl Into<Conn<'_>>,
    home: Shard,
    chunk: ChunkId,
    seq: i32,
) -> Result<Vec<Attempt>> {
    const SQL: &str = "SELECT attempt, at, status, outcome, answer, payload FROM attempts \
        WHERE shard = $1 AND chunk_id = $2 AND seq = $3 ORDER BY attempt";
    let rows: Vec<AttemptRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(chunk.0)
            .bind(seq)
            .fetch_all(&mut *db)
            .await?
    });
    Ok(rows
        .into_iter()
        .map(|(number, at, status, outcome, answer, payload)| Attempt {
            number,
            at: Timestamp(at),
            status: status.map(i16::cast_unsigned),
            outcome,
            answer,
            payload,
        })
        .collect())
}
