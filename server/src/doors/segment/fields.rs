//! A message's fields, each read as its type.

use domain::validate::FieldErrors;
use serde_json::{Map, Value};

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
