//! Reads a send request as FCM does, and says what is wrong with it.
//! Source: REST resource `projects.messages`, Firebase documentation.

use serde_json::{Map, Value};

use crate::faults::FieldViolation;

/// Largest payload.
const PAYLOAD_LIMIT: usize = 4096;

/// A request that can be taken.
#[derive(Debug)]
pub(super) struct SendRequest {
    /// The registration token, Firebase installation id, topic or condition.
    pub(super) target: String,
    /// Checked, not sent.
    pub(super) validate_only: bool,
}

/// Why a request cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Answered with `BadRequest.fieldViolations`.
    Field(FieldViolation),
    /// Answered with the `FcmError` code `INVALID_ARGUMENT`.
    Argument(&'static str),
}

const REQUEST_FIELDS: [&str; 3] = ["message", "validateOnly", "validate_only"];
const TARGETS: [&str; 4] = ["token", "fid", "topic", "condition"];
const MESSAGE_FIELDS: [&str; 8] = [
    "name",
    "data",
    "notification",
    "android",
    "webpush",
    "apns",
    "fcmOptions",
    "fcm_options",
];
const NOTIFICATION_FIELDS: [&str; 3] = ["title", "body", "image"];
const ANDROID_FIELDS: [&str; 15] = [
    "collapseKey",
    "collapse_key",
    "priority",
    "ttl",
    "restrictedPackageName",
    "restricted_package_name",
    "data",
    "notification",
    "fcmOptions",
    "fcm_options",
    "directBootOk",
    "direct_boot_ok",
    "bandwidthConstrainedOk",
    "restrictedSatelliteOk",
    "restricted_satellite_ok",
];

pub(super) fn read(body: &[u8]) -> Result<SendRequest, Fault> {
    let request: Value = serde_json::from_slice(body).map_err(|error| {
        // As Google says it, without a field that could be named.
        field("", format!("Invalid JSON payload received. {error}"))
    })?;
    let request = object(&request, "")?;
    known(request, "", &[&REQUEST_FIELDS])?;
    let message = request
        .get("message")
        .ok_or_else(|| field("message", "Message is not set."))?;
    let message = object(message, "message")?;
    known(message, "message", &[&TARGETS, &MESSAGE_FIELDS])?;
    texts(message.get("data"), "message.data")?;
    if let Some(notification) = message.get("notification") {
        let path = "message.notification";
        let notification = object(notification, path)?;
        known(notification, path, &[&NOTIFICATION_FIELDS])?;
        texts(message.get("notification"), path)?;
    }
    if let Some(android) = message.get("android") {
        android_config(android)?;
    }
    let target = target(message)?;
    let counted = body.len().saturating_sub(target.len());
    if counted > PAYLOAD_LIMIT {
        return Err(Fault::Argument("Message is too big"));
    }
    Ok(SendRequest {
        target,
        validate_only: is_dry_run(request),
    })
}

/// Whom a request names, whatever else is wrong with it: empty if nobody, none
/// if it is a dry run.
pub(super) fn named_target(body: &[u8]) -> Option<String> {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    if request.as_object().is_some_and(is_dry_run) {
        return None;
    }
    let named = TARGETS
        .iter()
        .find_map(|name| request.get("message")?.get(*name)?.as_str());
    Some(named.unwrap_or_default().to_owned())
}

fn is_dry_run(request: &Map<String, Value>) -> bool {
    ["validateOnly", "validate_only"]
        .iter()
        .any(|name| request.get(*name) == Some(&Value::Bool(true)))
}

fn android_config(android: &Value) -> Result<(), Fault> {
    let path = "message.android";
    let android = object(android, path)?;
    known(android, path, &[&ANDROID_FIELDS])?;
    texts(android.get("data"), "message.android.data")?;
    if let Some(ttl) = android.get("ttl")
        && !ttl.as_str().is_some_and(is_duration)
    {
        let description = format!(
            "Invalid value at 'message.android.ttl' (type.googleapis.com/google.protobuf.Duration), \
             Illegal duration format; duration must end with 's': {ttl}"
        );
        return Err(field("message.android.ttl", description));
    }
    if let Some(priority) = android.get("priority") {
        let known = ["NORMAL", "HIGH", "normal", "high"];
        if !priority
            .as_str()
            .is_some_and(|given| known.contains(&given))
        {
            let description = format!(
                "Invalid value at 'message.android.priority' \
                 (type.googleapis.com/google.firebase.fcm.v1.AndroidMessagePriority), {priority}"
            );
            return Err(field("message.android.priority", description));
        }
    }
    Ok(())
}

