//! Contacts: the people that pushes are for.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::validate::{FieldErrors, check_text, check_time_zone};
use crate::{ContactId, Shard, Timestamp};

/// Longest `external_id`, in bytes.
pub const EXTERNAL_ID_MAX: usize = 256;
/// Most attributes that one contact may have.
pub const ATTRIBUTES_MAX: usize = 256;
/// Longest attribute name and longest text value, in bytes.
pub const ATTRIBUTE_NAME_MAX: usize = 128;
/// Longest text value of an attribute, in bytes.
pub const ATTRIBUTE_TEXT_MAX: usize = 4096;

/// A typed attribute value. Stored as the JSON value it looks like.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum AttributeValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(String),
}

/// By its kind, at once: one of many contacts is read for each push.
impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyAttribute)
    }
}

struct AnyAttribute;

impl Visitor<'_> for AnyAttribute {
    type Value = AttributeValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false, a number or a text")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<AttributeValue, E> {
        #[expect(clippy::cast_precision_loss, reason = "past 64 bits signed")]
        Ok(i64::try_from(number).map_or(AttributeValue::Float(number as f64), AttributeValue::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Text(text))
    }
}

impl AttributeValue {
    /// The value that a CSV cell means: `true`/`false`, a whole number, a
    /// decimal number, or else text. Numbers with a leading zero or plus sign
    /// (post codes, telephone numbers) stay text.
    pub fn from_cell(cell: &str) -> Self {
        Self::from_cell_with(cell, |decimal| decimal.parse().unwrap_or(f64::NAN))
    }

