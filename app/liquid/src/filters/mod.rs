//! The filters: their names and argument counts here, what they do by subject.

mod arrays;
mod date_text;
mod dates;
mod html_and_codec;
mod numbers;
mod strings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::limits::Meter;
use crate::problem::Outcome;
use crate::value::Value;

/// A filter's argument or result, borrowed from the data where it can be.
pub(crate) type Held<'v> = Cow<'v, Value>;

/// The evaluated arguments of one call.
pub(crate) struct Arguments<'v> {
    pub(crate) first: Option<Held<'v>>,
    pub(crate) second: Option<Held<'v>>,
    /// `allow_false:` of `default`.
    pub(crate) allow_false: bool,
}

impl Arguments<'_> {
    /// The first argument; nil if it was left out.
    fn first(&self) -> &Value {
        self.first.as_deref().unwrap_or(&Value::Nil)
    }

    /// The second argument; nil if it was left out.
    fn second(&self) -> &Value {
        self.second.as_deref().unwrap_or(&Value::Nil)
    }

    /// The first argument as text.
    fn text<'a>(&'a self, meter: &Meter) -> Outcome<Cow<'a, str>> {
        self.first().text(meter)
    }
}

/// A filter by name and how many arguments it takes.
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) filter: Filter,
    pub(crate) least: u8,
    pub(crate) most: u8,
}

/// Finds a filter.
pub(crate) fn find(name: &str) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|signature| signature.name == name)
}

macro_rules! filters {
    ($($name:literal $filter:ident $least:literal $most:literal)*) => {
        /// Every filter there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Filter { $($filter),* }

        const SIGNATURES: &[Signature] =
            &[$(Signature { name: $name, filter: Filter::$filter, least: $least, most: $most }),*,
              Signature { name: "h", filter: Filter::Escape, least: 0, most: 0 }];
    };
}

filters! {
    "abs" Abs 0 0
    "append" Append 1 1
    "at_least" AtLeast 1 1
    "at_most" AtMost 1 1
    "base64_decode" Base64Decode 0 0
    "base64_encode" Base64Encode 0 0
    "base64_url_safe_decode" Base64UrlSafeDecode 0 0
    "base64_url_safe_encode" Base64UrlSafeEncode 0 0
    "capitalize" Capitalize 0 0
    "ceil" Ceil 0 0
    "compact" Compact 0 1
    "concat" Concat 1 1
    "date" Date 1 1
    "default" Default 0 2
    "divided_by" DividedBy 1 1
    "downcase" Downcase 0 0
    "escape" Escape 0 0
    "escape_once" EscapeOnce 0 0
    "find" Find 1 2
    "find_index" FindIndex 1 2
    "first" First 0 0
    "floor" Floor 0 0
    "has" Has 1 2
    "join" Join 0 1
    "last" Last 0 0
    "lstrip" LeftStrip 0 0
    "map" Map 1 1
    "minus" Minus 1 1
    "modulo" Modulo 1 1
    "newline_to_br" NewlineToBr 0 0
    "plus" Plus 1 1
    "prepend" Prepend 1 1
    "reject" Reject 1 2
    "remove" Remove 1 1
    "remove_first" RemoveFirst 1 1
    "remove_last" RemoveLast 1 1
    "replace" Replace 1 2
    "replace_first" ReplaceFirst 1 2
    "replace_last" ReplaceLast 2 2
    "reverse" Reverse 0 0
    "round" Round 0 1
    "rstrip" RightStrip 0 0
    "size" Size 0 0
    "slice" Slice 1 2
    "sort" Sort 0 1
    "sort_natural" SortNatural 0 1
    "split" Split 1 1
    "squish" Squish 0 0
    "strip" Strip 0 0
    "strip_html" StripHtml 0 0
    "strip_newlines" StripNewlines 0 0
    "sum" Sum 0 1
    "times" Times 1 1
    "truncate" Truncate 0 2
    "truncatewords" TruncateWords 0 2
    "uniq" Uniq 0 1
    "upcase" Upcase 0 0
    "url_decode" UrlDecode 0 0
    "url_encode" UrlEncode 0 0
    "where" Where 1 2
}

/// Puts a value through a filter.
pub(crate) fn apply<'v>(
    meter: &Meter,
    filter: Filter,
    input: Held<'v>,
    arguments: &Arguments<'v>,
) -> Outcome<Held<'v>> {
    use Filter as F;
    meter.charge(1)?;
    match filter {
        F::Default => Ok(default(input, arguments)),
        F::Size => Ok(Cow::Owned(Value::Int(input.size().unwrap_or(0)))),
        F::First | F::Last => Ok(end_of(input, filter == F::First)),
        F::Abs
        | F::AtLeast
        | F::AtMost
        | F::Ceil
        | F::DividedBy
        | F::Floor
        | F::Minus
        | F::Modulo
        | F::Plus
        | F::Round
        | F::Times => numbers::apply(filter, &input, arguments).map(Cow::Owned),
        F::Compact
        | F::Concat
        | F::Find
        | F::FindIndex
        | F::Has
        | F::Join
        | F::Map
        | F::Reject
        | F::Reverse
        | F::Sort
        | F::SortNatural
        | F::Sum
        | F::Uniq
        | F::Where => arrays::apply(meter, filter, &input, arguments).map(Cow::Owned),
        F::Date => dates::date(meter, input, arguments),
        F::Slice if matches!(*input, Value::Array(_)) => {
            arrays::slice(meter, &input, arguments).map(Cow::Owned)
        }
        F::Base64Decode
        | F::Base64Encode
        | F::Base64UrlSafeDecode
        | F::Base64UrlSafeEncode
        | F::Escape
        | F::EscapeOnce
        | F::NewlineToBr
        | F::StripHtml
        | F::UrlDecode
        | F::UrlEncode => text_of(meter, &input, |text| html_and_codec::apply(filter, text)),
        F::Split => strings::split(meter, &input, arguments).map(Cow::Owned),
        _ => strings::apply(meter, filter, &input, arguments).map(Cow::Owned),
    }
}

/// Runs a filter that turns a text into a text.
fn text_of<'v>(
    meter: &Meter,
    input: &Value,
    change: impl FnOnce(&str) -> Outcome<String>,
) -> Outcome<Held<'v>> {
    let text = input.text(meter)?;
    meter.charge_text(text.len())?;
    Ok(Cow::Owned(meter.bounded(change(&text)?)?.into()))
}

/// The input, or the first argument if the input is nil, false or empty.
fn default<'v>(input: Held<'v>, arguments: &Arguments<'v>) -> Held<'v> {
    let missing = match &*input {
        Value::Nil => true,
        Value::Bool(false) => !arguments.allow_false,
        other => other.is_empty(),
    };
    if !missing {
        return input;
    }
    arguments
        .first
        .clone()
        .unwrap_or_else(|| Cow::Owned("".into()))
}

/// The first or last item of a list.
fn end_of(input: Held<'_>, first: bool) -> Held<'_> {
    fn pick(value: &Value, first: bool) -> Option<Held<'_>> {
        if first { value.first() } else { value.last() }
    }
    match input {
        Cow::Borrowed(value) => pick(value, first).unwrap_or(Cow::Owned(Value::Nil)),
        Cow::Owned(value) => {
            Cow::Owned(pick(&value, first).map(Cow::into_owned).unwrap_or_default())
        }
    }
}
