//! The body as Twilio takes it: a form. Where the push is rendered it is a JSON
//! object of the form's fields.

use bytes::Bytes;
use serde_json::{Map, Value};

/// The fields of a body, in its order; none if it is no JSON object.
pub(super) fn fields(body: &Bytes) -> Option<Vec<(String, String)>> {
    let object: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let mut fields = Vec::with_capacity(object.len());
    for (name, value) in object {
        match value {
            Value::Null => {}
            // `Identity` and `Tag` may stand there several times.
            Value::Array(values) => {
                fields.extend(values.into_iter().map(|value| (name.clone(), text(value))));
            }
            value => fields.push((name, text(value))),
        }
    }
    Some(fields)
}

/// Texts as they are, everything else as JSON.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_texts_and_lists_repeat_their_name() {
        let body = Bytes::from_static(
            br#"{"Body":"Hi","Data":{"a":1},"Identity":["x","y"],"Tag":null,"Ttl":60}"#,
        );
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            fields(&body).unwrap(),
            [
                named("Body", "Hi"),
                named("Data", r#"{"a":1}"#),
                named("Identity", "x"),
                named("Identity", "y"),
                named("Ttl", "60"),
            ]
        );
        assert_eq!(fields(&Bytes::from_static(b"[]")), None);
    }
}
