//! A message's fields, each read as its type.

use std::fmt;

use domain::event::Properties;
use domain::validate::FieldErrors;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The field that holds facts about an event.
const PROPERTIES: &str = "properties";

/// A message as it came: its properties stay the text that they are.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) fields: Fields,
    pub(super) properties: Option<Box<RawValue>>,
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Said;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Said, A::Error> {
                let mut said = Said::default();
                while let Some(name) = entries.next_key::<String>()? {
                    if name == PROPERTIES {
                        said.properties = Some(entries.next_value()?);
                    } else {
                        said.fields.0.insert(name, entries.next_value()?);
                    }
                }
                Ok(said)
            }
        }
        deserializer.deserialize_map(Read)
    }
}

impl Said {
    /// The facts about an event; none when absent.
    pub(super) fn take_properties(&mut self, errors: &mut FieldErrors) -> Properties {
        let Some(text) = self.properties.take().filter(|text| text.get() != "null") else {
            return Properties::default();
        };
        let is_object = text.get().starts_with('{');
        Properties::try_from(text).unwrap_or_else(|error| {
            if is_object {
                errors.add(PROPERTIES, format!("cannot be read: {error}"));
            } else {
                errors.add(PROPERTIES, "must be an object");
            }
            Properties::default()
        })
    }
}

/// A JSON object whose wrong fields are noted by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// A text; absent, `null` or empty is none.
    pub(super) fn text(&self, name: &str, errors: &mut FieldErrors) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Null | Value::String(_) => None,
            _ => {
                errors.add(name, "must be a text");
                None
            }
        }
    }

    /// An identifier: a text, or a number as it is written.
    pub(super) fn id(&self, name: &str, errors: &mut FieldErrors) -> Option<String> {
        match self.0.get(name)? {
            Value::Number(number) => Some(number.to_string()),
            Value::String(_) | Value::Null => self.text(name, errors),
            _ => {
                errors.add(name, "must be a text or a number");
                None
            }
        }
    }

    /// Takes an object out; empty when absent.
    pub(super) fn take_object(&mut self, name: &str, errors: &mut FieldErrors) -> Self {
        match self.0.remove(name) {
            Some(Value::Object(object)) => Self(object),
            None | Some(Value::Null) => Self::default(),
            Some(_) => {
                errors.add(name, "must be an object");
                Self::default()
            }
        }
    }

    /// A text of no importance: something else counts as absent.
    pub(super) fn aside(&self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// An object of no importance.
    pub(super) fn object_aside(&self, name: &str) -> Self {
        let object = self.0.get(name).and_then(Value::as_object);
        Self(object.cloned().unwrap_or_default())
    }
}
