//! URL-encoded forms and path segments (WHATWG URL, section 5).

use std::collections::HashMap;

/// The fields of a form in their order; those that are not UTF-8 are left out.
pub(crate) fn fields(form: &[u8]) -> Vec<(String, String)> {
    form.split(|byte| *byte == b'&')
        .filter_map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(halves.next()?, b' ')?;
            Some((name, decoded(halves.next()?, b' ')?))
        })
        .collect()
}

/// The fields of a form whose names stand there once.
pub(crate) fn by_name(form: &[u8]) -> HashMap<String, String> {
    fields(form).into_iter().collect()
}

/// A segment of a path; none if it is not UTF-8.
pub(crate) fn segment(text: &str) -> Option<String> {
    decoded(text.as_bytes(), b'+')
}

/// `plus` is what a plus sign means.
fn decoded(text: &[u8], plus: u8) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => plus,
            b'%' => {
                let pair = [*bytes.next()?, *bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(out).ok()
}
