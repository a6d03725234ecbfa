//! Registrations as they come in at this process, taken and refused: kept in
//! memory for whoever watches.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::people::{Permission, Principal};
use domain::view::SeenRegistration;
use tokio::sync::watch;

use crate::service::require;
use crate::{Result, Service};

/// How many are remembered.
const REMEMBERED: usize = 200;

/// The latest registrations, and word of each new one.
#[derive(Debug)]
pub(crate) struct Tail {
    seen: Mutex<VecDeque<SeenRegistration>>,
    count: watch::Sender<u64>,
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            seen: Mutex::default(),
            count: watch::Sender::new(0),
        }
    }
}

impl Tail {
    /// Remembers one, and gives word of it.
    pub(crate) fn note(&self, registration: SeenRegistration) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push_front(registration);
        seen.truncate(REMEMBERED);
        drop(seen);
        self.count
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Those that hold `words` in any of their texts, newest first.
    fn holding(&self, words: &str) -> Vec<SeenRegistration> {
        let words = words.trim().to_lowercase();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter()
            .filter(|one| one.texts().any(|text| text.to_lowercase().contains(&words)))
            .cloned()
            .collect()
    }
}

impl Service {
    /// The registrations that came in at this process lately, taken and
    /// refused, newest first; those that hold `words`.
    pub fn seen_registrations(&self, by: &Principal, words: &str) -> Result<Vec<SeenRegistration>> {
        require(by, Permission::Inspect)?;
        Ok(self.tail().holding(words))
    }

    /// Changes with each registration that comes in at this process.
    pub fn watch_registrations(&self, by: &Principal) -> Result<watch::Receiver<u64>> {
        require(by, Permission::Inspect)?;
        Ok(self.tail().count.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;
    use domain::view::SeenOutcome;

    fn seen(contact: &str) -> SeenRegistration {
        SeenRegistration {
            at: Timestamp(0),
            contact: Some(contact.to_owned()),
            device: None,
            app: Some("shop".to_owned()),
            channel: None,
            outcome: SeenOutcome::Refused {
                reason: "No such app".to_owned(),
            },
        }
    }

    #[test]
    fn the_latest_come_first_and_the_oldest_are_forgotten() {
        let tail = Tail::default();
        for n in 0..REMEMBERED + 5 {
            tail.note(seen(&format!("c{n}")));
        }
        let all = tail.holding("");
        assert_eq!(all.len(), REMEMBERED);
        assert_eq!(all[0].contact.as_deref(), Some("c204"));
        assert_eq!(*tail.count.borrow(), 205);
    }

    #[test]
    fn words_are_looked_for_in_every_text_in_any_case() {
        let tail = Tail::default();
        tail.note(seen("Ada"));
        assert_eq!(tail.holding("ada").len(), 1);
        assert_eq!(tail.holding("no SUCH").len(), 1);
        assert!(tail.holding("bruno").is_empty());
    }
}
