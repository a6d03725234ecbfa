//! Requests as they may be shown: every secret in them is masked, whatever
//! they are written in.

use serde_json::Value;

use super::masked;

/// Parts of the names of fields that hold secrets, in lower case.
const SECRET_NAMES: [&str; 13] = [
    "token",
    "key",
    "secret",
    "password",
    "auth",
    "p256dh",
    "endpoint",
    "signature",
    "jwt",
    "hmac",
    "credential",
    "cookie",
    "address",
];
/// Letters and digits in a row from which on a text is taken for a secret,
/// wherever it stands: longer than a UUID, shorter than any token.
const RUN: usize = 40;
/// The same in a text that is no JSON, where no name tells a secret.
const RUN_UNNAMED: usize = 16;
/// Longest request that is kept, in bytes.
const KEPT: usize = 4096;

/// A request's body with its secrets masked, cut to what is kept.
pub(super) fn body(text: &str) -> String {
    let mut shown = match serde_json::from_str::<Value>(text) {
        Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
            mask(&mut value, false);
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
        // Cut first: a text may be long, and is looked at letter by letter.
        _ => runs(cut(text), RUN_UNNAMED),
    };
    if text.len() > KEPT || shown.len() > KEPT {
        let kept = cut(&shown).len();
        shown.truncate(kept);
        shown.push_str("\n… cut here");
    }
    shown
}

/// A reason or a path with its long runs masked.
pub(super) fn words(text: &str) -> String {
    runs(cut(text), RUN)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(KEPT)]
}

/// Masks what stands under a secret's name, and what looks like a secret.
fn mask(value: &mut Value, secret: bool) {
    match value {
        Value::String(text) => {
            *text = if secret {
                hidden(text)
            } else {
                runs(text, RUN)
            }
        }
        Value::Number(number) if secret => *value = Value::from(hidden(&number.to_string())),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, secret)),
        Value::Object(fields) => {
            let shown = std::mem::take(fields).into_iter().map(|(name, mut value)| {
                mask(&mut value, secret || is_secret(&name));
                (runs(&name, RUN), value)
            });
            *fields = shown.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    // What kind of token it is says nothing of it.
    !name.ends_with("type") && SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// The end of a secret, to tell it from another; nothing of a short one.
fn hidden(text: &str) -> String {
    match text.chars().count() {
        0 => String::new(),
        1..=RUN_UNNAMED => "…".to_owned(),
        _ => masked(text),
    }
}

/// A text whose long runs of letters and digits are hidden.
fn runs(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_of_run) {
        let end = rest[start..]
            .find(|letter| !is_of_run(letter))
            .map_or(rest.len(), |length| start + length);
        out.push_str(&rest[..start]);
        let run = &rest[start..end];
        if run.len() > longest {
            out.push_str(&masked(run));
        } else {
            out.push_str(run);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

const fn is_of_run(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '+' | '~' | '%' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const TOKEN: &str = "d1f3a97b00c4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e";

    #[test]
    fn a_token_is_told_by_its_end_alone() {
        let shown = body(&json!({"app": "shop", "token": TOKEN}).to_string());
        assert!(shown.contains("…5c6d7e"), "{shown}");
        assert!(shown.contains("shop"), "{shown}");
        assert!(!shown.contains(&TOKEN[..12]), "{shown}");
    }

    #[test]
    fn secrets_are_found_by_name_wherever_they_stand() {
        let request = json!({
            "subscription": {"endpoint": "https://push.example/abc", "keys": {"auth": "shorty", "p256dh": "BPx"}},
            "context": {"device": {"registrationToken": ["one-secret-of-many"]}},
            "writeKey": 12_345,
            "token_type": "fcm",
        });
        let shown = body(&request.to_string());
        for secret in ["push.example", "shorty", "BPx", "one-secret-of", "12345"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains("fcm"), "{shown}");
    }

    #[test]
    fn what_is_no_json_is_masked_as_well() {
        let shown = body(&format!("{{\"token\": \"{TOKEN}\", oops"));
        assert!(!shown.contains(&TOKEN[..17]), "{shown}");
        assert!(shown.contains("oops"), "{shown}");
        let shown = body("token=aGVsbG8gd29ybGQgdGhpcyBpcw&device_id=phone");
        assert!(!shown.contains("aGVsbG8"), "{shown}");
        assert!(shown.contains("device_id"), "{shown}");
    }

    #[test]
    fn a_long_request_is_cut_and_says_so() {
        let shown = body(&json!({"note": "ab ".repeat(4000)}).to_string());
        assert!(shown.len() < KEPT + 20 && shown.ends_with("cut here"));
    }

    #[test]
    fn identifiers_stay_readable() {
        let id = "0198f3a1-7c2b-7000-8000-123456789abc";
        assert_eq!(words(id), id);
    }

    proptest! {
        #[test]
        fn no_token_comes_through_under_any_name(
            token in "[A-Za-z0-9_-]{41,200}",
            name in "[a-z]{1,12}",
            broken: bool,
        ) {
            let mut request = json!({ name: token.clone() }).to_string();
            if broken {
                request.pop();
            }
            prop_assert!(!body(&request).contains(&token[..20]));
        }
    }
}
