//! Reports: what devices tell back of deliveries.

use std::collections::{HashMap, HashSet};

use domain::connect::MilestoneKind;
use domain::delivery::{DeliveryState, delivery_place};
use domain::device::Channel;
use domain::people::{Permission, Principal};
use domain::report::{REPORT_BATCH_MAX, Report, ReportInput};
use domain::validate::FieldErrors;
use domain::{AppId, ChunkId, Timestamp};
use storage::chunks::{self, Chunk};
use storage::deliveries::{self, Delivery, Place};
use storage::milestones;
use storage::reports::{self, NewReport};
use storage::rollups::{self, Account, Counts, Metric};
use uuid::Uuid;

use crate::service::require;
use crate::{Result, Service, ServiceError, settings, time_zone};

/// What became of a batch of reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenReports {
    /// How many were new.
    pub taken: usize,
    /// How many were told before.
    pub repeated: usize,
    /// How many were beyond what is kept of one delivery.
    pub beyond: usize,
    /// The deliveries that are not known here, each once.
    pub unknown: Vec<Uuid>,
}

impl Service {
    /// Takes what devices tell of deliveries, each report once. Of deliveries
    /// that are not known, or were never sent, nothing is kept.
    ///
    /// `named` says how the caller's fields are called: `reports[3].` for the
    /// fourth of a batch.
    ///
    /// # Errors
    /// `NotFound` when none of the deliveries is known.
    pub async fn take_reports(
        &self,
        by: &Principal,
        told: &[ReportInput],
        named: impl Fn(usize) -> String,
    ) -> Result<TakenReports> {
        require(by, Permission::RegisterDevices)?;
        check(told, named)?;
        let now = self.now();
        let known = self.reported(told).await?;
        let mut taken = TakenReports::default();
        let mut fresh = Vec::with_capacity(told.len());
        for input in told {
            match known.get(&input.carillon_id) {
                Some((delivery, chunk)) => fresh.push(NewReport {
                    place: place(delivery),
                    report: report(input, chunk.created_at, now),
                }),
                None if taken.unknown.contains(&input.carillon_id) => {}
                None => taken.unknown.push(input.carillon_id),
            }
        }
        if fresh.is_empty() {
            return Err(match taken.unknown.as_slice() {
                [only] => ServiceError::not_found(format!("The delivery {only}")),
                _ => ServiceError::not_found("None of these deliveries is known: each"),
            });
        }
        let mut tx = self.begin().await?;
        let kept = reports::insert(&mut tx, &fresh).await?;
        let mut counts = Counts::default();
        let chunk_of: HashMap<Place, &Chunk> = known
            .values()
            .map(|(delivery, chunk)| (place(delivery), chunk))
            .collect();
        for (place, kind) in &kept.new {
            if let Some(chunk) = chunk_of.get(place).filter(|chunk| !chunk.test) {
                let account = Account {
                    campaign_id: chunk.campaign_id,
                    push_id: chunk.push_id,
                };
                counts.add(account, Metric::of_report(*kind), "", 1);
            }
        }
        let told_of: Vec<Delivery> = known.values().map(|(one, ..)| one.clone()).collect();
        let mut reached: Vec<(AppId, Channel, MilestoneKind)> =
            deliveries::targets(&mut tx, &told_of)
                .await?
                .into_iter()
                .map(|target| (target.app_id, target.channel, MilestoneKind::Reported))
                .collect();
        reached.sort_unstable();
        reached.dedup();
        milestones::note(&mut tx, &reached, now).await?;
        let account = settings::account(&mut tx).await?;
        rollups::add(&mut tx, time_zone::day_of(now, &account.time_zone), &counts).await?;
        tx.commit().await?;
        taken.taken = kept.new.len();
        taken.beyond = kept.beyond;
        taken.repeated = fresh.len() - taken.taken - taken.beyond;
        Ok(taken)
    }

    /// The deliveries that these reports are of, with their chunks: those that
    /// left, or may have.
    async fn reported(&self, told: &[ReportInput]) -> Result<HashMap<Uuid, (Delivery, Chunk)>> {
        let named: HashMap<Uuid, (ChunkId, i32)> = told
            .iter()
            .filter_map(|input| Some((input.carillon_id, delivery_place(input.carillon_id)?)))
            .collect();
        let ids: HashSet<ChunkId> = named.values().map(|(chunk, _)| *chunk).collect();
        let ids: Vec<ChunkId> = ids.into_iter().collect();
        let mut reader = self.reader().await?;
        let found = chunks::of_ids(&mut reader, &ids).await?;
        let chunks: HashMap<ChunkId, Chunk> =
            found.into_iter().map(|chunk| (chunk.id, chunk)).collect();
        let places: HashMap<Place, Uuid> = named
            .into_iter()
            .filter_map(|(id, (chunk_id, seq))| {
                let home = chunks.get(&chunk_id)?.home;
                Some((
                    Place {
                        home,
                        chunk_id,
                        seq,
                    },
                    id,
                ))
            })
            .collect();
        let wanted: Vec<Place> = places.keys().copied().collect();
        let found = deliveries::at(&mut reader, &wanted).await?;
        Ok(found
            .into_iter()
            .filter(|delivery| delivery.state != DeliveryState::Suppressed)
            .filter_map(|delivery| {
                let id = *places.get(&place(&delivery))?;
                let chunk = chunks.get(&delivery.chunk_id)?.clone();
                Some((id, (delivery, chunk)))
            })
            .collect())
    }
}

const fn place(delivery: &Delivery) -> Place {
    Place {
        home: delivery.home,
        chunk_id: delivery.chunk_id,
        seq: delivery.seq,
    }
}

fn check(told: &[ReportInput], named: impl Fn(usize) -> String) -> Result<()> {
    let mut errors = FieldErrors::default();
    if told.is_empty() {
        errors.add("reports", "must not be empty");
    } else if told.len() > REPORT_BATCH_MAX {
        errors.add(
            "reports",
            format!(
                "are {}; at most {REPORT_BATCH_MAX} are taken at once",
                told.len()
            ),
        );
        return Err(errors.into());
    }
    for (n, input) in told.iter().enumerate() {
        input.check(&named(n), &mut errors);
    }
    Ok(errors.into_result(())?)
}

/// The report as it is kept. Devices' clocks are wrong now and then: nothing
/// was displayed before it was decided, nor after it was told.
fn report(input: &ReportInput, decided_at: Timestamp, now: Timestamp) -> Report {
    Report {
        kind: input.kind,
        action: input.action.clone(),
        title: None,
        reply: input.reply.clone(),
        at: input.at.unwrap_or(now).min(now).max(decided_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::report::ReportKind;

    #[test]
    fn a_devices_wrong_clock_is_set_between_decision_and_arrival() {
        let at = |at: Option<i64>| {
            let input = ReportInput {
                carillon_id: Uuid::nil(),
                kind: ReportKind::Opened,
                action: None,
                reply: None,
                at: at.map(Timestamp),
            };
            report(&input, Timestamp(100), Timestamp(200))
                .at
                .as_millis()
        };
        assert_eq!(at(Some(150)), 150);
        assert_eq!(at(Some(0)), 100);
        assert_eq!(at(Some(i64::MAX)), 200);
        assert_eq!(at(None), 200);
    }
}
