//! Rollups: what pages count, kept by deltas in the transaction that records
//! the outcome, so that no page ever counts deliveries.

use std::collections::BTreeMap;

use domain::delivery::{DeliveryState, SendState};
use domain::report::ReportKind;
use domain::{CampaignId, PushId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::dialect::{Dialect, Statement};
use crate::rows::Rows;
use crate::{Conn, Result, StorageError, Tx};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Sends that became deliveries.
    Released,
    /// Sends that a gate stopped, by its reason.
    Suppressed,
    /// Deliveries that a gate stopped, by its reason.
    DeviceSuppressed,
    /// Deliveries that the provider took.
    Accepted,
    /// Deliveries that the provider refused, by its reason.
    Rejected,
    /// Deliveries whose token is gone, by the provider's reason.
    TokenGone,
    /// Deliveries given up after retries, by the last reason.
    Failed,
    /// Deliveries whose time to live ended first.
    Expired,
    /// Deliveries of which nobody can know.
    Unknown,
    /// Deliveries that a device said it displayed.
    Displayed,
    /// Deliveries that a person opened.
    Opened,
    /// Buttons tapped, and replies.
    Action,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 12] = [
        Self::Released,
        Self::Suppressed,
        Self::DeviceSuppressed,
        Self::Accepted,
        Self::Rejected,
        Self::TokenGone,
        Self::Failed,
        Self::Expired,
        Self::Unknown,
        Self::Displayed,
        Self::Opened,
        Self::Action,
    ];

    /// The name in the database and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Suppressed => "suppressed",
            Self::DeviceSuppressed => "device_suppressed",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::TokenGone => "token_gone",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Displayed => "displayed",
            Self::Opened => "opened",
            Self::Action => "action",
        }
    }

    /// What counts a delivery that came to `state`; nothing while it is open.
    pub const fn of_delivery(state: DeliveryState) -> Option<Self> {
        match state {
            DeliveryState::Planned | DeliveryState::Started | DeliveryState::Waiting => None,
            DeliveryState::Accepted => Some(Self::Accepted),
            DeliveryState::Rejected => Some(Self::Rejected),
            DeliveryState::TokenGone => Some(Self::TokenGone),
            DeliveryState::Failed => Some(Self::Failed),
            DeliveryState::Expired => Some(Self::Expired),
            DeliveryState::Unknown => Some(Self::Unknown),
            DeliveryState::Suppressed => Some(Self::DeviceSuppressed),
        }
    }

    /// What counts a report of this kind.
    pub const fn of_report(kind: ReportKind) -> Self {
        match kind {
            ReportKind::Displayed => Self::Displayed,
            ReportKind::Opened => Self::Opened,
            ReportKind::Action => Self::Action,
        }
    }

    /// What counts a send that came to `state`; nothing while it is open.
    pub const fn of_send(state: SendState) -> Option<Self> {
        match state {
            SendState::Decided | SendState::Deferred => None,
            SendState::Suppressed => Some(Self::Suppressed),
            SendState::Released => Some(Self::Released),
        }
    }

    fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.name() == name)
            .ok_or(StorageError::corrupt("a rollup's metric"))
    }
}

/// Whose count it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// The campaign, if the push belongs to one.
    pub campaign_id: Option<CampaignId>,
    /// The push.
    pub push_id: PushId,
}

/// Counts to be added, in the order in which every writer adds them, so that
/// no two wait for each other in a circle.
#[derive(Debug, Default)]
pub struct Counts(BTreeMap<(Account, Metric, String), i64>);

impl Counts {
    /// Adds `n`.
    pub fn add(&mut self, account: Account, metric: Metric, reason: &str, n: i64) {
        if n == 0 {
            return;
        }
        *self
            .0
            .entry((account, metric, reason.to_owned()))
            .or_default() += n;
    }
}

/// Adds `counts` to the day, in days since the Unix epoch in the account's
/// time zone. To be the transaction's last statement: its locks are contended.
pub async fn add(tx: &mut Tx, day: i32, counts: &Counts) -> Result<()> {
    let rows = rows(day, counts);
    with_engine!(tx.conn(), |db| db.execute_rows(ADD, &rows, &[]).await?);
    Ok(())
}

/// Adds to the counts of a day, and commits.
pub async fn add_and_commit(tx: Tx, day: i32, counts: &Counts) -> Result<()> {
    let add = Statement {
        template: ADD,
        rows: rows(day, counts),
        scalars: Vec::new(),
    };
    tx.commit_with(&[add]).await
}

const ADD: &str = "INSERT INTO rollups (day, campaign_id, push_id, metric, reason, n) {rows} \
    ON CONFLICT (day, campaign_id, push_id, metric, reason) \
    DO UPDATE SET n = rollups.n + excluded.n";

fn rows(day: i32, counts: &Counts) -> Rows<'_> {
    let counts = &counts.0;
    Rows::new()
        .column(counts.iter().map(|_| day))
        .column(
            counts
                .keys()
                .map(|key| key.0.campaign_id.map_or(Uuid::nil(), |id| id.0)),
        )
        .column(counts.keys().map(|key| key.0.push_id))
        .column(counts.keys().map(|key| key.1.name()))
        .column(counts.keys().map(|key| key.2.as_str()))
        .column(counts.values().copied())
}

/// A count as pages read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The day.
    pub day: i32,
    /// The campaign, if the push belongs to one.
    pub campaign_id: Option<CampaignId>,
    /// The push.
    pub push_id: PushId,
    /// What is counted.
    pub metric: Metric,
    /// Why, where there is a reason; else empty.
    pub reason: String,
    /// How many.
    pub n: i64,
}

/// `day campaign push metric reason n`
type CountRow = (i32, Uuid, Uuid, String, String, i64);

fn count(row: CountRow) -> Result<Count> {
    Ok(Count {
        day: row.0,
        campaign_id: Some(row.1).filter(|id| !id.is_nil()).map(Into::into),
        push_id: row.2.into(),
        metric: Metric::parse(&row.3)?,
        reason: row.4,
        n: row.5,
    })
}

/// Every count of the days from `first` to `last`.
pub async fn of_days(db: impl Into<Conn<'_>>, first: i32, last: i32) -> Result<Vec<Count>> {
    const SQL: &str = "SELECT day, campaign_id, push_id, metric, reason, n FROM rollups \
        WHERE day >= $1 AND day <= $2 ORDER BY day, campaign_id, push_id, metric, reason";
    let rows: Vec<CountRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(first)
            .bind(last)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(count).collect()
}

/// Every count of a push.
pub async fn of_push(db: impl Into<Conn<'_>>, push: PushId) -> Result<Vec<Count>> {
    const SQL: &str = "SELECT day, campaign_id, push_id, metric, reason, n FROM rollups \
        WHERE push_id = $1 ORDER BY day, campaign_id, metric, reason";
    let rows: Vec<CountRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(push.0).fetch_all(&mut *db).await?
    });
    rows.into_iter().map(count).collect()
}
