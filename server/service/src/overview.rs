//! Results and the overview.

use std::collections::BTreeMap;

use domain::app::{App, CredentialState};
use domain::gate::Suppression;
use domain::people::{Permission, Principal};
use domain::view::{
    CredentialView, DayResults, FailureCount, Overview, Results, SetupStep, SuppressedCount,
};
use domain::workflow::WorkflowState;
use domain::{PushId, Timestamp};
use storage::credentials::SealedCredential;
use storage::rollups::{self, Count, Metric};
use storage::{Reader, credentials, pushes, workflows};

use crate::service::require;
use crate::tally::Counted;
use crate::{Result, Service, settings, time_zone};

/// Days on the overview, today included.
const DAYS: i32 = 14;
/// Rows that decide whether a set-up step is done.
const ANY: u32 = 1;

impl Service {
    /// The overview's page. `latest` are filled in by [`Service::latest_sends`].
    pub async fn overview(&self, by: &Principal) -> Result<Overview> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let account = settings::account(&mut reader).await?;
        let today = time_zone::day_of(self.now(), &account.time_zone);
        let counts = rollups::of_days(&mut reader, today - DAYS + 1, today).await?;
        let of_day = |day: i32| {
            let counts: Vec<_> = counts
                .iter()
                .filter(|count| count.day == day)
                .cloned()
                .collect();
            results(&counts)
        };
        let days = (today - DAYS + 1..=today)
            .map(|day| DayResults {
                day,
                results: of_day(day),
            })
            .collect();
        let contacts = self.tally(&mut reader, Counted::Contacts).await?;
        let devices = self.tally(&mut reader, Counted::Devices).await?;
        let live = live_workflows(&mut reader).await?;
        let apps = crate::apps::all(&mut reader).await?;
        let entered = credentials::all(&mut reader).await?;
        let mut missing = Vec::new();
        for (step, done) in [
            (SetupStep::App, !apps.is_empty()),
            (SetupStep::Credential, !entered.is_empty()),
            (SetupStep::Contacts, contacts.n > 0),
            (SetupStep::Device, devices.n > 0),
            (
                SetupStep::Push,
                !pushes::list(&mut reader, None, None, ANY)
                    .await?
                    .items
                    .is_empty(),
            ),
            (SetupStep::Workflow, live > 0),
        ] {
            if !done {
                missing.push(step);
            }
        }
        Ok(Overview {
            today: of_day(today),
            days,
            contacts,
            devices,
            live_workflows: live,
            refused_credentials: self.refused_among(entered, &apps),
            latest: Vec::new(),
            missing,
        })
    }

    /// Credentials that a provider refused, beside their apps' names.
    pub(crate) fn refused_among(
        &self,
        entered: Vec<SealedCredential>,
        apps: &[App],
    ) -> Vec<CredentialView> {
        entered
            .into_iter()
            .map(|sealed| sealed.credential)
            .filter(|credential| credential.state == CredentialState::Refused)
            .filter(|credential| self.offers(credential.channel))
            .map(|credential| {
                let app = apps.iter().find(|app| app.id == credential.app_id);
                CredentialView {
                    app_slug: app.map(|app| app.slug.clone()).unwrap_or_default(),
                    app_name: app.map(|app| app.name.clone()).unwrap_or_default(),
                    credential,
                }
            })
            .collect()
    }

    /// What became of a push, over all time.
    pub async fn push_results(&self, by: &Principal, id: PushId) -> Result<Results> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        Ok(results(&rollups::of_push(&mut reader, id).await?))
    }

    /// The account's day that a moment falls on.
    pub async fn day_of(&self, at: Timestamp) -> Result<i32> {
        let mut reader = self.reader().await?;
        let account = settings::account(&mut reader).await?;
        Ok(time_zone::day_of(at, &account.time_zone))
    }
}

async fn live_workflows(reader: &mut Reader) -> Result<u32> {
    let published = workflows::published(reader).await?;
    let live = published
        .iter()
        .filter(|workflow| workflow.state == WorkflowState::Live)
        .count();
    Ok(u32::try_from(live).unwrap_or(u32::MAX))
}

/// Sums counts up for people.
pub(crate) fn results(counts: &[Count]) -> Results {
    let mut sum = Results::default();
    let mut suppressed: BTreeMap<Suppression, i64> = BTreeMap::new();
    let mut failures: BTreeMap<String, i64> = BTreeMap::new();
    for Count {
        metric, reason, n, ..
    } in counts
    {
        match metric {
            // Sends that became deliveries: the deliveries are counted.
            Metric::Released => {}
            Metric::Suppressed | Metric::DeviceSuppressed => {
                if let Some(reason) = suppression(reason) {
                    *suppressed.entry(reason).or_default() += n;
                }
            }
            Metric::Accepted => sum.accepted += n,
            Metric::Unknown => sum.unknown += n,
            Metric::Displayed => sum.displayed += n,
            Metric::Opened => sum.opened += n,
            Metric::Action => sum.actions += n,
            Metric::Rejected | Metric::TokenGone | Metric::Failed | Metric::Expired => {
                sum.failed += n;
                let name = metric.name().replace('_', " ");
                let name = if reason.is_empty() {
                    name
                } else {
                    format!("{name}: {reason}")
                };
                *failures.entry(name).or_default() += n;
            }
        }
    }
    sum.sent = sum.accepted + sum.unknown + sum.failed;
    sum.suppressed = suppressed
        .into_iter()
        .map(|(reason, n)| SuppressedCount { reason, n })
        .collect();
    sum.suppressed
        .sort_by_key(|count| std::cmp::Reverse(count.n));
    sum.failures = failures
        .into_iter()
        .map(|(reason, n)| FailureCount { reason, n })
        .collect();
    sum.failures.sort_by_key(|count| std::cmp::Reverse(count.n));
    sum
}

/// The suppression that a stored name means: its name in the API.
pub(crate) fn suppression(name: &str) -> Option<Suppression> {
    Suppression::ALL
        .into_iter()
        .find(|reason| reason.name() == name)
}
