//! Validation shared by the browser, the REST doors and the command line:
//! every mistake is a field's path and a sentence that says what to do.

use serde::{Deserialize, Serialize};

/// One mistake: where, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Path of the field as the API names it, such as `buttons[1].title`.
    pub field: String,
    /// What is wrong, to be read after the field's name.
    pub message: String,
}

/// The mistakes found in one input, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Notes a mistake.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first message for `field`, if any.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|e| e.field == field)
            .map(|e| e.message.as_str())
    }

    /// `Ok(value)` when nothing is wrong.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}

/// Checks that a text is between `min` and `max` bytes and holds no control
/// characters other than tab and line breaks.
pub fn check_text(field: &str, text: &str, min: usize, max: usize, errors: &mut FieldErrors) {
    if text.len() < min {
        errors.add(
            field,
            if min == 1 {
                "must not be empty".into()
            } else {
                format!("must be at least {min} bytes long")
            },
        );
    } else if text.len() > max {
        errors.add(
            field,
            format!("is {} bytes long; at most {max} are allowed", text.len()),
        );
    } else if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
    {
        errors.add(field, "holds control characters; remove them");
    }
}

/// Checks the form of an IANA time zone name (`Area/City`, `UTC`); whether
/// the zone exists is known only where a time-zone database is.
pub fn check_time_zone(field: &str, zone: &str, errors: &mut FieldErrors) {
    let well_formed = zone.len() <= 64
        && zone
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
    if !well_formed {
        errors.add(field, "is not an IANA time zone such as Europe/Berlin");
    }
}

/// Checks a link: `https://…`, `http://…` or an app's own `scheme:…`.
/// Liquid in a link is left alone until it is rendered.
pub fn check_link(field: &str, link: &str, errors: &mut FieldErrors) {
    check_text(field, link, 1, 2048, errors);
    if link.contains("{{") || link.contains("{%") {
        return;
    }
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    let mut bytes = scheme.bytes();
    let good = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    if !good {
        errors.add(
            field,
            "is not a link; it begins with https:// or with your app's own scheme, such as shop://",
        );
    } else if matches!(
        scheme.to_ascii_lowercase().as_str(),
        "javascript" | "data" | "file" | "vbscript"
    ) {
        errors.add(field, format!("may not use the {scheme}: scheme"));
    } else if link.contains(char::is_whitespace) {
        errors.add(field, "holds a space; write it as %20");
    }
}

/// Checks a slug: lower-case letters, digits, `-` and `_`, starting with a
/// letter or digit, at most 64 bytes.
pub fn check_slug(field: &str, slug: &str, errors: &mut FieldErrors) {
    let good = !slug.is_empty()
        && slug.len() <= 64
        && slug.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && slug.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.')
        });
    if !good {
        errors.add(
            field,
            "must be 1 to 64 lower-case letters, digits, '-', '_' or '.', such as shop-ios",
        );
    }
}