fn target(message: &Map<String, Value>) -> Result<String, Fault> {
    let mut given = TARGETS
        .iter()
        .filter_map(|name| message.get(*name).map(|value| (*name, value)));
    let Some((name, value)) = given.next() else {
        return Err(Fault::Argument("Recipient of the message is not set."));
    };
    if given.next().is_some() {
        return Err(Fault::Argument(
            "Exactly one of token, fid, topic or condition is required.",
        ));
    }
    let path = format!("message.{name}");
    let target = value.as_str().ok_or_else(|| {
        field(
            &path,
            format!("Invalid value at '{path}' (TYPE_STRING), {value}"),
        )
    })?;
    let addresses_a_device = name == "token" || name == "fid";
    if addresses_a_device && !is_registration_token(target) {
        return Err(Fault::Argument(
            "The registration token is not a valid FCM registration token",
        ));
    }
    Ok(target.to_owned())
}

fn is_registration_token(token: &str) -> bool {
    !token.is_empty()
        && token.len() <= 4096
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_:.=%".contains(&byte))
}

/// Protobuf's JSON duration: decimal seconds with up to nine places, then `s`.
fn is_duration(text: &str) -> bool {
    text.strip_suffix('s').is_some_and(|seconds| {
        let (whole, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits(whole) && digits(part) && part.len() <= 9
    })
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Fault> {
    value.as_object().ok_or_else(|| {
        field(
            path,
            format!("Invalid value at '{path}' (TYPE_MESSAGE), {value}"),
        )
    })
}

fn known(object: &Map<String, Value>, path: &str, names: &[&[&str]]) -> Result<(), Fault> {
    for name in object.keys() {
        if !names.iter().any(|list| list.contains(&name.as_str())) {
            let at = if path.is_empty() {
                String::new()
            } else {
                format!(" at '{path}'")
            };
            return Err(field(
                path,
                format!(
                    "Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field."
                ),
            ));
        }
    }
    Ok(())
}

/// A map of texts only, such as `data`.
fn texts(map: Option<&Value>, path: &str) -> Result<(), Fault> {
    let Some(map) = map else { return Ok(()) };
    for (index, (_, value)) in object(map, path)?.iter().enumerate() {
        if !value.is_string() {
            let at = format!("{path}[{index}].value");
            return Err(field(
                &at,
                format!("Invalid value at '{at}' (TYPE_STRING), {value}"),
            ));
        }
    }
    Ok(())
}

fn field(field: &str, description: impl Into<String>) -> Fault {
    Fault::Field(FieldViolation {
        field: field.to_owned(),
        description: description.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violated(body: &str) -> String {
        match read(body.as_bytes()) {
            Err(Fault::Field(violation)) => violation.field,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn whole_message_is_taken() {
        let request = read(
            br#"{"message": {"token": "a:b-c_d", "notification": {"title": "t"},
                "data": {"k": "v"}, "android": {"ttl": "3600s", "priority": "HIGH"}},
                "validateOnly": true}"#,
        )
        .unwrap();
        assert_eq!(request.target, "a:b-c_d");
        assert!(request.validate_only);
    }

    #[test]
    fn wrong_field_is_named() {
        for (body, field) in [
            (
                r#"{"message": {"token": "a", "data": {"n": 5}}}"#,
                "message.data[0].value",
            ),
            (
                r#"{"message": {"token": "a", "android": {"ttl": "3600"}}}"#,
                "message.android.ttl",
            ),
            (
                r#"{"message": {"token": "a", "android": {"priority": "urgent"}}}"#,
                "message.android.priority",
            ),
            (
                r#"{"message": {"token": "a", "notificatoin": {}}}"#,
                "message",
            ),
            (r#"{"mesage": {"token": "a"}}"#, ""),
            ("{", ""),
        ] {
            assert_eq!(violated(body), field, "{body}");
        }
    }

    #[test]
    fn message_without_one_target_is_an_invalid_argument() {
        for body in [
            r#"{"message": {"data": {}}}"#,
            r#"{"message": {"token": "a", "topic": "b"}}"#,
            r#"{"message": {"token": "with space"}}"#,
        ] {
            assert!(
                matches!(read(body.as_bytes()), Err(Fault::Argument(_))),
                "{body}"
            );
        }
    }

    #[test]
    fn size_counts_without_the_token() {
        let body = |text: usize, token: usize| {
            format!(
                r#"{{"message":{{"token":"{}","data":{{"t":"{}"}}}}}}"#,
                "t".repeat(token),
                "x".repeat(text)
            )
        };
        let frame = body(0, 0).len();
        assert!(read(body(4096 - frame, 300).as_bytes()).is_ok());
        assert_eq!(
            read(body(4097 - frame, 1).as_bytes()).unwrap_err(),
            Fault::Argument("Message is too big")
        );
    }
}
