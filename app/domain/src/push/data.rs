//! What templates read of a contact and an event.

use std::fmt;

use liquid::{Key, Value};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::contact::{AttributeValue, Contact};

/// What templates call the contact.
pub(super) const CONTACT: &str = "contact";
/// What they call the properties of the event that began the journey.
pub(super) const EVENT: &str = "event";

/// What templates may read: `contact` and its attributes, and `event`, the
/// properties of the event that began the journey.
pub fn template_data(contact: &Contact, properties: impl Into<Value>) -> Value {
    template_data_of(contact_value(contact), properties)
}

/// The same for a contact that is a value already, as [`contact_json`] reads.
pub fn template_data_of(contact: Value, properties: impl Into<Value>) -> Value {
    Value::object([(CONTACT, contact), (EVENT, properties.into())])
}

/// What templates call the fields of a contact that stand beside its attributes.
const OWN_FIELDS: [&str; 6] = [
    "external_id",
    "first_name",
    "last_name",
    "email",
    "locale",
    "time_zone",
];

fn own_fields(contact: &Contact) -> impl Iterator<Item = (&'static str, &str)> {
    let known = [
        Some(&contact.external_id),
        contact.first_name.as_ref(),
        contact.last_name.as_ref(),
        contact.email.as_ref(),
        contact.locale.as_ref(),
        contact.time_zone.as_ref(),
    ];
    OWN_FIELDS
        .into_iter()
        .zip(known)
        .filter_map(|(name, field)| Some((name, field?.as_str())))
}

/// Attributes as they are stored, read straight into what templates see of them.
#[derive(Debug, Default)]
pub struct StoredAttributes(Vec<(Key, Value)>);

impl StoredAttributes {
    /// The contact that has them, as [`template_data_of`] takes it: with its own
    /// `external_id`, `first_name`, `last_name`, `email`, `locale` and `time_zone`.
    pub fn into_contact(self, own: [Option<String>; 6]) -> Value {
        let Self(mut entries) = self;
        let own = OWN_FIELDS.into_iter().zip(own);
        // A field follows an attribute of its name and takes its place.
        entries.extend(own.filter_map(|(name, field)| Some((name.into(), field?.into()))));
        Value::Object(liquid::Object::new(entries).into())
    }
}

impl<'de> Deserialize<'de> for StoredAttributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyAttributes)
    }
}

struct AnyAttributes;

impl<'de> Visitor<'de> for AnyAttributes {
    type Value = StoredAttributes;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut stored: A) -> Result<StoredAttributes, A::Error> {
        let mut entries = Vec::with_capacity(16);
        while let Some(entry) = stored.next_entry()? {
            entries.push(entry);
        }
        Ok(StoredAttributes(entries))
    }
}

fn contact_value(contact: &Contact) -> Value {
    let text = |text: &str| Value::Str(text.into());
    let mut entries: Vec<(Key, Value)> = Vec::with_capacity(contact.attributes.len() + 6);
    for (name, value) in &contact.attributes {
        let value = match value {
            AttributeValue::Bool(value) => Value::Bool(*value),
            AttributeValue::Int(value) => Value::Int(*value),
            AttributeValue::Float(value) => Value::Float(*value),
            AttributeValue::Text(value) => text(value),
        };
        entries.push((name.clone().into(), value));
    }
    entries.extend(own_fields(contact).map(|(name, field)| (name.into(), text(field))));
    Value::Object(std::sync::Arc::new(liquid::Object::new(entries)))
}

/// The contact as JSON that reads as the [`Value`] which templates see: for a browser,
/// which needs no more of it.
pub fn contact_json(contact: &Contact) -> String {
    serde_json::to_string(&Readable(contact)).unwrap_or_default()
}

/// A contact, written as templates see it.
struct Readable<'a>(&'a Contact);

impl Serialize for Readable<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0.attributes {
            map.serialize_entry(name, value)?;
        }
        // A field follows an attribute of its name and takes its place when read.
        for (name, field) in own_fields(self.0) {
            map.serialize_entry(name, field)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shard, Timestamp};
    use serde_json::Map;

    #[test]
    fn a_contact_that_is_stored_or_written_for_the_browser_reads_as_templates_see_it() {
        let attributes = [
            ("vip", AttributeValue::Bool(true)),
            ("orders", AttributeValue::Int(-3)),
            ("spent", AttributeValue::Float(2.0)),
            ("plan", AttributeValue::Text("gold".into())),
            ("email", AttributeValue::Text("an attribute".into())),
        ];
        let contact = Contact {
            id: uuid::Uuid::nil().into(),
            shard: Shard::of("a"),
            external_id: "a".into(),
            first_name: Some("Ana".into()),
            last_name: None,
            email: Some("ana@example.com".into()),
            locale: None,
            time_zone: None,
            opted_in: None,
            attributes: attributes.map(|(name, value)| (name.into(), value)).into(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        let stored = serde_json::to_string(&contact.attributes).expect("is written");
        let stored: StoredAttributes = serde_json::from_str(&stored).expect("reads");
        let own = ["a", "Ana", "", "ana@example.com", "", ""];
        let own = own.map(|field| (!field.is_empty()).then(|| field.to_owned()));
        assert_eq!(stored.into_contact(own), contact_value(&contact));
        let read: Value = serde_json::from_str(&contact_json(&contact)).expect("reads");
        assert_eq!(read, contact_value(&contact));
        assert_eq!(
            template_data_of(read, &Map::new()),
            template_data(&contact, &Map::new())
        );
    }
}