    /// The same with another reader of decimal numbers: a browser has one of its own, and
    /// the tables of Rust's would be a good part of what it loads. It is asked for digits
    /// around one point alone.
    pub fn from_cell_with(cell: &str, decimal: impl FnOnce(&str) -> f64) -> Self {
        match cell {
            "true" | "TRUE" | "True" => return Self::Bool(true),
            "false" | "FALSE" | "False" => return Self::Bool(false),
            _ => {}
        }
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && !(digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0."))
            && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if plain {
            if let Ok(int) = cell.parse() {
                return Self::Int(int);
            }
            // Two points are a version or an address.
            if digits.matches('.').count() == 1 && !digits.ends_with('.') {
                let float = decimal(cell);
                if float.is_finite() {
                    return Self::Float(float);
                }
            }
        }
        Self::Text(cell.to_owned())
    }

    /// The cell that means the value: what people type and read.
    pub fn to_cell(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

/// A contact's attributes by name.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// What a customer says of a contact: the body of an upsert. A field that is
/// absent stays as it is; an attribute given as `null` is removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Email address; shown and searched, never mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// BCP 47 language tag, such as `en-GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA time zone, such as `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether the contact takes pushes at all. Absent on a new contact means
    /// that consent was never asked: such a contact is not sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_in: Option<bool>,
    /// Everything else that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, AttributeValue>))]
    pub attributes: BTreeMap<String, Option<AttributeValue>>,
}

/// A contact as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Our identifier.
    pub id: ContactId,
    /// Its shard, from `external_id`.
    pub shard: Shard,
    /// The customer's own identifier.
    pub external_id: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Opted in, opted out, or never asked.
    pub opted_in: Option<bool>,
    /// Everything else that is known.
    pub attributes: Attributes,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Contact {
    /// What a person reads first: the name, else the email, else the
    /// `external_id`.
    pub fn display_name(&self) -> String {
        let name: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if name.is_empty() {
            self.email
                .clone()
                .unwrap_or_else(|| self.external_id.clone())
        } else {
            name.join(" ")
        }
    }
}

/// Checks the customer's identifier of a contact.
pub fn check_external_id(external_id: &str, errors: &mut FieldErrors) {
    check_text("external_id", external_id, 1, EXTERNAL_ID_MAX, errors);
}

impl ContactInput {
    /// Every field that is wrong, by name.
    pub fn check(&self, errors: &mut FieldErrors) {
        for (field, value) in [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("email", &self.email),
            ("locale", &self.locale),
        ] {
            if let Some(value) = value {
                check_text(field, value, 0, 256, errors);
            }
        }
        if let Some(email) = &self.email
            && !email.is_empty()
            && !email.contains('@')
        {
            errors.add("email", "is not an email address: it has no @");
        }
        if let Some(zone) = &self.time_zone {
            check_time_zone("time_zone", zone, errors);
        }
        if self.attributes.len() > ATTRIBUTES_MAX {
            errors.add(
                "attributes",
                format!("has more than {ATTRIBUTES_MAX} entries"),
            );
        }
        for (name, value) in &self.attributes {
            let field = format!("attributes.{name}");
            if name.is_empty() || name.len() > ATTRIBUTE_NAME_MAX {
                errors.add(
                    &field,
                    format!("needs a name of 1 to {ATTRIBUTE_NAME_MAX} bytes"),
                );
            }
            if let Some(AttributeValue::Text(text)) = value {
                check_text(&field, text, 0, ATTRIBUTE_TEXT_MAX, errors);
            }
        }
    }

    /// Lays this input over what is known and says whether anything changed.
    /// An empty text clears its field.
    pub fn apply(&self, contact: &mut Contact) -> bool {
        let before = contact.clone();
        let set = |field: &mut Option<String>, value: &Option<String>| {
            if let Some(value) = value {
                *field = Some(value.clone()).filter(|text| !text.is_empty());
            }
        };
        set(&mut contact.first_name, &self.first_name);
        set(&mut contact.last_name, &self.last_name);
        set(&mut contact.email, &self.email);
        set(&mut contact.locale, &self.locale);
        set(&mut contact.time_zone, &self.time_zone);
        if self.opted_in.is_some() {
            contact.opted_in = self.opted_in;
        }
        for (name, value) in &self.attributes {
            match value {
                Some(value) => contact.attributes.insert(name.clone(), value.clone()),
                None => contact.attributes.remove(name),
            };
        }
        *contact != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_read_by_its_kind() {
        use AttributeValue::{Bool, Float, Int, Text};
        for (json, value) in [
            ("true", Bool(true)),
            ("-7", Int(-7)),
            ("9223372036854775807", Int(i64::MAX)),
            ("9223372036854775808", Float(9_223_372_036_854_775_808.0)),
            ("2.0", Float(2.0)),
            ("\"2\"", Text("2".into())),
            ("\"a \\\"b\\\"\"", Text("a \"b\"".into())),
        ] {
            let read: AttributeValue = serde_json::from_str(json).expect(json);
            assert_eq!(read, value, "{json}");
            let through: AttributeValue =
                serde_json::from_value(serde_json::from_str(json).expect(json)).expect(json);
            assert_eq!(through, value, "{json}");
        }
        for json in ["null", "[1]", "{}"] {
            let error = serde_json::from_str::<AttributeValue>(json).expect_err(json);
            assert!(
                error
                    .to_string()
                    .contains("true, false, a number or a text"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_cell_is_typed_by_what_it_looks_like() {
        use AttributeValue::{Bool, Float, Int, Text};
        for (cell, value) in [
            ("true", Bool(true)),
            ("42", Int(42)),
            ("-7", Int(-7)),
            ("0", Int(0)),
            ("3.5", Float(3.5)),
            ("0.25", Float(0.25)),
            ("007", Text("007".into())),
            ("+49301234", Text("+49301234".into())),
            ("1.", Text("1.".into())),
            ("1.2.3", Text("1.2.3".into())),
            ("1e5", Text("1e5".into())),
            ("nan", Text("nan".into())),
            ("", Text(String::new())),
        ] {
            assert_eq!(AttributeValue::from_cell(cell), value, "{cell}");
            // As a browser reads: as far as it understands.
            let browser = |cell: &str| {
                let end = cell
                    .match_indices('.')
                    .nth(1)
                    .map_or(cell.len(), |(at, _)| at);
                cell[..end].parse().unwrap_or(f64::NAN)
            };
            let read = AttributeValue::from_cell_with(cell, browser);
            assert_eq!(read, value, "{cell} in a browser");
        }
    }
}
