//! Reports: what devices tell back of deliveries, beside the deliveries.

use std::collections::{HashMap, HashSet};

use domain::report::{REPORTS_OF_DELIVERY_MAX, Report, ReportKind};
use domain::{ChunkId, Timestamp};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use crate::deliveries::Place;
use crate::dialect::Dialect;
use crate::rows::{Rows, shard_of};
use crate::{Conn, Result, StorageError, Tx};

/// A report of a delivery that is known.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// The delivery.
    pub place: Place,
    /// What it tells.
    pub report: Report,
}

/// What became of reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Those that were new: the delivery and the kind.
    pub new: Vec<(Place, ReportKind)>,
    /// How many were beyond what is kept of one delivery.
    pub beyond: usize,
}

/// What tells a report of one delivery from every other.
type Key = (Place, i16, i64);

/// A number for what was said beyond the kind; 0 when nothing was.
fn said(report: &Report) -> i64 {
    if report.action.is_none() && report.reply.is_none() {
        return 0;
    }
    let action = report.action.as_deref().unwrap_or_default();
    let mut bytes = action.as_bytes().to_vec();
    // No action holds a zero byte, and a reply may be empty.
    if let Some(reply) = &report.reply {
        bytes.push(0);
        bytes.extend_from_slice(reply.as_bytes());
    }
    xxh3_64(&bytes).cast_signed()
}

fn key(new: &NewReport) -> Key {
    (new.place, new.report.kind.code(), said(&new.report))
}

/// Keeps reports, each once however often it is told, and of one delivery at
/// most [`REPORTS_OF_DELIVERY_MAX`].
pub async fn insert(tx: &mut Tx, reports: &[NewReport]) -> Result<Kept> {
    const SQL: &str = "INSERT INTO reports (shard, chunk_id, seq, kind, said, at, action, reply) \
        {rows} ON CONFLICT (shard, chunk_id, seq, kind, said) DO NOTHING \
        RETURNING shard, chunk_id, seq, kind";
    let places: HashSet<Place> = reports.iter().map(|new| new.place).collect();
    let mut known = keys_of(tx, places.into_iter().collect()).await?;
    let mut kept = Kept::default();
    let mut fresh: Vec<(&NewReport, i64)> = Vec::new();
    for new in reports {
        let key = key(new);
        let of_delivery = known.entry(new.place).or_default();
        if of_delivery.contains(&(key.1, key.2)) {
            continue;
        }
        if of_delivery.len() >= REPORTS_OF_DELIVERY_MAX {
            kept.beyond += 1;
            continue;
        }
        of_delivery.insert((key.1, key.2));
        fresh.push((new, key.2));
    }
    // In the order of the key, so that no two writers wait in a circle.
    fresh.sort_by_key(|(new, said)| (new.place, new.report.kind, *said));
    let rows = Rows::new()
        .column(fresh.iter().map(|(new, _)| new.place.home))
        .column(fresh.iter().map(|(new, _)| new.place.chunk_id))
        .column(fresh.iter().map(|(new, _)| new.place.seq))
        .column(fresh.iter().map(|(new, _)| new.report.kind.code()))
        .column(fresh.iter().map(|(_, said)| *said))
        .column(fresh.iter().map(|(new, _)| new.report.at))
        .column(fresh.iter().map(|(new, _)| new.report.action.as_deref()))
        .column(fresh.iter().map(|(new, _)| new.report.reply.as_deref()));
    let written: Vec<(i16, Uuid, i32, i16)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    for (home, chunk, seq, kind) in written {
        let kind = ReportKind::from_code(kind).ok_or(StorageError::corrupt("a report's kind"))?;
        kept.new.push((place(home, chunk, seq), kind));
    }
    Ok(kept)
}

/// The reports that are kept of these deliveries, by kind and what was said.
async fn keys_of(tx: &mut Tx, places: Vec<Place>) -> Result<HashMap<Place, HashSet<(i16, i64)>>> {
    const SQL: &str = "WITH r (shard, chunk_id, seq) AS ({rows}) \
        SELECT p.shard, p.chunk_id, p.seq, p.kind, p.said FROM r CROSS JOIN reports p \
        WHERE p.shard = r.shard AND p.chunk_id = r.chunk_id AND p.seq = r.seq";
    let rows = rows_of(&places);
    let found: Vec<(i16, Uuid, i32, i16, i64)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    let mut known: HashMap<Place, HashSet<(i16, i64)>> = HashMap::new();
    for (home, chunk, seq, kind, said) in found {
        let of_delivery = known.entry(place(home, chunk, seq)).or_default();
        of_delivery.insert((kind, said));
    }
    Ok(known)
}

fn rows_of(places: &[Place]) -> Rows<'static> {
    Rows::new()
        .column(places.iter().map(|place| place.home))
        .column(places.iter().map(|place| place.chunk_id))
        .column(places.iter().map(|place| place.seq))
}

const fn place(home: i16, chunk: Uuid, seq: i32) -> Place {
    Place {
        home: shard_of(home),
        chunk_id: ChunkId(chunk),
        seq,
    }
}

/// `shard chunk seq kind at action reply`
type ReportRow = (i16, Uuid, i32, i16, i64, Option<String>, Option<String>);

/// What was told of these deliveries, each delivery's in order of time.
pub async fn of_deliveries(
    db: impl Into<Conn<'_>>,
    places: &[Place],
) -> Result<HashMap<Place, Vec<Report>>> {
    const SQL: &str = "WITH r (shard, chunk_id, seq) AS ({rows}) \
        SELECT p.shard, p.chunk_id, p.seq, p.kind, p.at, p.action, p.reply \
        FROM r CROSS JOIN reports p \
        WHERE p.shard = r.shard AND p.chunk_id = r.chunk_id AND p.seq = r.seq";
    let rows = rows_of(places);
    let found: Vec<ReportRow> =
        with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    let mut reports: HashMap<Place, Vec<Report>> = HashMap::new();
    for (home, chunk, seq, kind, at, action, reply) in found {
        let kind = ReportKind::from_code(kind).ok_or(StorageError::corrupt("a report's kind"))?;
        let of_delivery = reports.entry(place(home, chunk, seq)).or_default();
        of_delivery.push(Report {
            kind,
            action,
            title: None,
            reply,
            at: Timestamp(at),
        });
    }
    for of_delivery in reports.values_mut() {
        of_delivery.sort_by_key(|report| (report.at, report.kind));
    }
    Ok(reports)
}
