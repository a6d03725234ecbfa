//! Rows of contacts.

use std::collections::BTreeMap;

use domain::contact::{AttributeValue, ContactInput, check_external_id};
use domain::validate::FieldErrors;
use serde_json::{Map, Value};

use super::cells;
use super::columns::Header;
use super::rows::{FromRow, RowOptions};
use super::source::ImportError;

/// A contact out of a file. A cell that is empty says nothing: what is known
/// stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    /// The customer's own identifier.
    pub external_id: String,
    /// What the row says.
    pub input: ContactInput,
}

/// What a column of contacts means: one that is not known is an attribute.
#[derive(Debug)]
pub enum Column {
    /// The customer's own identifier.
    ExternalId,
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Email address.
    Email,
    /// Language tag.
    Locale,
    /// IANA time zone.
    TimeZone,
    /// Consent.
    OptedIn,
    /// An attribute of this name.
    Attribute(String),
}

impl Column {
    fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "external_id" => Self::ExternalId,
            "first_name" => Self::FirstName,
            "last_name" => Self::LastName,
            "email" => Self::Email,
            "locale" => Self::Locale,
            "time_zone" => Self::TimeZone,
            "opted_in" => Self::OptedIn,
            _ => Self::Attribute(name.to_owned()),
        }
    }
}

impl FromRow for ContactRow {
    type Columns = Vec<Column>;

    fn columns(header: &Header, _: &RowOptions) -> Result<Self::Columns, ImportError> {
        header.require("external_id")?;
        Ok(header.names().map(Column::named).collect())
    }

    fn from_cells<'a>(
        columns: &Self::Columns,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<Self, String> {
        let mut external_id = String::new();
        let mut input = ContactInput::default();
        for (column, cell) in columns.iter().zip(cells) {
            match column {
                Column::ExternalId => cell.trim().clone_into(&mut external_id),
                Column::FirstName => input.first_name = cells::text(cell),
                Column::LastName => input.last_name = cells::text(cell),
                Column::Email => input.email = cells::text(cell),
                Column::Locale => input.locale = cells::text(cell),
                Column::TimeZone => input.time_zone = cells::text(cell),
                Column::OptedIn => input.opted_in = cells::yes_or_no("opted_in", cell)?,
                Column::Attribute(name) => {
                    let cell = cell.trim();
                    if !cell.is_empty() {
                        let value = AttributeValue::from_cell(cell);
                        input.attributes.insert(name.clone(), Some(value));
                    }
                }
            }
        }
        Ok(Self { external_id, input })
    }

    /// Fields by their names; `attributes` may hold attributes, and any field
    /// that is not known is one.
    fn from_object(object: Map<String, Value>, _: &RowOptions) -> Result<Self, String> {
        let mut external_id = String::new();
        let mut input = ContactInput::default();
        for (name, value) in object {
            match name.as_str() {
                "external_id" => {
                    external_id = cells::text_of("external_id", value)?.unwrap_or_default();
                }
                "first_name" => input.first_name = cells::text_of("first_name", value)?,
                "last_name" => input.last_name = cells::text_of("last_name", value)?,
                "email" => input.email = cells::text_of("email", value)?,
                "locale" => input.locale = cells::text_of("locale", value)?,
                "time_zone" => input.time_zone = cells::text_of("time_zone", value)?,
                "opted_in" => input.opted_in = cells::yes_or_no_of("opted_in", &value)?,
                "attributes" => match value {
                    Value::Object(inner) => take_attributes(inner, &mut input.attributes)?,
                    Value::Null => {}
                    _ => return Err("attributes must be a JSON object".to_owned()),
                },
                _ => {
                    let attribute = cells::attribute_of(&name, value)?;
                    input.attributes.insert(name, attribute);
                }
            }
        }
        Ok(Self { external_id, input })
    }

    fn check(&self) -> Result<(), String> {
        let mut errors = FieldErrors::default();
        check_external_id(&self.external_id, &mut errors);
        self.input.check(&mut errors);
        crate::time_zone::check(self.input.time_zone.as_deref(), &mut errors);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.to_string())
        }
    }

    fn keys(&self, seen: &mut dyn FnMut(&'static str, &[&str])) {
        seen("external_id", &[&self.external_id]);
    }
}

fn take_attributes(
    object: Map<String, Value>,
    attributes: &mut BTreeMap<String, Option<AttributeValue>>,
) -> Result<(), String> {
    for (name, value) in object {
        let attribute = cells::attribute_of(&format!("attributes.{name}"), value)?;
        attributes.insert(name, attribute);
    }
    Ok(())
}
