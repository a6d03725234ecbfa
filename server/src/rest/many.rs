//! Bodies that are one thing, or a list of many under a name of its own.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One, or many.
#[derive(Debug)]
pub enum OneOrMany<One, Many> {
    /// One.
    One(One),
    /// Many.
    Many(Many),
}

/// Reads a list if the field `list` is there, else a single `what`. Looks for
/// the field first, so that a mistake is named in the form that was meant: an
/// untagged enum would only say that nothing fits.
pub fn one_or_many<'de, D, One, Many>(
    deserializer: D,
    list: &str,
    what: &str,
) -> Result<OneOrMany<One, Many>, D::Error>
where
    D: Deserializer<'de>,
    One: DeserializeOwned,
    Many: DeserializeOwned,
{
    let named = |error: serde_path_to_error::Error<serde_json::Error>| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if path == "." {
            D::Error::custom(error)
        } else {
            D::Error::custom(format!("{path}: {error}"))
        }
    };
    match Value::deserialize(deserializer)? {
        Value::Object(object) if object.contains_key(list) => {
            serde_path_to_error::deserialize(Value::Object(object))
                .map(OneOrMany::Many)
                .map_err(named)
        }
        value @ Value::Object(_) => serde_path_to_error::deserialize(value)
            .map(OneOrMany::One)
            .map_err(named),
        _ => Err(D::Error::custom(format!(
            "expected {what}, or {{\"{list}\": […]}}"
        ))),
    }
}

/// Reads a list, and stops after one item more than `MAX`.
pub fn bounded<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Bounded<T, const MAX: usize>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>, const MAX: usize> serde::de::Visitor<'de> for Bounded<T, MAX> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut items: A,
        ) -> Result<Self::Value, A::Error> {
            let mut read = Vec::new();
            while read.len() <= MAX {
                match items.next_element()? {
                    Some(item) => read.push(item),
                    None => return Ok(read),
                }
            }
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(read)
        }
    }
    deserializer.deserialize_seq(Bounded::<T, MAX>(PhantomData))
}
