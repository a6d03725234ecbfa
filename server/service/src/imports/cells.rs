//! What the text of a cell, or the value of a JSON field, means.

use domain::contact::AttributeValue;
use serde_json::Value;

/// A yes or no, as people and programs write it.
pub(crate) fn yes_or_no(field: &str, cell: &str) -> Result<Option<bool>, String> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "true" | "t" | "yes" | "y" | "1" => Ok(Some(true)),
        "false" | "f" | "no" | "n" | "0" => Ok(Some(false)),
        _ => Err(format!("{field} “{cell}” is neither true nor false")),
    }
}

/// A cell without the space around it; nothing when that is all.
pub(crate) fn text(cell: &str) -> Option<String> {
    let cell = cell.trim();
    (!cell.is_empty()).then(|| cell.to_owned())
}

/// The text of a JSON field; numbers are taken as they are written, since
/// ids are often numbers.
pub(crate) fn text_of(field: &str, value: Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("{field} must be a text"))
        }
    }
}

/// The yes or no of a JSON field.
pub(crate) fn yes_or_no_of(field: &str, value: &Value) -> Result<Option<bool>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        Value::String(text) => yes_or_no(field, text),
        _ => Err(format!("{field} must be true or false")),
    }
}

/// The attribute that a JSON field means; `null` removes it.
pub(crate) fn attribute_of(field: &str, value: Value) -> Result<Option<AttributeValue>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(AttributeValue::Bool(value))),
        Value::String(text) => Ok(Some(AttributeValue::Text(text))),
        Value::Number(number) => number
            .as_i64()
            .map(AttributeValue::Int)
            .or_else(|| number.as_f64().map(AttributeValue::Float))
            .map(Some)
            .ok_or_else(|| format!("{field} is a number that cannot be kept")),
        Value::Array(_) | Value::Object(_) => Err(format!(
            "{field} must be a text, a number, true, false or null"
        )),
    }
}
