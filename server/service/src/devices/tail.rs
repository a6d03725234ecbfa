//! Registrations and deliveries as they come: for whoever has an app in hand. All
//! of it is read from the database, so that it does not matter which process a
//! registration came in at, nor which one sends.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use domain::PushId;
use domain::people::{Permission, Principal};
use domain::view::{AppName, SeenDelivery, SeenRegistration, TailFilter};
use storage::{deliveries, seen};

use crate::service::require;
use crate::{Result, Service};

/// Registrations that wait to be written: when more come within a moment, the
/// oldest are forgotten. Registering waits for none of it.
const WAITING: usize = 200;
/// Deliveries that are shown.
const SHOWN: usize = 200;

/// Registrations that came in at this process and are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Tail(Mutex<VecDeque<SeenRegistration>>);

impl Tail {
    /// Remembers one until it is written.
    pub(crate) fn note(&self, registration: SeenRegistration) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(registration);
        if waiting.len() > WAITING {
            waiting.pop_front();
        }
    }

    fn take(&self) -> Vec<SeenRegistration> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.drain(..).collect()
    }
}

impl Service {
    /// Writes the registrations that came in since the last time, for every
    /// process to show. To be called now and then.
    pub async fn keep_seen_registrations(&self) -> Result<()> {
        let waiting = self.tail().take();
        if waiting.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        seen::insert(&mut tx, &waiting, self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The registrations that came in lately at any process, taken and refused,
    /// newest first; those that `filter` lets pass.
    pub async fn seen_registrations(
        &self,
        by: &Principal,
        filter: &TailFilter,
    ) -> Result<Vec<SeenRegistration>> {
        require(by, Permission::Inspect)?;
        self.keep_seen_registrations().await?;
        let mut reader = self.reader().await?;
        let seen = seen::latest(&mut reader).await?;
        Ok(seen
            .into_iter()
            .filter(|one| filter.passes_registration(one))
            .collect())
    }

    /// The latest deliveries that `filter` lets pass, newest first, each as it
    /// stands now.
    pub async fn seen_deliveries(
        &self,
        by: &Principal,
        filter: &TailFilter,
    ) -> Result<Vec<SeenDelivery>> {
        require(by, Permission::Inspect)?;
        let mut reader = self.reader().await?;
        let apps = crate::apps::all(&mut reader).await?;
        let named = |one: &deliveries::Lately| {
            let app = apps.iter().find(|app| Some(app.id) == one.app_id);
            SeenDelivery {
                at: one.at,
                contact_id: one.contact_id,
                contact: one.external_id.clone(),
                binding_id: one.binding_id,
                device: one.device_id.clone(),
                app: app.map(|app| AppName {
                    id: app.id,
                    slug: app.slug.clone(),
                    name: app.name.clone(),
                }),
                channel: one.channel,
                push_id: one.push_id,
                push: String::new(),
                test: one.test,
                state: one.state,
                reason: one.reason.clone(),
            }
        };
        let found = deliveries::lately(&mut reader, SHOWN, |one| {
            filter.passes_delivery(&named(one))
        })
        .await?;
        let mut seen: Vec<SeenDelivery> = found.iter().map(named).collect();
        let mut names: HashMap<PushId, String> = HashMap::new();
        for one in &mut seen {
            one.push = match names.entry(one.push_id) {
                Entry::Occupied(known) => known.into_mut().clone(),
                Entry::Vacant(place) => {
                    let name = crate::pushes::name_of(&mut reader, one.push_id).await?;
                    place.insert(name).clone()
                }
            };
        }
        Ok(seen)
    }

    /// A number that changes when a registration comes in at any process, or one
    /// of the latest deliveries goes on.
    pub async fn tail_mark(&self, by: &Principal) -> Result<u64> {
        require(by, Permission::Inspect)?;
        let mut reader = self.reader().await?;
        let mut hash = DefaultHasher::new();
        seen::newest(&mut reader).await?.hash(&mut hash);
        for one in deliveries::lately(&mut reader, SHOWN, |_| true).await? {
            (one.place, one.state, one.at).hash(&mut hash);
        }
        Ok(hash.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;
    use domain::view::SeenOutcome;

    #[test]
    fn of_more_than_can_wait_the_oldest_are_forgotten() {
        let tail = Tail::default();
        for n in 0..WAITING + 5 {
            tail.note(SeenRegistration {
                at: Timestamp(0),
                contact: Some(format!("c{n}")),
                device: None,
                app: None,
                channel: None,
                outcome: SeenOutcome::Refused {
                    reason: "No such app".to_owned(),
                },
            });
        }
        let waiting = tail.take();
        assert_eq!(waiting.len(), WAITING);
        assert_eq!(waiting[0].contact.as_deref(), Some("c5"));
        assert!(tail.take().is_empty(), "each is written once");
    }
}
