//! Reads a notification's form as Twilio does, and says what is wrong with it.
//! Source: "Notification resource", Twilio documentation.

use http::StatusCode;
use serde_json::{Map, Value};

use super::problem::Problem;

/// Longest time to live, in seconds.
const TTL_LIMIT: u64 = 2_419_200;
/// Most values of a field that may repeat.
const IDENTITIES: usize = 20;
const TAGS: usize = 5;

/// A form that can be taken.
#[derive(Debug)]
pub(super) struct Notification {
    /// Where the first one goes: the address of a binding, or an identity.
    pub(super) address: String,
    /// The fields as JSON, for the log and the answer.
    pub(super) fields: Map<String, Value>,
}

/// The address that a form names, whatever else is wrong with it.
pub(super) fn named_address(form: &[(String, String)]) -> Option<String> {
    let first = |wanted: &str| form.iter().find(|(name, _)| name == wanted);
    if let Some((_, binding)) = first("ToBinding") {
        let binding: Value = serde_json::from_str(binding).ok()?;
        return Some(binding.get("address")?.as_str()?.to_owned());
    }
    Some(first("Identity")?.1.clone())
}

/// The fields as JSON; those that repeat as a list.
pub(super) fn as_json(form: &[(String, String)]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in form {
        let value = Value::String(value.clone());
        match fields.get_mut(name) {
            None => {
                fields.insert(name.clone(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => {
                let values = vec![first.take(), value];
                *first = Value::Array(values);
            }
        }
    }
    fields
}

pub(super) fn read(form: &[(String, String)]) -> Result<Notification, Problem> {
    let count = |wanted: &str| form.iter().filter(|(name, _)| name == wanted).count();
    let (bindings, identities, tags) = (count("ToBinding"), count("Identity"), count("Tag"));
    if bindings > 0 && identities + tags > 0 {
        return Err(wrong(
            "Direct notifications and query notifications can not be requested together",
        ));
    }
    if bindings + identities + tags == 0 {
        return Err(parameter("Identity"));
    }
    if identities > IDENTITIES {
        return Err(parameter("Identity"));
    }
    if tags > TAGS {
        return Err(parameter("Tag"));
    }
    for (name, value) in form {
        let good = match name.as_str() {
            "ToBinding" => is_binding(value),
            "Ttl" => value.parse().is_ok_and(|ttl: u64| ttl <= TTL_LIMIT),
            "Priority" => matches!(value.as_str(), "high" | "low"),
            "Data" | "Apn" | "Fcm" => is_object_without_reserved_keys(value),
            _ => true,
        };
        if !good {
            return Err(parameter(name));
        }
    }
    let address = named_address(form).unwrap_or_default();
    Ok(Notification {
        address,
        fields: as_json(form),
    })
}

fn is_binding(value: &str) -> bool {
    let Ok(Value::Object(binding)) = serde_json::from_str(value) else {
        return false;
    };
    let text = |name: &str| binding.get(name).and_then(Value::as_str);
    matches!(text("binding_type"), Some("apn" | "fcm"))
        && text("address").is_some_and(|address| !address.is_empty())
}

/// Keys that begin with `twi_` are Twilio's own.
fn is_object_without_reserved_keys(value: &str) -> bool {
    match serde_json::from_str(value) {
        Ok(Value::Object(object)) => object.keys().all(|key| !key.starts_with("twi_")),
        _ => false,
    }
}

fn parameter(name: &str) -> Problem {
    wrong(&format!(
        "Can not convert incoming parameters to Notification object: Parameter '{name}' is invalid"
    ))
}

fn wrong(message: &str) -> Problem {
    (StatusCode::BAD_REQUEST, 20001, message.to_owned())
}
