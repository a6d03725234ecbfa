//! Conditions: what a branch asks and a trigger filters by.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::contact::{AttributeValue, Contact};

/// Comparisons, joined. No comparisons at all hold always.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Condition {
    /// Whether all or any must hold.
    pub matching: Match,
    /// What is compared.
    pub comparisons: Vec<Comparison>,
}

/// How comparisons join.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// All must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// What is looked at.
    pub subject: Subject,
    /// How it is compared.
    pub operator: Operator,
    /// With what; ignored by "is set" and "is not set".
    #[serde(default = "empty_text")]
    pub value: AttributeValue,
}

fn empty_text() -> AttributeValue {
    AttributeValue::Text(String::new())
}

/// What a comparison looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "of", content = "name", rename_all = "snake_case")]
pub enum Subject {
    /// A field or attribute of the contact.
    Contact(String),
    /// A property of the event that let the contact in; dots lead inside.
    Event(String),
}

/// How a comparison compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The same.
    Is,
    /// Not the same, or not set.
    IsNot,
    /// A text that holds the value, in any case.
    Contains,
    /// A larger number, or a text later in the alphabet.
    GreaterThan,
    /// A smaller number, or a text earlier in the alphabet.
    LessThan,
    /// Known and not empty.
    IsSet,
    /// Unknown or empty.
    IsNotSet,
}

impl Operator {
    /// Every operator, in the form's order.
    pub const ALL: [Self; 7] = [
        Self::Is,
        Self::IsNot,
        Self::Contains,
        Self::GreaterThan,
        Self::LessThan,
        Self::IsSet,
        Self::IsNotSet,
    ];

    /// How it reads between subject and value.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Contains => "contains",
            Self::GreaterThan => "is greater than",
            Self::LessThan => "is less than",
            Self::IsSet => "is set",
            Self::IsNotSet => "is not set",
        }
    }

    /// Whether it needs a value to compare with.
    pub const fn needs_value(self) -> bool {
        !matches!(self, Self::IsSet | Self::IsNotSet)
    }
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Subject::Contact(name) | Subject::Event(name)) = &self.subject;
        write!(f, "{name} {}", self.operator.label())?;
        if self.operator.needs_value() {
            match &self.value {
                AttributeValue::Bool(value) => write!(f, " {value}")?,
                AttributeValue::Int(value) => write!(f, " {value}")?,
                AttributeValue::Float(value) => write!(f, " {value}")?,
                AttributeValue::Text(value) => write!(f, " “{value}”")?,
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joint = match self.matching {
            Match::All => " and ",
            Match::Any => " or ",
        };
        for (n, comparison) in self.comparisons.iter().enumerate() {
            if n > 0 {
                f.write_str(joint)?;
            }
            comparison.fmt(f)?;
        }
        Ok(())
    }
}

impl Condition {
    /// Whether it holds for a contact and the properties of an event.
    pub fn holds(&self, contact: &Contact, properties: &Map<String, Value>) -> bool {
        let mut each = self
            .comparisons
            .iter()
            .map(|c| c.holds(contact, properties));
        match self.matching {
            Match::All => each.all(|held| held),
            Match::Any => self.comparisons.is_empty() || each.any(|held| held),
        }
    }
}

impl Comparison {
    fn holds(&self, contact: &Contact, properties: &Map<String, Value>) -> bool {
        let found = match &self.subject {
            Subject::Contact(name) => contact_value(contact, name),
            Subject::Event(path) => event_value(properties, path),
        };
        let set = found
            .as_ref()
            .filter(|value| **value != AttributeValue::Text(String::new()));
        match self.operator {
            Operator::IsSet => set.is_some(),
            Operator::IsNotSet => set.is_none(),
            Operator::Is => found.is_some_and(|value| same(&value, &self.value)),
            Operator::IsNot => !found.is_some_and(|value| same(&value, &self.value)),
            Operator::Contains => found.is_some_and(|value| {
                value
                    .to_cell()
                    .to_lowercase()
                    .contains(&self.value.to_cell().to_lowercase())
            }),
            Operator::GreaterThan => {
                order(found.as_ref(), &self.value) == Some(std::cmp::Ordering::Greater)
            }
            Operator::LessThan => {
                order(found.as_ref(), &self.value) == Some(std::cmp::Ordering::Less)
            }
        }
    }
}

/// A field of the contact by the name that templates use, or an attribute.
fn contact_value(contact: &Contact, name: &str) -> Option<AttributeValue> {
    let text = |field: &Option<String>| field.clone().map(AttributeValue::Text);
    match name {
        "external_id" => Some(AttributeValue::Text(contact.external_id.clone())),
        "first_name" => text(&contact.first_name),
        "last_name" => text(&contact.last_name),
        "email" => text(&contact.email),
        "locale" => text(&contact.locale),
        "time_zone" => text(&contact.time_zone),
        "opted_in" => contact.opted_in.map(AttributeValue::Bool),
        _ => contact.attributes.get(name).cloned(),
    }
}

fn event_value(properties: &Map<String, Value>, path: &str) -> Option<AttributeValue> {
    let mut parts = path.split('.');
    let mut value = properties.get(parts.next()?)?;
    for part in parts {
        value = value.get(part)?;
    }
    serde_json::from_value(value.clone()).ok()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a comparison of numbers people typed"
)]
fn number_of(value: &AttributeValue) -> Option<f64> {
    match value {
        AttributeValue::Int(int) => Some(*int as f64),
        AttributeValue::Float(float) => Some(*float),
        AttributeValue::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        AttributeValue::Bool(_) => None,
    }
}

/// Equality as a person means it: numbers by value, also when one side was
/// typed as text; the rest by what it reads as.
fn same(a: &AttributeValue, b: &AttributeValue) -> bool {
    match (a, b) {
        (AttributeValue::Int(a), AttributeValue::Int(b)) => a == b,
        (AttributeValue::Text(a), AttributeValue::Text(b)) => a == b,
        _ => match (number_of(a), number_of(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b).is_eq() || (a - b).abs() < f64::EPSILON,
            _ => a.to_cell() == b.to_cell(),
        },
    }
}

fn order(found: Option<&AttributeValue>, value: &AttributeValue) -> Option<std::cmp::Ordering> {
    let found = found?;
    match (number_of(found), number_of(value)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        (None, None) => Some(found.to_cell().cmp(&value.to_cell())),
        _ => None,
    }
}
