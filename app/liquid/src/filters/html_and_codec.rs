//! HTML, URL and base64 texts.

use super::Filter;
use crate::problem::{Fault, Outcome};

pub(super) fn apply(filter: Filter, text: &str) -> Outcome<String> {
    use Filter as F;
    match filter {
        F::Escape => Ok(escape(text, false)),
        F::EscapeOnce => Ok(escape(text, true)),
        F::NewlineToBr => Ok(text.replace("\r\n", "\n").replace('\n', "<br />\n")),
        F::StripHtml => Ok(strip_html(text)),
        F::UrlEncode => Ok(url_encode(text)),
        F::UrlDecode => url_decode(text),
        F::Base64Encode => Ok(base64_encode(text, STANDARD)),
        F::Base64UrlSafeEncode => Ok(base64_encode(text, URL_SAFE)),
        F::Base64Decode => base64_decode(text, false),
        _ => base64_decode(text, true),
    }
}

/// Escapes what HTML reads; `once` leaves entities alone.
fn escape(text: &str, once: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '&' if once && is_entity(&text[at + 1..]) => escaped.push('&'),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether what follows a `&` makes it a named or numeric entity.
fn is_entity(rest: &str) -> bool {
    let (digits, is_part): (&str, fn(u8) -> bool) = match rest.strip_prefix('#') {
        Some(digits) => (digits, |byte| byte.is_ascii_digit()),
        None => (rest, |byte| byte.is_ascii_alphabetic()),
    };
    // No entity's name is longer than 31 letters; without a bound `&&&…` would be read again and again.
    let len = digits
        .bytes()
        .take(32)
        .take_while(|byte| is_part(*byte))
        .count();
    len > 0 && digits.as_bytes().get(len) == Some(&b';')
}

/// Takes out scripts, styles and comments with what they hold, then every tag.
fn strip_html(text: &str) -> String {
    const BLOCKS: [(&str, &str); 3] = [
        ("<script", "</script>"),
        ("<!--", "-->"),
        ("<style", "</style>"),
    ];
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // An end that was not found once is not found later, either.
    let mut gone = [false; 3];
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let block = BLOCKS
            .iter()
            .zip(&mut gone)
            .find_map(|((open, close), gone)| {
                if *gone || !rest.starts_with(open) {
                    return None;
                }
                let end = rest[open.len()..]
                    .find(close)
                    .map(|len| open.len() + len + close.len());
                *gone = end.is_none();
                end
            });
        if let Some(end) = block {
            rest = &rest[end..];
        } else {
            kept.push('<');
            rest = &rest[1..];
        }
    }
    kept.push_str(rest);
    strip_tags(&kept)
}

fn strip_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((_, after)) = after.split_once('>') else {
            break;
        };
        kept.push_str(before);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn url_encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => encoded.push(byte.into()),
            byte => {
                encoded.push('%');
                encoded.push(HEX[usize::from(byte >> 4)].into());
                encoded.push(HEX[usize::from(byte & 15)].into());
            }
        }
    }
    encoded
}

fn url_decode(text: &str) -> Outcome<String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = if *byte == b'%' {
            hex_digit(bytes, at + 1).zip(hex_digit(bytes, at + 2))
        } else {
            None
        };
        if let Some((high, low)) = escaped {
            decoded.push((high << 4) | low);
            at += 3;
        } else {
            decoded.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    String::from_utf8(decoded).map_err(|_| Fault::value("the decoded URL is not valid UTF-8 text"))
}

fn hex_digit(bytes: &[u8], at: usize) -> Option<u8> {
    char::from(*bytes.get(at)?)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64_encode(text: &str, alphabet: &[u8; 64]) -> String {
    let mut encoded = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4 {
            if place > chunk.len() {
                encoded.push('=');
            } else {
                encoded.push(alphabet[((bits >> (18 - 6 * place)) & 63) as usize].into());
            }
        }
    }
    encoded
}

/// Decodes strictly; the URL-safe form may leave out its padding and use either alphabet.
fn base64_decode(text: &str, url_safe: bool) -> Outcome<String> {
    let wrong = || Fault::value("this is not valid base64");
    let body = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    let padded = body.len() < text.len();
    if body.len() % 4 == 1 || (!text.len().is_multiple_of(4) && (padded || !url_safe)) {
        return Err(wrong());
    }
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3 + 3);
    for chunk in body.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for byte in chunk {
            let value = match byte {
                b'-' if url_safe => 62,
                b'_' if url_safe => 63,
                byte => STANDARD
                    .iter()
                    .position(|other| other == byte)
                    .ok_or_else(wrong)?,
            };
            bits = (bits << 6) | u32::try_from(value).unwrap_or(0);
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, bytes @ ..] = bits.to_be_bytes();
        let (bytes, unused) = bytes.split_at(chunk.len() - 1);
        if unused.iter().any(|byte| *byte != 0) {
            return Err(wrong());
        }
        decoded.extend_from_slice(bytes);
    }
    String::from_utf8(decoded)
        .map_err(|_| Fault::value("the decoded base64 is not valid UTF-8 text"))
}
