//! Events: what contacts do, and what triggers workflows.

mod properties;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::validate::{FieldErrors, check_text};
use crate::{EventId, Timestamp};

pub use properties::Properties;

/// Longest event name, in bytes.
pub const EVENT_NAME_MAX: usize = 128;
/// Largest properties of one event, in bytes of JSON.
pub const EVENT_PROPERTIES_MAX: usize = 32 * 1024;
/// Most events in one batch.
pub const EVENT_BATCH_MAX: usize = 1000;

/// An event as a customer posts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventInput {
    /// The customer's own identifier of the event: posted again, it is taken
    /// once. Absent means that each post is a new event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whose event it is. An unknown contact is created.
    pub external_id: String,
    /// What happened, such as `order_placed`.
    pub name: String,
    /// When it happened, in milliseconds UTC; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// Facts about it.
    #[serde(default)]
    pub properties: Properties,
}

impl EventInput {
    /// Every field that is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        let max = crate::contact::EXTERNAL_ID_MAX;
        check_text("external_id", &self.external_id, 1, max, errors);
        check_name("name", &self.name, errors);
        if let Some(id) = &self.id {
            check_text("id", id, 1, 256, errors);
        }
        check_properties("properties", &self.properties, errors);
    }
}

/// Checks an event's name.
pub fn check_name(field: &str, name: &str, errors: &mut FieldErrors) {
    check_text(field, name, 1, EVENT_NAME_MAX, errors);
}

/// Checks the size of an event's properties.
pub fn check_properties(field: &str, properties: &Properties, errors: &mut FieldErrors) {
    let size = properties.json().len();
    if size > EVENT_PROPERTIES_MAX {
        errors.add(
            field,
            format!("are {size} bytes of JSON; at most {EVENT_PROPERTIES_MAX} are allowed"),
        );
    }
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Our identifier.
    pub id: EventId,
    /// What happened.
    pub name: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Facts about it.
    pub properties: Map<String, Value>,
}
