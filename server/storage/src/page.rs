//! Lists, a page at a time, by key and never by offset.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Result, StorageError};

/// Most items that one page holds; larger wishes are cut to it.
const PAGE_MAX: u32 = 500;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page without items.
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }

    /// Cuts rows that were fetched with one more than the page holds, and
    /// makes the cursor from the last row that stays.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u32, key: impl FnOnce(&T) -> Cursor) -> Self {
        let limit = clamp(limit) as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }

    /// The same page of other items, unless one of them fails.
    pub(crate) fn try_map<U>(self, f: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page {
            items: self.items.into_iter().map(f).collect::<Result<_>>()?,
            next: self.next,
        })
    }
}

/// A page's size as it is used.
pub(crate) const fn clamp(limit: u32) -> u32 {
    if limit == 0 {
        1
    } else if limit > PAGE_MAX {
        PAGE_MAX
    } else {
        limit
    }
}

/// How many rows to fetch to know whether there is another page.
pub(crate) fn fetch_limit(limit: u32) -> i64 {
    i64::from(clamp(limit)) + 1
}

/// A place in a list. Callers pass it back as they got it, as text or as is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Key);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Id(Uuid),
    At(i64, Uuid),
    Text(String),
    TextId(String, Uuid),
}

impl Cursor {
    /// Before or after an identifier.
    pub const fn of_id(id: Uuid) -> Self {
        Self(Key::Id(id))
    }

    /// Before or after a moment and the identifier there.
    pub const fn of_at(at: i64, id: Uuid) -> Self {
        Self(Key::At(at, id))
    }

    /// After a text key.
    pub const fn of_text(text: String) -> Self {
        Self(Key::Text(text))
    }

    /// After a text key and the identifier there.
    pub const fn of_text_id(text: String, id: Uuid) -> Self {
        Self(Key::TextId(text, id))
    }

    /// The identifier that this cursor holds.
    pub const fn id(&self) -> Result<Uuid> {
        match self.0 {
            Key::Id(id) => Ok(id),
            _ => Err(StorageError::BadCursor),
        }
    }

    /// The moment and identifier that this cursor holds.
    pub const fn at(&self) -> Result<(i64, Uuid)> {
        match self.0 {
            Key::At(at, id) => Ok((at, id)),
            _ => Err(StorageError::BadCursor),
        }
    }

    /// The text that this cursor holds.
    pub fn text(&self) -> Result<&str> {
        match &self.0 {
            Key::Text(text) => Ok(text),
            _ => Err(StorageError::BadCursor),
        }
    }

    /// The text and identifier that this cursor holds.
    pub fn text_id(&self) -> Result<(&str, Uuid)> {
        match &self.0 {
            Key::TextId(text, id) => Ok((text, *id)),
            _ => Err(StorageError::BadCursor),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::Id(id) => write!(f, "i{}", id.simple()),
            Key::At(at, id) => write!(f, "a{}{at}", id.simple()),
            Key::Text(text) => write_hex(f, "t", text),
            Key::TextId(text, id) => {
                write!(f, "b{}", id.simple())?;
                write_hex(f, "", text)
            }
        }
    }
}

fn write_hex(f: &mut fmt::Formatter<'_>, mark: &str, text: &str) -> fmt::Result {
    f.write_str(mark)?;
    text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn read_hex(hex: &str) -> Option<String> {
    let digits = hex.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |c: u8| char::from(c).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect();
    String::from_utf8(bytes?)
        .ok()
        .filter(|text| !text.contains('\0'))
}

impl FromStr for Cursor {
    type Err = StorageError;

    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            if !text.is_ascii() {
                return None;
            }
            let (mark, rest) = text.split_at_checked(1)?;
            let with_id = || {
                let (id, rest) = rest.split_at_checked(32)?;
                Some((Uuid::try_parse(id).ok()?, rest))
            };
            Some(Self(match mark {
                "i" => match with_id()? {
                    (id, "") => Key::Id(id),
                    _ => return None,
                },
                "a" => {
                    let (id, at) = with_id()?;
                    Key::At(at.parse().ok()?, id)
                }
                "t" => Key::Text(read_hex(rest)?),
                "b" => {
                    let (id, hex) = with_id()?;
                    Key::TextId(read_hex(hex)?, id)
                }
                _ => return None,
            }))
        };
        parse().ok_or(StorageError::BadCursor)
    }
}

/// The smallest text that is larger than every text with this prefix, in the
/// order of bytes; `None` when there is no such text.
pub(crate) fn prefix_end(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // UTF-8 keeps the order of code points; surrogates are skipped.
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            char::MAX => None,
            c => char::from_u32(c as u32 + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = Cursor::of_id(Uuid::nil());
        assert!(matches!(cursor.at(), Err(StorageError::BadCursor)));
        assert!(matches!(cursor.text(), Err(StorageError::BadCursor)));
    }

    #[test]
    fn a_page_that_was_not_full_is_the_last() {
        let page = Page::cut(vec![1, 2], 2, |_| Cursor::of_id(Uuid::nil()));
        assert_eq!((page.items.len(), page.next), (2, None));
        let page = Page::cut(vec![1, 2, 3], 2, |&last| Cursor::of_at(last, Uuid::nil()));
        assert_eq!(
            (page.items, page.next),
            (vec![1, 2], Some(Cursor::of_at(2, Uuid::nil())))
        );
    }

    proptest! {
        #[test]
        fn every_cursor_survives_being_text(text in "[^\0]{0,20}", at: i64, id: u128) {
            let id = Uuid::from_u128(id);
            for cursor in [
                Cursor::of_id(id),
                Cursor::of_at(at, id),
                Cursor::of_text(text.clone()),
                Cursor::of_text_id(text.clone(), id),
            ] {
                prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
            }
        }

        #[test]
        fn no_text_makes_the_cursor_panic(text in ".{0,80}") {
            let _ = text.parse::<Cursor>();
        }

        #[test]
        fn a_prefix_ends_after_all_that_begin_with_it(prefix in ".{1,8}", rest in ".{0,8}") {
            if let Some(end) = prefix_end(&prefix) {
                let text = format!("{prefix}{rest}");
                prop_assert!(text.as_bytes() < end.as_bytes());
                prop_assert!(prefix.as_bytes() < end.as_bytes());
            }
        }
    }
}
