//! The values a template reads and makes. Texts, arrays and objects are shared, so a clone
//! copies no data.

mod json;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

/// A Liquid value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing; what an undefined variable is.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Str(Arc<str>),
    /// A list.
    Array(Arc<[Value]>),
    /// Named values in the order they were given.
    Object(Arc<Object>),
    /// Whole numbers from the first to the second, both included; empty if the second is smaller.
    Range(i64, i64),
}

/// A name in an object; those that the program gives take no memory of their own.
pub type Key = Cow<'static, str>;

/// An object's entries, in the order they were given; lookups are by binary search once
/// there are many.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Box<[(Key, Value)]>,
    /// Indexes into `entries`, ordered by key; empty for small objects.
    by_key: Box<[u32]>,
}

/// Objects up to this size are searched in order.
const SMALL: usize = 8;

impl Object {
    /// Builds an object; of entries with the same key, the last value stays.
    pub fn new(mut entries: Vec<(Key, Value)>) -> Self {
        let mut by_key: Vec<u32> = Vec::new();
        if entries.len() <= SMALL {
            for index in (1..entries.len()).rev() {
                if let Some(first) = (0..index).find(|first| entries[*first].0 == entries[index].0)
                {
                    entries[first].1 = entries.remove(index).1;
                }
            }
        } else {
            by_key.extend(0..crate::problem::offset(entries.len()));
            by_key.sort_by(|a, b| entries[*a as usize].0.cmp(&entries[*b as usize].0));
            // Equal keys are neighbors in the given order: pass the last value on to the first.
            let mut repeated = vec![false; entries.len()];
            for pair in by_key.windows(2).rev() {
                let (first, second) = (pair[0] as usize, pair[1] as usize);
                if entries[first].0 == entries[second].0 {
                    entries[first].1 = std::mem::take(&mut entries[second].1);
                    repeated[second] = true;
                }
            }
            if repeated.contains(&true) {
                let mut repeated = repeated.into_iter();
                entries.retain(|_| repeated.next() == Some(false));
                return Self::new(entries);
            }
        }
        Self {
            entries: entries.into(),
            by_key: by_key.into(),
        }
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.by_key.is_empty() {
            return self
                .entries
                .iter()
                .find(|(name, _)| &**name == key)
                .map(|(_, value)| value);
        }
        let found = self
            .by_key
            .binary_search_by(|index| (*self.entries[*index as usize].0).cmp(key))
            .ok()?;
        Some(&self.entries[self.by_key[found] as usize].1)
    }

    /// The entry at a place in the given order.
    pub fn entry(&self, index: usize) -> Option<(&str, &Value)> {
        self.entries.get(index).map(|(key, value)| (&**key, value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in the given order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }
}

impl Value {
    /// An object from names and values.
    pub fn object<K: Into<Key>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect();
        Self::Object(Arc::new(Object::new(entries)))
    }

    /// A list.
    pub fn array(items: Vec<Value>) -> Self {
        Self::Array(items.into())
    }

    /// Everything but nil and false is truthy, the empty text and zero included.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false))
    }

    /// An empty text, array or object.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Str(text) => text.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::Object(object) => object.is_empty(),
            _ => false,
        }
    }

    /// Nil, false, and whatever is empty or white space alone.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Nil | Self::Bool(false) => true,
            Self::Str(text) => text.bytes().all(is_space),
            other => other.is_empty(),
        }
    }

    /// How many characters, items or entries; nil for what has no size.
    pub(crate) fn size(&self) -> Option<i64> {
        let size = match self {
            Self::Str(text) => text.chars().count(),
            Self::Array(items) => items.len(),
            Self::Object(object) => object.len(),
            Self::Range(first, last) => return Some(range_len(*first, *last)),
            _ => return None,
        };
        Some(i64::try_from(size).unwrap_or(i64::MAX))
    }

    pub(crate) fn first(&self) -> Option<Cow<'_, Value>> {
        match self {
            Self::Str(text) => Some(Cow::Owned(
                text.chars().next().map_or_else(|| Self::from(""), one_char),
            )),
            Self::Array(items) => items.first().map(Cow::Borrowed),
            Self::Object(object) => object
                .entry(0)
                .map(|(key, value)| Cow::Owned(pair(key, value))),
            Self::Range(first, _) => Some(Cow::Owned(Self::Int(*first))),
            _ => None,
        }
    }

    pub(crate) fn last(&self) -> Option<Cow<'_, Value>> {
        match self {
            Self::Str(text) => Some(Cow::Owned(
                text.chars()
                    .next_back()
                    .map_or_else(|| Self::from(""), one_char),
            )),
            Self::Array(items) => items.last().map(Cow::Borrowed),
            Self::Range(_, last) => Some(Cow::Owned(Self::Int(*last))),
            _ => None,
        }
    }

    /// How much work it is to look through this value, in steps.
    pub(crate) fn weight(&self) -> usize {
        let all =
            |weights: &mut dyn Iterator<Item = usize>| weights.fold(0usize, usize::saturating_add);
        match self {
            Self::Str(text) => text.len() / 64,
            Self::Array(items) => all(&mut items.iter().map(|item| 1 + item.weight())),
            Self::Object(object) => all(&mut object.iter().map(|(_, value)| 1 + value.weight())),
            _ => 0,
        }
    }

    /// What `.name` reads: an object's entry, else `size`, `first` or `last`.
    pub(crate) fn member(&self, name: &str) -> Option<Cow<'_, Value>> {
        if let Self::Object(object) = self
            && let Some(value) = object.get(name)
        {
            return Some(Cow::Borrowed(value));
        }
        match name {
            "size" => self.size().map(|size| Cow::Owned(Self::Int(size))),
            "first" => self.first(),
            "last" => self.last(),
            _ => None,
        }
    }

    /// What `[key]` reads: an object's entry by text, an array's item by whole number, from the
    /// end if negative.
    pub(crate) fn at_key(&self, key: &Value) -> Option<&Value> {
        match (self, key) {
            (Self::Object(object), Self::Str(name)) => object.get(name),
            (Self::Array(items), Self::Int(index)) => items.get(wrap_index(*index, items.len())?),
            _ => None,
        }
    }
}

/// An index from the end if negative; nothing before the start.
pub(crate) fn wrap_index(index: i64, len: usize) -> Option<usize> {
    if index >= 0 {
        usize::try_from(index).ok()
    } else {
        len.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)
    }
}

/// How many numbers a range holds.
pub(crate) fn range_len(first: i64, last: i64) -> i64 {
    if last < first {
        0
    } else {
        last.saturating_sub(first).saturating_add(1)
    }
}

/// An object's entry as a loop sees it.
pub(crate) fn pair(key: &str, value: &Value) -> Value {
    Value::array(vec![key.into(), value.clone()])
}

/// A text of one character.
pub(crate) fn one_char(character: char) -> Value {
    Value::from(&*character.encode_utf8(&mut [0; 4]))
}

/// White space as Ruby's `\s` has it.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Equality as templates see it: numbers by value, arrays and objects by content.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Int(a), Self::Float(b)) | (Self::Float(b), Self::Int(a)) => {
                crate::number::same(*a, *b)
            }
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Object(a), Self::Object(b)) => {
                Arc::ptr_eq(a, b)
                    || a.len() == b.len()
                        && a.iter()
                            .all(|(key, value)| b.get(key).is_some_and(|other| value == other))
            }
            (Self::Range(a, b), Self::Range(c, d)) => a == c && b == d,
            _ => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}
