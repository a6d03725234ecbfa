//! The first of each that an app did by a channel: registered a device, had a
//! push accepted, told of one. For the page that connects the app.

use domain::connect::{Milestone, MilestoneKind};
use domain::device::Channel;
use domain::{AppId, Timestamp};

use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Conn, Result, StorageError, Tx, codes};

/// The latest chunks, among which an app's first accepted push is looked for.
const LATEST_CHUNKS: i64 = 40;

/// Notes milestones; one that stands there already stays as it is.
pub async fn note(
    tx: &mut Tx,
    reached: &[(AppId, Channel, MilestoneKind)],
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO app_milestones (app_id, channel, kind, at) {rows} \
        ON CONFLICT (app_id, channel, kind) DO NOTHING";
    let rows = Rows::new()
        .column(reached.iter().map(|(app, ..)| *app))
        .column(
            reached
                .iter()
                .map(|(_, channel, _)| codes::channel(*channel)),
        )
        .column(reached.iter().map(|(.., kind)| kind.code()))
        .column(reached.iter().map(|_| at));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// An app's milestones.
pub async fn of_app(db: impl Into<Conn<'_>>, app: AppId) -> Result<Vec<Milestone>> {
    const SQL: &str =
        "SELECT channel, kind, at FROM app_milestones WHERE app_id = $1 ORDER BY channel, kind";
    let rows: Vec<(i16, i16, i64)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(app.0).fetch_all(&mut *db).await?
    });
    rows.into_iter()
        .map(|(channel, kind, at)| {
            Ok(Milestone {
                channel: codes::channel_of(channel)?,
                kind: MilestoneKind::from_code(kind)
                    .ok_or(StorageError::corrupt("a milestone's kind"))?,
                at: Timestamp(at),
            })
        })
        .collect()
}

/// The channels by which a provider took a push to a device of the app, in the
/// latest chunks of all.
pub async fn accepted_lately(db: impl Into<Conn<'_>>, app: AppId) -> Result<Vec<Channel>> {
    const SQL: &str = "SELECT DISTINCT d.channel FROM \
        (SELECT id, shard_lo FROM chunks ORDER BY id DESC LIMIT $2) AS c \
        JOIN deliveries d ON d.shard = c.shard_lo AND d.chunk_id = c.id \
        JOIN device_bindings b ON b.shard = d.contact_shard AND b.contact_id = d.contact_id \
        AND b.id = d.binding_id \
        WHERE b.app_id = $1 AND (d.state = 2 OR (d.state < 2 AND EXISTS (\
        SELECT 1 FROM accepted_runs a WHERE a.shard = d.shard AND a.chunk_id = d.chunk_id \
        AND a.lo <= d.seq AND a.hi >= d.seq)))";
    let rows: Vec<(i16,)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(app.0)
            .bind(LATEST_CHUNKS)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter()
        .map(|(channel,)| codes::channel_of(channel))
        .collect()
}
