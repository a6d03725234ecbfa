//! What can be wrong with a template, where, and what to do about it.

use serde::Serialize;

/// A problem found while parsing a template.
pub type ParseError = Problem;
/// A problem met while rendering a template.
pub type RenderError = Problem;

/// What sort of problem it is; the serialized names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The template is not well formed.
    Syntax,
    /// A tag that does not exist, or does not exist here.
    UnknownTag,
    /// A filter that does not exist.
    UnknownFilter,
    /// A filter got too few, too many or unknown arguments.
    Arguments,
    /// The template is longer than [`crate::MAX_TEMPLATE_BYTES`].
    TemplateSize,
    /// A value that the operation cannot take, such as an array compared by size.
    Value,
    /// Division by zero, or a result that is no number.
    Arithmetic,
    /// Rendering took more than [`crate::Limits::steps`].
    StepLimit,
    /// Blocks are nested deeper than [`crate::Limits::depth`], or than the parser allows.
    DepthLimit,
    /// The text grew past [`crate::Limits::output_bytes`].
    OutputLimit,
}

/// One problem and its place in the template, ready to be shown beside the editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Problem {
    /// What sort of problem it is.
    pub kind: Kind,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What was wrong and what to do, for a person.
    pub message: String,
}

/// A problem before its place is turned into line and column. Boxed, so that what succeeds
/// moves no fault's bytes about.
#[derive(Debug)]
pub(crate) struct Fault(Box<Details>);

#[derive(Debug)]
struct Details {
    kind: Kind,
    message: String,
    /// Byte offset in the template, once known.
    at: Option<u32>,
}

pub(crate) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// A fault whose message is put together from parts.
    #[cold]
    pub(crate) fn new(kind: Kind, message: &[&str]) -> Self {
        let message = message.concat();
        Self(Box::new(Details {
            kind,
            message,
            at: None,
        }))
    }

    /// A syntax fault at a byte offset.
    #[cold]
    pub(crate) fn syntax(at: usize, message: &[&str]) -> Self {
        Self::new(Kind::Syntax, message).at(offset(at))
    }

    /// A fault in the value given to an operation.
    #[cold]
    pub(crate) fn value(message: &str) -> Self {
        Self::new(Kind::Value, &[message])
    }

    /// Names the place, unless one nearer to the cause is already known.
    #[cold]
    pub(crate) fn at(mut self, at: u32) -> Self {
        self.0.at.get_or_insert(at);
        self
    }

    pub(crate) fn locate(self, source: &str) -> Problem {
        let Details { kind, message, at } = *self.0;
        let (line, column) = line_and_column(source, at.unwrap_or(0));
        Problem {
            kind,
            line,
            column,
            message,
        }
    }
}

/// The line and the column in characters, both from 1, of a byte offset.
pub(crate) fn line_and_column(source: &str, at: u32) -> (u32, u32) {
    let mut at = (at as usize).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let before = &source[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        1 + offset(before.bytes().filter(|byte| *byte == b'\n').count()),
        1 + offset(before[line_start..].chars().count()),
    )
}

/// A byte offset as the tree stores it; templates are far shorter than 4 GiB.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
