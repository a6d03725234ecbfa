//! What traits mean: a contact's fields, and attributes for the rest.

use std::ops::ControlFlow;

use domain::contact::{ATTRIBUTE_NAME_MAX, ATTRIBUTES_MAX, AttributeValue, ContactInput};
use domain::validate::FieldErrors;
use serde_json::{Map, Value};

use crate::imports::cells;

/// A contact's fields, and what could not be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// What is known.
    pub input: ContactInput,
    /// Traits that are lists: an attribute is one value.
    pub left_out: Vec<String>,
}

/// The profile that a person's traits mean. Names are read in the libraries'
/// spelling and in ours; an object's fields become attributes of their own,
/// `address.city` as `address_city`.
///
/// # Errors
/// Each trait that is of another type than its field. Reading ends at a name that
/// is too long, or where there are too many.
pub fn profile(traits: Map<String, Value>) -> Result<Profile, FieldErrors> {
    let mut profile = Profile::default();
    let mut errors = FieldErrors::default();
    for (name, value) in traits {
        let input = &mut profile.input;
        let field = match name.as_str() {
            "firstName" | "first_name" => &mut input.first_name,
            "lastName" | "last_name" => &mut input.last_name,
            "email" => &mut input.email,
            "locale" | "language" => &mut input.locale,
            "timezone" | "timeZone" | "time_zone" => &mut input.time_zone,
            "opted_in" | "optedIn" => {
                match cells::yes_or_no_of(&name, &value) {
                    Ok(opted_in) => input.opted_in = opted_in,
                    Err(message) => note(&mut errors, &name, &message),
                }
                continue;
            }
            _ => {
                if profile.add(name, value, &mut errors).is_break() {
                    break;
                }
                continue;
            }
        };
        match cells::text_of(&name, value) {
            Ok(text) => *field = text.or(field.take()),
            Err(message) => note(&mut errors, &name, &message),
        }
    }
    errors.into_result(profile)
}

/// The attributes that a contact has from its group: `group_id`, and the group's
/// traits as `group_…`.
///
/// # Errors
/// Each trait that cannot be kept, up to where reading ends as above.
pub fn group_profile(group_id: String, traits: Map<String, Value>) -> Result<Profile, FieldErrors> {
    let mut profile = Profile::default();
    let mut errors = FieldErrors::default();
    for (name, value) in traits {
        if profile
            .add_field("group", &name, value, &mut errors)
            .is_break()
        {
            break;
        }
    }
    let id = Some(AttributeValue::Text(group_id));
    profile.input.attributes.insert("group_id".into(), id);
    errors.into_result(profile)
}

impl Profile {
    /// Adds a trait; breaks off at one that is too long or too many, with one
    /// mistake noted.
    fn add(&mut self, name: String, value: Value, errors: &mut FieldErrors) -> ControlFlow<()> {
        if name.len() > ATTRIBUTE_NAME_MAX {
            return too_long(&name, errors);
        }
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.add_field(&name, &field, value, errors)?;
                }
            }
            Value::Array(_) if self.left_out.len() == ATTRIBUTES_MAX => {
                let message = format!("is one list more than the {ATTRIBUTES_MAX} that may stand");
                errors.add(format!("attributes.{}", beginning(&name)), message);
                return ControlFlow::Break(());
            }
            Value::Array(_) => self.left_out.push(name),
            value => match cells::attribute_of(&name, value) {
                Ok(value) => {
                    let attributes = &mut self.input.attributes;
                    if attributes.len() == ATTRIBUTES_MAX && !attributes.contains_key(&name) {
                        let message = format!(
                            "is one more than the {ATTRIBUTES_MAX} that a contact may have"
                        );
                        errors.add(format!("attributes.{}", beginning(&name)), message);
                        return ControlFlow::Break(());
                    }
                    attributes.insert(name, value);
                }
                Err(message) => note(errors, &name, &message),
            },
        }
        ControlFlow::Continue(())
    }

    /// Adds an object's field under the names of both.
    fn add_field(
        &mut self,
        object: &str,
        field: &str,
        value: Value,
        errors: &mut FieldErrors,
    ) -> ControlFlow<()> {
        // The longest are not composed at all.
        if field.len() > ATTRIBUTE_NAME_MAX {
            return too_long(field, errors);
        }
        self.add(format!("{object}_{field}"), value, errors)
    }
}

