//! Facts about an event, as they came.

use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// The text of a JSON object that can be read: an event's properties are looked
/// through when they come, and taken apart by whoever looks at the event.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Properties(Box<RawValue>);

impl Properties {
    /// The JSON text.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// Taken apart.
    ///
    /// # Panics
    /// Never: all of it was looked at when it came.
    pub fn to_map(&self) -> Map<String, Value> {
        serde_json::from_str(self.json()).expect("all of it was looked at")
    }
}

impl Default for Properties {
    fn default() -> Self {
        Self::from(Map::new())
    }
}

impl From<Map<String, Value>> for Properties {
    fn from(properties: Map<String, Value>) -> Self {
        Self(to_raw_value(&properties).expect("values have a text, and keys are texts"))
    }
}

impl PartialEq for Properties {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Self::try_from(text).map_err(D::Error::custom)
    }
}

impl TryFrom<Box<RawValue>> for Properties {
    type Error = serde_json::Error;

    fn try_from(text: Box<RawValue>) -> Result<Self, serde_json::Error> {
        match serde_json::from_str(text.get())? {
            Looked::Object => Ok(Self(text)),
            Looked::Other(what) => Err(serde_json::Error::custom(format_args!(
                "invalid type: {what}, expected a map"
            ))),
        }
    }
}

/// What a JSON value was, all of it looked at. A raw value alone is not: its
/// numbers may be too large, its depth without end, its escapes no characters.
enum Looked {
    Object,
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Looked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look)
    }
}

struct Look;

impl<'de> Visitor<'de> for Look {
    type Value = Looked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Looked, E> {
        Ok(Looked::Other("null"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Looked, E> {
        Ok(Looked::Other("boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Looked, E> {
        Ok(Looked::Other("number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Looked, E> {
        Ok(Looked::Other("number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Looked, E> {
        Ok(Looked::Other("number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Looked, E> {
        Ok(Looked::Other("string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Looked, A::Error> {
        while items.next_element::<Looked>()?.is_some() {}
        Ok(Looked::Other("list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Looked, A::Error> {
        while entries.next_entry::<Looked, Looked>()?.is_some() {}
        Ok(Looked::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Properties, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn an_objects_text_stays_as_it_came() {
        let text = r#"{"total": 12.50, "lines": [{"\u0061": null}], "gift": false}"#;
        let properties = read(text).unwrap();
        assert_eq!(properties.json(), text);
        assert_eq!(serde_json::to_string(&properties).unwrap(), text);
        let value: Value = serde_json::from_str(text).unwrap();
        let Value::Object(map) = &value else {
            panic!("an object")
        };
        let again: Properties = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(again, Properties::from(map.clone()));
        assert_eq!(properties.to_map(), *map);
    }

    #[test]
    fn what_could_not_be_read_later_is_refused() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        for (text, why) in [
            (r#"{"a": 1e999}"#, "number out of range"),
            (r#"{"a": "\ud800"}"#, "surrogate"),
            (r#"{"\ud800": 1}"#, "surrogate"),
            (deep.as_str(), "recursion limit"),
            ("null", "null, expected a map"),
            ("[]", "list, expected a map"),
            ("\"a\"", "string, expected a map"),
            ("1", "number, expected a map"),
            ("true", "boolean, expected a map"),
        ] {
            let error = read(text).unwrap_err();
            assert!(
                error.contains(why) || error.contains("hex escape"),
                "{text}: {error}"
            );
            let whole = serde_json::from_str::<Map<String, Value>>(text);
            assert!(whole.is_err(), "{text} is as wrong when it is read whole");
        }
    }
}
