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

/// A reason or a name with its long runs masked.
pub(super) fn words(text: &str) -> String {
    runs(cut(text), RUN)
}

/// A path whose segments are looked at one by one.
pub(super) fn path(text: &str) -> String {
    let segments = cut(text).split('/').map(|segment| runs(segment, RUN));
    segments.collect::<Vec<_>>().join("/")
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
            } else if let Ok(mut inner @ (Value::Object(_) | Value::Array(_))) =
                serde_json::from_str(text)
            {
                // A subscription is often sent as a text.
                mask(&mut inner, false);
                inner.to_string()
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

/// A text whose long runs of letters, digits and what stands between them in
/// tokens are hidden: of an address the long segments of its path.
fn runs(text: &str, longest: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_of_run) {
        let end = rest[start..]
            .find(|letter| !is_of_run(letter))
            .map_or(rest.len(), |length| start + length);
        out.push_str(&rest[..start]);
        let run = &rest[start..end];
        if let Some(address) = address(run, longest) {
            out.push_str(&address);
        } else if run.len() > longest {
            // A sentence's end is not the token's.
            let token = run.strip_suffix(['.', ':']).unwrap_or(run);
            out.push_str(&masked(token));
            out.push_str(&run[token.len()..]);
        } else {
            out.push_str(run);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

const fn is_of_run(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '-' | '_' | '+' | '~' | '%' | '=' | '/' | '.' | ':')
}

/// An address of the web with its secrets hidden: its host stays readable, and
/// so do short segments of its path. `None` for what is no address.
fn address(run: &str, longest: usize) -> Option<String> {
    let at = ["https://", "http://"]
        .iter()
        .find(|scheme| run.starts_with(**scheme))?
        .len();
    let (scheme, rest) = run.split_at(at);
    let shown = rest.split('/').enumerate().map(|(place, segment)| {
        let letters = segment.bytes().filter(u8::is_ascii_alphanumeric).count();
        let secret = match place {
            0 => segment.split(['.', ':']).any(|part| part.len() > longest),
            _ => letters >= RUN_UNNAMED,
        };
        if secret {
            masked(segment)
        } else {
            segment.to_owned()
        }
    });
    Some(format!("{scheme}{}", shown.collect::<Vec<_>>().join("/")))
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
    fn secrets_are_found_in_a_text_that_is_json_itself() {
        let subscription = json!({"keys": {"auth": "KM5trZmk2Nu4pfouAV51pQ"}});
        let request = json!({"note": subscription.to_string()});
        let shown = body(&request.to_string());
        assert!(!shown.contains("KM5trZmk"), "{shown}");
        assert!(shown.contains("keys"), "{shown}");
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

    #[test]
    fn parts_of_a_token_do_not_make_it_shorter() {
        let half = "aB3dE5gH7jK9mN1pQ3";
        for between in ["/", ".", ":", "+", "=", "_", "-", ":APA91b"] {
            let token = [half, half, half].join(between);
            for text in [token.clone(), format!("the token {token}. was refused")] {
                let shown = words(&text);
                assert!(!shown.contains(half), "{between}: {shown}");
            }
            let shown = body(&json!({ "note": token }).to_string());
            assert!(!shown.contains(half), "{between}: {shown}");
        }
    }

    #[test]
    fn an_address_stays_readable_but_for_its_long_segments() {
        let url = "https://updates.push.example.org/wpush/v2/gAAAAABl-secret_Secret9";
        assert_eq!(
            words(url),
            "https://updates.push.example.org/wpush/v2/…ecret9"
        );
        let plain = "see https://docs.example.org/carillon/ingest/devices.html";
        assert_eq!(words(plain), plain);
        let door = "PUT /api/v1/contacts/0198f3a1-7c2b-7000-8000-123456789abc/devices/phone";
        assert_eq!(path(door), door);
        let door = path(&format!("PUT /api/v1/contacts/ada/devices/{TOKEN}"));
        assert_eq!(door, "PUT /api/v1/contacts/ada/devices/…5c6d7e");
    }

    proptest! {
        #[test]
        fn no_token_comes_through_under_any_name(
            token in "[A-Za-z0-9_/.:+=-]{41,200}",
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