fn too_long(name: &str, errors: &mut FieldErrors) -> ControlFlow<()> {
    let message = format!("needs a name of 1 to {ATTRIBUTE_NAME_MAX} bytes");
    errors.add(format!("attributes.{}", beginning(name)), message);
    ControlFlow::Break(())
}

/// As much of a name as a mistake quotes.
fn beginning(name: &str) -> String {
    const MOST: usize = 40;
    let mut letters = name.chars();
    let mut short: String = letters.by_ref().take(MOST).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// A message of [`cells`] begins with the field's name.
fn note(errors: &mut FieldErrors, name: &str, message: &str) {
    let message = message.strip_prefix(name).unwrap_or(message).trim_start();
    errors.add(format!("attributes.{name}"), message);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(traits: Value) -> Result<Profile, FieldErrors> {
        let Value::Object(traits) = traits else {
            panic!("traits are an object")
        };
        profile(traits)
    }

    #[test]
    fn traits_become_fields_in_either_spelling_and_attributes_for_the_rest() {
        let read = of(json!({
            "firstName": "Ada", "last_name": "Lovelace", "email": "ada@example.org",
            "timezone": "Europe/London", "language": "en-GB", "optedIn": true,
            "phone": "+44 20", "age": 36, "vip": false, "old": null,
            "address": {"city": "London", "geo": {"lat": 51.5}}, "tags": ["a"],
        }))
        .expect("a profile");
        let input = &read.input;
        assert_eq!(input.first_name.as_deref(), Some("Ada"));
        assert_eq!(input.last_name.as_deref(), Some("Lovelace"));
        assert_eq!(input.email.as_deref(), Some("ada@example.org"));
        assert_eq!(input.time_zone.as_deref(), Some("Europe/London"));
        assert_eq!(input.locale.as_deref(), Some("en-GB"));
        assert_eq!(input.opted_in, Some(true));
        let names: Vec<_> = input.attributes.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "address_city",
                "address_geo_lat",
                "age",
                "old",
                "phone",
                "vip"
            ]
        );
        assert_eq!(input.attributes["old"], None, "null removes");
        assert_eq!(
            input.attributes["phone"],
            Some(AttributeValue::Text("+44 20".into()))
        );
        assert_eq!(read.left_out, ["tags"]);
    }

    #[test]
    fn a_trait_of_another_type_is_named() {
        let errors = of(json!({"email": {"no": 1}, "opted_in": "perhaps"})).expect_err("refused");
        assert!(errors.of("attributes.email").is_some(), "{errors}");
        assert!(errors.of("attributes.opted_in").is_some(), "{errors}");
    }

    #[test]
    fn reading_ends_at_a_name_that_is_too_long_or_one_too_many() {
        let fields: Map<_, _> = (0..2400).map(|n| (n.to_string(), json!(1))).collect();
        let lists: Map<_, _> = (0..300).map(|n| (n.to_string(), json!([]))).collect();
        let long = "é".repeat(8 * 1024);
        for (traits, named, message) in [
            (
                json!({ long.clone(): fields.clone() }),
                "éé",
                "needs a name of 1 to 128 bytes",
            ),
            (json!({"a": { long: [] }}), "éé", "needs a name"),
            (
                json!({"a".repeat(70): {"b".repeat(70): {"c": 1}}}),
                "aa",
                "needs a name",
            ),
            (json!({ "many": fields }), "many_", "256"),
            (json!({ "lists": lists }), "lists_", "256"),
        ] {
            let errors = of(traits).expect_err("refused").0;
            let [error] = errors.as_slice() else {
                panic!("one error: {}", errors.len());
            };
            let name = error.field.strip_prefix("attributes.").expect("a trait");
            assert!(name.starts_with(named), "{name}");
            assert!(name.chars().count() <= 41, "{name}");
            assert!(error.message.contains(message), "{error:?}");
        }
        let most: Map<_, _> = (0..256).map(|n| (n.to_string(), json!(1))).collect();
        let read = of(json!({ "most": most })).expect("as many as may be");
        assert_eq!(read.input.attributes.len(), 256);
    }

    #[test]
    fn a_groups_traits_are_the_contacts_attributes() {
        let traits = json!({"name": "Initech", "plan": {"seats": 5}, "email": "x"});
        let traits = traits.as_object().expect("an object").clone();
        let input = group_profile("g-1".into(), traits)
            .expect("a profile")
            .input;
        let names: Vec<_> = input.attributes.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["group_email", "group_id", "group_name", "group_plan_seats"]
        );
        assert_eq!(input.email, None);
    }
}
