//! From source to tree: blocks here, tags in `tags`, expressions in `expression`.

mod expression;
mod source;
mod tags;
#[cfg(test)]
mod tests;

use crate::ast::{Body, Node, NodeKind, Span};
use crate::number::int_text;
use crate::problem::{Fault, Kind, Outcome, offset};
use crate::value::is_space;
use source::{Markup, Piece, Source, Tag, never_closed};

/// How deep blocks and expressions may be nested; keeps the parser and whatever walks the tree
/// within a small stack.
pub(crate) const MAX_DEPTH: u32 = 100;

/// Parses a whole template.
pub(crate) fn parse(source: &str) -> Outcome<Body> {
    let mut parser = Parser {
        source,
        trim_next: false,
        depth: 0,
    };
    let (body, _) = parser.block(&mut Source::document(source), None)?;
    Ok(body.body)
}

struct Parser<'s> {
    source: &'s str,
    /// The last tag or output asked for the white space after it to go.
    trim_next: bool,
    depth: u32,
}

/// A body under construction.
#[derive(Default)]
struct Block {
    body: Body,
    /// Holds something that may print more than white space.
    visible: bool,
}

/// The block that is open, and the tags that divide or close it.
struct Open<'b> {
    at: usize,
    name: &'static str,
    dividers: &'b [&'static str],
}

/// A tag as parsed: a node if it does anything, and whether it may print.
type Parsed = (Option<NodeKind>, bool);

impl<'s> Parser<'s> {
    /// Parses up to the tag that divides or closes `open`, or to the end of the source.
    fn block(
        &mut self,
        source: &mut Source<'s>,
        open: Option<&Open<'_>>,
    ) -> Outcome<(Block, Option<Tag<'s>>)> {
        let mut block = Block::default();
        self.enter(source.position())?;
        let stop = self.fill(source, &mut block, open)?;
        self.depth -= 1;
        Ok((block, stop))
    }

    fn enter(&mut self, at: usize) -> Outcome<()> {
        if self.depth >= MAX_DEPTH {
            let message = [
                "nested more than ",
                &int_text(MAX_DEPTH.into()),
                " deep; flatten the template",
            ];
            return Err(Fault::new(Kind::DepthLimit, &message).at(offset(at)));
        }
        self.depth += 1;
        Ok(())
    }

    fn fill(
        &mut self,
        source: &mut Source<'s>,
        block: &mut Block,
        open: Option<&Open<'_>>,
    ) -> Outcome<Option<Tag<'s>>> {
        while let Some(piece) = source.next()? {
            match piece {
                Piece::Text { start, end } => self.text(block, start, end),
                Piece::Output { at, markup } => {
                    self.trim_around(block, markup);
                    let pipeline = self.pipeline(markup)?;
                    block.visible = true;
                    block.push(at, NodeKind::Output(pipeline));
                }
                Piece::Tag(tag) => {
                    if !source.lines {
                        self.trim_around(block, tag.markup);
                    }
                    if tag.name == "liquid" {
                        self.enter(tag.at)?;
                        self.fill(&mut Source::lines(self.source, tag.markup), block, None)?;
                        self.depth -= 1;
                        continue;
                    }
                    if let Some(open) = open
                        && (open.dividers.contains(&tag.name)
                            || tag.name.strip_prefix("end") == Some(open.name))
                    {
                        return Ok(Some(tag));
                    }
                    let (kind, visible) = self.tag(source, tag)?;
                    block.visible |= visible;
                    if let Some(kind) = kind {
                        block.push(tag.at, kind);
                    }
                }
            }
        }
        match open {
            Some(open) => Err(never_closed(open.at, open.name)),
            None => Ok(None),
        }
    }

    fn text(&mut self, block: &mut Block, start: usize, end: usize) {
        let mut start = start;
        if std::mem::take(&mut self.trim_next) {
            start += self.source.as_bytes()[start..end]
                .iter()
                .take_while(|byte| is_space(**byte))
                .count();
        }
        if start == end {
            return;
        }
        block.visible |= !self.source.as_bytes()[start..end]
            .iter()
            .all(|byte| is_space(*byte));
        block.push(
            start,
            NodeKind::Text(Span {
                start: offset(start),
                end: offset(end),
            }),
        );
    }

    fn trim_around(&mut self, block: &mut Block, markup: Markup) {
        self.trim_next = markup.trim_after;
        if !markup.trim_before {
            return;
        }
        if let Some(Node {
            kind: NodeKind::Text(span),
            ..
        }) = block.body.nodes.last_mut()
        {
            let text = &self.source.as_bytes()[span.start as usize..span.end as usize];
            let spaces = text
                .iter()
                .rev()
                .take_while(|byte| is_space(**byte))
                .count();
            span.end -= offset(spaces);
            if span.start == span.end {
                block.body.nodes.pop();
            }
        }
    }
}

impl Block {
    fn push(&mut self, at: usize, kind: NodeKind) {
        self.body.nodes.push(Node {
            at: offset(at),
            kind,
        });
    }
}
