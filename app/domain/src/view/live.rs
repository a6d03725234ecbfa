//! Registrations and deliveries as they come, and what they are narrowed to.

use serde::{Deserialize, Serialize};

use super::{AppName, SeenOutcome, SeenRegistration};
use crate::delivery::DeliveryState;
use crate::device::Channel;
use crate::{BindingId, ContactId, PushId, Timestamp};

/// A delivery of late, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenDelivery {
    /// When its outcome was recorded, or else when it was decided.
    pub at: Timestamp,
    /// The contact.
    pub contact_id: ContactId,
    /// The contact's own identifier, while it is there.
    pub contact: Option<String>,
    /// The device's binding.
    pub binding_id: BindingId,
    /// The device's identifier, while it is there.
    pub device: Option<String>,
    /// The app, while the device is there.
    pub app: Option<AppName>,
    /// The push service.
    pub channel: Channel,
    /// The push.
    pub push_id: PushId,
    /// The push's name.
    pub push: String,
    /// Somebody's test.
    pub test: bool,
    /// What became of it.
    pub state: DeliveryState,
    /// Why.
    pub reason: Option<String>,
}

/// What came of a registration or a delivery, in three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TailOutcome {
    /// Taken; accepted by the provider.
    Good,
    /// Refused, failed, stopped.
    Bad,
    /// Not over, or nobody knows.
    Open,
}

impl TailOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Good, Self::Bad, Self::Open];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }

    /// What a delivery in this state came to.
    pub const fn of_delivery(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Accepted => Self::Good,
            DeliveryState::Planned
            | DeliveryState::Started
            | DeliveryState::Waiting
            | DeliveryState::Unknown => Self::Open,
            DeliveryState::Rejected
            | DeliveryState::TokenGone
            | DeliveryState::Failed
            | DeliveryState::Expired
            | DeliveryState::Suppressed => Self::Bad,
        }
    }
}

/// What the live page is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TailFilter {
    /// A part of the contact's, the device's or the push's name, or of a reason.
    pub words: String,
    /// An app's slug.
    pub app: Option<String>,
    /// A push service.
    pub channel: Option<Channel>,
    /// What came of it.
    pub outcome: Option<TailOutcome>,
}

impl TailFilter {
    /// Whether it lets everything pass.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    fn finds<'a>(&self, mut texts: impl Iterator<Item = &'a str>) -> bool {
        let words = self.words.trim().to_lowercase();
        words.is_empty() || texts.any(|text| text.to_lowercase().contains(&words))
    }

    /// Whether a registration passes.
    pub fn passes_registration(&self, one: &SeenRegistration) -> bool {
        let outcome = match one.outcome {
            SeenOutcome::Refused { .. } => TailOutcome::Bad,
            _ => TailOutcome::Good,
        };
        self.app
            .as_ref()
            .is_none_or(|app| one.app.as_ref() == Some(app))
            && self
                .channel
                .is_none_or(|channel| one.channel == Some(channel))
            && self.outcome.is_none_or(|wanted| wanted == outcome)
            && self.finds(one.texts())
    }

    /// Whether a delivery passes.
    pub fn passes_delivery(&self, one: &SeenDelivery) -> bool {
        let slug = one.app.as_ref().map(|app| &app.slug);
        let texts = [&one.contact, &one.device, &one.reason];
        self.app.as_ref().is_none_or(|app| slug == Some(app))
            && self.channel.is_none_or(|channel| one.channel == channel)
            && self
                .outcome
                .is_none_or(|wanted| wanted == TailOutcome::of_delivery(one.state))
            && self.finds(
                texts
                    .into_iter()
                    .filter_map(|text| text.as_deref())
                    .chain([one.state.label()]),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(outcome: SeenOutcome) -> SeenRegistration {
        SeenRegistration {
            at: Timestamp(0),
            contact: Some("Ada".into()),
            device: Some("phone".into()),
            app: Some("shop".into()),
            channel: Some(Channel::Fcm),
            outcome,
        }
    }

    fn delivery(state: DeliveryState) -> SeenDelivery {
        let nobody = uuid::Uuid::nil();
        SeenDelivery {
            at: Timestamp(0),
            contact_id: nobody.into(),
            contact: Some("Ada".into()),
            binding_id: nobody.into(),
            device: Some("phone".into()),
            app: Some(AppName {
                id: nobody.into(),
                slug: "shop".into(),
                name: "Shop".into(),
            }),
            channel: Channel::Fcm,
            push_id: nobody.into(),
            push: "Hello".into(),
            test: false,
            state,
            reason: Some("Unregistered".into()),
        }
    }

    fn with(words: &str) -> TailFilter {
        TailFilter {
            words: words.into(),
            ..TailFilter::default()
        }
    }

    #[test]
    fn an_open_filter_lets_everything_pass() {
        let open = TailFilter::default();
        assert!(open.is_open());
        let id = uuid::Uuid::nil().into();
        assert!(open.passes_registration(&registration(SeenOutcome::New { id })));
        for state in DeliveryState::ALL {
            assert!(open.passes_delivery(&delivery(state)), "{state:?}");
        }
    }

    #[test]
    fn words_are_looked_for_in_names_and_reasons_in_any_case() {
        let gone = delivery(DeliveryState::TokenGone);
        for words in ["ada", "PHONE", "unreg", " token gone "] {
            assert!(with(words).passes_delivery(&gone), "{words}");
        }
        assert!(!with("bruno").passes_delivery(&gone));
        let refused = registration(SeenOutcome::Refused {
            reason: "No such app".into(),
        });
        assert!(with("no SUCH").passes_registration(&refused));
        assert!(!with("bruno").passes_registration(&refused));
    }

    #[test]
    fn app_channel_and_outcome_narrow_each_by_itself() {
        let gone = delivery(DeliveryState::TokenGone);
        let taken = registration(SeenOutcome::Same {
            id: uuid::Uuid::nil().into(),
        });
        for (filter, of_delivery, of_registration) in [
            (
                TailFilter {
                    app: Some("shop".into()),
                    ..with("")
                },
                true,
                true,
            ),
            (
                TailFilter {
                    app: Some("site".into()),
                    ..with("")
                },
                false,
                false,
            ),
            (
                TailFilter {
                    channel: Some(Channel::Fcm),
                    ..with("")
                },
                true,
                true,
            ),
            (
                TailFilter {
                    channel: Some(Channel::Apns),
                    ..with("")
                },
                false,
                false,
            ),
            (
                TailFilter {
                    outcome: Some(TailOutcome::Bad),
                    ..with("")
                },
                true,
                false,
            ),
            (
                TailFilter {
                    outcome: Some(TailOutcome::Good),
                    ..with("")
                },
                false,
                true,
            ),
            (
                TailFilter {
                    outcome: Some(TailOutcome::Open),
                    ..with("")
                },
                false,
                false,
            ),
        ] {
            assert_eq!(filter.passes_delivery(&gone), of_delivery, "{filter:?}");
            assert_eq!(
                filter.passes_registration(&taken),
                of_registration,
                "{filter:?}"
            );
        }
    }
}
