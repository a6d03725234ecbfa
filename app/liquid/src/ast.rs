//! A parsed template. Texts are spans of the source; the rest is small boxed nodes.

use crate::filters::Filter;
use crate::value::Value;

/// A span of the source in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What stands between two tags of a block.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) nodes: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Node {
    /// Byte offset, for messages.
    pub(crate) at: u32,
    pub(crate) kind: NodeKind,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    Text(Span),
    /// A text that white space control does not touch.
    Raw(Span),
    Output(Pipeline),
    Assign(Box<str>, Pipeline),
    Capture(Box<str>, Body),
    If(Vec<Branch>),
    Case(Box<Case>),
    For(Box<For>),
    Break,
    Continue,
    Cycle(Box<Cycle>),
    Increment(Box<str>),
    Decrement(Box<str>),
    IfChanged(Body),
}

/// One arm of `if` or `unless`.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) at: u32,
    pub(crate) test: Test,
    pub(crate) body: Body,
}

#[derive(Debug)]
pub(crate) enum Test {
    When(Condition),
    Unless(Condition),
    Always,
}

/// Comparisons joined by `and` and `or`, which bind alike, from the right.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) first: Comparison,
    pub(crate) rest: Vec<(Joiner, Comparison)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joiner {
    And,
    Or,
}

#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) left: Expr,
    pub(crate) right: Option<(Relation, Expr)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) subject: Expr,
    pub(crate) arms: Vec<Arm>,
}

#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) at: u32,
    /// The values of `when`; none for `else`.
    pub(crate) values: Vec<Expr>,
    pub(crate) body: Body,
}

#[derive(Debug)]
pub(crate) struct For {
    pub(crate) variable: Box<str>,
    pub(crate) collection: Expr,
    /// `variable-collection`, which `offset: continue` and `forloop.name` go by.
    pub(crate) name: Box<str>,
    pub(crate) reversed: bool,
    pub(crate) limit: Option<Expr>,
    pub(crate) offset: Offset,
    pub(crate) body: Body,
    pub(crate) otherwise: Option<Body>,
}

#[derive(Debug)]
pub(crate) enum Offset {
    None,
    Continue,
    At(Expr),
}

#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) group: Group,
    pub(crate) values: Vec<Expr>,
}

/// What cycles share their position by.
#[derive(Debug)]
pub(crate) enum Group {
    Named(Expr),
    /// The values themselves, or the tag's own place if they are not all literals.
    Unnamed(Box<str>),
}

/// A value and the filters it goes through.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) input: Expr,
    pub(crate) calls: Vec<Call>,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) at: u32,
    pub(crate) filter: Filter,
    pub(crate) arguments: Vec<Expr>,
    /// `allow_false:` of `default`, the only named argument there is.
    pub(crate) allow_false: Option<Expr>,
}

#[derive(Debug)]
pub(crate) enum Expr {
    Literal(Value),
    /// The word `empty`: equal to what is empty, else an empty text.
    Empty,
    /// The word `blank`: equal to what is blank, else an empty text.
    Blank,
    Path(Box<Path>),
    Range(Box<(Expr, Expr)>),
}

#[derive(Debug)]
pub(crate) struct Path {
    pub(crate) at: u32,
    pub(crate) root: Root,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum Root {
    Name(Box<str>),
    Computed(Expr),
}

#[derive(Debug)]
pub(crate) enum Step {
    /// `.name`
    Name(Box<str>),
    /// `[expression]`
    Index(Expr),
}

impl Body {
    /// Drops the texts of a block that holds nothing visible.
    pub(crate) fn drop_texts(&mut self) {
        self.nodes
            .retain(|node| !matches!(node.kind, NodeKind::Text(_)));
    }
}
