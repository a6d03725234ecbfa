//! Lists and what they have in common.

use serde::{Deserialize, Serialize};

use crate::{BindingId, CampaignId, ContactId, PushId};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Gives the next page; absent on the last.
    pub next: Option<String>,
}

/// How many there are, counted no further than makes sense on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many, or at least how many.
    pub n: u32,
    /// Whether there are more than `n`.
    pub more: bool,
}

/// Something that the command palette found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SearchHit {
    /// A contact.
    Contact {
        /// Which.
        id: ContactId,
        /// What a person calls it.
        title: String,
        /// The customer's own identifier.
        external_id: String,
    },
    /// A device.
    Device {
        /// Which.
        id: BindingId,
        /// The installation's identifier.
        device_id: String,
        /// Platform and app.
        detail: String,
    },
    /// A campaign.
    Campaign {
        /// Which.
        id: CampaignId,
        /// Its name.
        title: String,
    },
    /// A push.
    Push {
        /// Which.
        id: PushId,
        /// Its name.
        title: String,
    },
}
