//! Values as text: what an output prints, what a filter reads, and the inspected form that
//! arrays and objects have inside a text (Ruby's, as Liquid's reference prints them).

use std::borrow::Cow;

use super::Value;
use crate::limits::{Meter, Sink};
use crate::number::{float_text, int_text};
use crate::problem::Outcome;

/// Deeper than any JSON parser lets through; data built by hand stops here.
const MAX_INSPECT_DEPTH: u8 = 128;

impl Value {
    /// Prints what `{{ value }}` shows: nil is empty, an array is its items one after another.
    pub(crate) fn print(&self, sink: &mut Sink<'_>) -> Outcome<()> {
        self.print_nested(sink, 0)
    }

    fn print_nested(&self, sink: &mut Sink<'_>, depth: u8) -> Outcome<()> {
        match self {
            Self::Array(items) if depth < MAX_INSPECT_DEPTH => items
                .iter()
                .try_for_each(|item| item.print_nested(sink, depth + 1)),
            other => other.write_text(sink),
        }
    }

    /// The value as a filter reads it as text: as printed, but an array is inspected.
    pub(crate) fn text(&self, meter: &Meter) -> Outcome<Cow<'_, str>> {
        match self {
            Self::Nil => Ok(Cow::Borrowed("")),
            Self::Str(text) => Ok(Cow::Borrowed(text)),
            Self::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
            other => meter.build(|sink| other.write_text(sink)).map(Cow::Owned),
        }
    }

    /// Writes the text that [`Value::text`] gives.
    pub(crate) fn write_text(&self, sink: &mut Sink<'_>) -> Outcome<()> {
        match self {
            Self::Nil => Ok(()),
            Self::Str(text) => sink.push(text),
            other => other.inspect(sink, 0),
        }
    }

    /// Writes the form a value has inside an array or object.
    pub(crate) fn inspect(&self, sink: &mut Sink<'_>, depth: u8) -> Outcome<()> {
        match self {
            Self::Nil => sink.push("nil"),
            Self::Bool(true) => sink.push("true"),
            Self::Bool(false) => sink.push("false"),
            Self::Int(number) => sink.push(&int_text(*number)),
            Self::Float(number) => sink.push(&float_text(*number)),
            Self::Str(text) => quote(text, sink),
            Self::Range(first, last) => {
                sink.push(&[&*int_text(*first), "..", &int_text(*last)].concat())
            }
            Self::Array(_) | Self::Object(_) if depth >= MAX_INSPECT_DEPTH => sink.push("..."),
            Self::Array(items) => {
                sink.push("[")?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        sink.push(", ")?;
                    }
                    item.inspect(sink, depth + 1)?;
                }
                sink.push("]")
            }
            Self::Object(object) => {
                sink.push("{")?;
                for (index, (key, value)) in object.iter().enumerate() {
                    if index > 0 {
                        sink.push(", ")?;
                    }
                    quote(key, sink)?;
                    sink.push("=>")?;
                    value.inspect(sink, depth + 1)?;
                }
                sink.push("}")
            }
        }
    }
}

fn quote(text: &str, sink: &mut Sink<'_>) -> Outcome<()> {
    sink.push("\"")?;
    let mut rest = text;
    while let Some(at) =
        rest.find(|character: char| matches!(character, '"' | '\\' | '#' | '\0'..='\x1f' | '\x7f'))
    {
        sink.push(&rest[..at])?;
        let special = rest.as_bytes()[at];
        let next = rest.as_bytes().get(at + 1);
        match special {
            b'"' => sink.push("\\\"")?,
            b'\\' => sink.push("\\\\")?,
            b'#' if matches!(next, Some(b'{' | b'$' | b'@')) => sink.push("\\#")?,
            b'#' => sink.push("#")?,
            b'\n' => sink.push("\\n")?,
            b'\r' => sink.push("\\r")?,
            b'\t' => sink.push("\\t")?,
            0x0b => sink.push("\\v")?,
            0x0c => sink.push("\\f")?,
            0x08 => sink.push("\\b")?,
            0x07 => sink.push("\\a")?,
            0x1b => sink.push("\\e")?,
            other => {
                const HEX: &str = "0123456789ABCDEF";
                let (high, low) = (usize::from(other >> 4), usize::from(other & 15));
                sink.push("\\x")?;
                sink.push(&HEX[high..=high])?;
                sink.push(&HEX[low..=low])?;
            }
        }
        rest = &rest[at + 1..];
    }
    sink.push(rest)?;
    sink.push("\"")
}
