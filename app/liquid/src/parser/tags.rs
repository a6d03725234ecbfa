//! The tags.

use super::expression::{Tokens, pipeline};
use super::source::{Source, Tag};
use super::{Block, Open, Parsed, Parser};
use crate::ast::{Arm, Branch, Case, Cycle, Expr, For, Group, NodeKind, Offset, Span, Test};
use crate::lexer::Token;
use crate::problem::{Fault, Kind, Outcome, offset};
use crate::value::is_space;

impl<'s> Parser<'s> {
    /// Parses the tag that was just read, and its block if it has one.
    pub(super) fn tag(&mut self, source: &mut Source<'s>, tag: Tag<'s>) -> Outcome<Parsed> {
        match tag.name {
            "assign" => self.assign(tag),
            "break" => self.bare(tag, NodeKind::Break),
            "capture" => self.capture(source, tag),
            "case" => self.case(source, tag),
            "comment" => {
                let trim = source.skip_comment(tag.at)?;
                if !source.lines {
                    self.trim_next = trim;
                }
                Ok((None, false))
            }
            "continue" => self.bare(tag, NodeKind::Continue),
            "cycle" => self.cycle(tag),
            "decrement" => Ok((Some(NodeKind::Decrement(self.lone_name(tag)?)), true)),
            "doc" => {
                let span = self.verbatim(source, tag, "enddoc", Some("doc"))?;
                Ok((None, span.start < span.end))
            }
            "echo" => Ok((Some(NodeKind::Output(self.pipeline(tag.markup)?)), true)),
            "for" => self.for_loop(source, tag),
            "if" => self.branches(source, tag, "if"),
            "ifchanged" => {
                self.no_arguments(tag)?;
                let (block, _) = self.block(
                    source,
                    Some(&Open {
                        at: tag.at,
                        name: "ifchanged",
                        dividers: &[],
                    }),
                )?;
                Ok((Some(NodeKind::IfChanged(block.body)), block.visible))
            }
            "increment" => Ok((Some(NodeKind::Increment(self.lone_name(tag)?)), true)),
            "raw" => {
                let span = self.verbatim(source, tag, "endraw", None)?;
                let visible = span.start < span.end;
                Ok((visible.then_some(NodeKind::Raw(span)), visible))
            }
            "unless" => self.branches(source, tag, "unless"),
            "#" => self.inline_comment(tag),
            name => Err(unknown(name).at(offset(tag.at))),
        }
    }

    fn assign(&self, tag: Tag<'s>) -> Outcome<Parsed> {
        let tokens = self.source[tag.markup.start..tag.markup.end].find('=');
        let Some(equals) = tokens.map(|at| tag.markup.start + at) else {
            return Err(Fault::syntax(tag.at, &["write `assign name = value`"]));
        };
        let mut target = Tokens::of(
            self.source,
            super::Markup {
                end: equals,
                ..tag.markup
            },
        )?;
        let name = target.name("a variable's name")?;
        target.end()?;
        let value = pipeline(&mut Tokens::of(
            self.source,
            super::Markup {
                start: equals + 1,
                ..tag.markup
            },
        )?)?;
        Ok((Some(NodeKind::Assign(name.into(), value)), false))
    }

    fn capture(&mut self, source: &mut Source<'s>, tag: Tag<'s>) -> Outcome<Parsed> {
        let mut tokens = self.tokens(tag.markup)?;
        // Old documentation puts the name in quotes, and so do many templates.
        let name = if let Token::Text(name) = tokens.peek() {
            tokens.take(Token::Text(name));
            name
        } else {
            tokens.name("a variable's name")?
        };
        tokens.end()?;
        let (block, _) = self.block(
            source,
            Some(&Open {
                at: tag.at,
                name: "capture",
                dividers: &[],
            }),
        )?;
        Ok((Some(NodeKind::Capture(name.into(), block.body)), false))
    }

    fn branches(
        &mut self,
        source: &mut Source<'s>,
        tag: Tag<'s>,
        name: &'static str,
    ) -> Outcome<Parsed> {
        let open = Open {
            at: tag.at,
            name,
            dividers: &["elsif", "else"],
        };
        let condition = self.tokens(tag.markup)?.condition()?;
        let mut test = if name == "if" {
            Test::When(condition)
        } else {
            Test::Unless(condition)
        };
        let mut at = tag.at;
        let mut branches: Vec<Branch> = Vec::new();
        let mut visible = false;
        loop {
            let (
                Block {
                    body,
                    visible: shows,
                },
                stop,
            ) = self.block(source, Some(&open))?;
            visible |= shows;
            branches.push(Branch {
                at: offset(at),
                test,
                body,
            });
            match stop {
                // What follows `else` on its tag is ignored, as everywhere in Liquid.
                Some(stop) if stop.name == "else" => (test, at) = (Test::Always, stop.at),
                Some(stop) if stop.name == "elsif" => {
                    (test, at) = (Test::When(self.tokens(stop.markup)?.condition()?), stop.at);
                }
                _ => break,
            }
        }
        if !visible {
            for branch in &mut branches {
                branch.body.drop_texts();
            }
        }
        Ok((Some(NodeKind::If(branches)), visible))
    }

    fn case(&mut self, source: &mut Source<'s>, tag: Tag<'s>) -> Outcome<Parsed> {
        let open = Open {
            at: tag.at,
            name: "case",
            dividers: &["when", "else"],
        };
        let mut tokens = self.tokens(tag.markup)?;
        let subject = tokens.expression()?;
        tokens.end()?;
        // What stands before the first `when` is never shown.
        let (Block { mut visible, .. }, mut stop) = self.block(source, Some(&open))?;
        let mut arms: Vec<Arm> = Vec::new();
        while let Some(divider) = stop
            && divider.name != "endcase"
        {
            let mut tokens = self.tokens(divider.markup)?;
            let mut values = Vec::new();
            if divider.name == "when" {
                values.push(tokens.expression()?);
                while tokens.take(Token::Comma) || tokens.word(&["or"]).is_some() {
                    values.push(tokens.expression()?);
                }
            }
            tokens.end()?;
            let (block, next) = self.block(source, Some(&open))?;
            visible |= block.visible;
            arms.push(Arm {
                at: offset(divider.at),
                values,
                body: block.body,
            });
            stop = next;
        }
        if !visible {
            for arm in &mut arms {
                arm.body.drop_texts();
            }
        }
        Ok((
            Some(NodeKind::Case(Box::new(Case { subject, arms }))),
            visible,
        ))
    }

    fn for_loop(&mut self, source: &mut Source<'s>, tag: Tag<'s>) -> Outcome<Parsed> {
        let mut tokens = self.tokens(tag.markup)?;
        let variable = tokens.name("a variable's name")?;
        if tokens.word(&["in"]).is_none() {
            return Err(tokens.unexpected("`in`"));
        }
        let start = tokens.position();
        let collection = tokens.expression()?;
        let name = [variable, "-", &tokens.text_since(self.source, start)].concat();
        let mut parsed = For {
            variable: variable.into(),
            collection,
            name: name.into(),
            reversed: false,
            limit: None,
            offset: Offset::None,
            body: crate::ast::Body::default(),
            otherwise: None,
        };
        loop {
            tokens.take(Token::Comma);
            if tokens.peek() == Token::End {
                break;
            }
            match tokens.word(&["reversed", "limit", "offset"]) {
                Some("reversed") => parsed.reversed = true,
                Some(word) => {
                    if !tokens.take(Token::Colon) {
                        return Err(tokens.unexpected("`:`"));
                    }
                    if word == "limit" {
                        parsed.limit = Some(tokens.expression()?);
                    } else if tokens.word(&["continue"]).is_some() {
                        parsed.offset = Offset::Continue;
                    } else {
                        parsed.offset = Offset::At(tokens.expression()?);
                    }
                }
                None => return Err(tokens.unexpected("`limit:`, `offset:` or `reversed`")),
            }
        }
        let open = Open {
            at: tag.at,
            name: "for",
            dividers: &["else"],
        };
        let (block, stop) = self.block(source, Some(&open))?;
        parsed.body = block.body;
        let mut visible = block.visible;
        if stop.is_some_and(|stop| stop.name == "else") {
            let (block, _) = self.block(
                source,
                Some(&Open {
                    dividers: &[],
                    ..open
                }),
            )?;
            visible |= block.visible;
            parsed.otherwise = Some(block.body);
        }
        if !visible {
            parsed.body.drop_texts();
            parsed
                .otherwise
                .iter_mut()
                .for_each(crate::ast::Body::drop_texts);
        }
        Ok((Some(NodeKind::For(Box::new(parsed))), visible))
    }

    fn cycle(&self, tag: Tag<'s>) -> Outcome<Parsed> {
        let mut tokens = self.tokens(tag.markup)?;
        let start = tokens.position();
        let first = tokens.expression()?;
        let mut values = Vec::new();
        let mut group = None;
        if tokens.take(Token::Colon) {
            group = Some(Group::Named(first));
            values.push(tokens.expression()?);
        } else {
            values.push(first);
        }
        while tokens.take(Token::Comma) && tokens.peek() != Token::End {
            values.push(tokens.expression()?);
        }
        tokens.end()?;
        let group = group.unwrap_or_else(|| {
            let literal = values
                .iter()
                .all(|value| !matches!(value, Expr::Path(_) | Expr::Range(_)));
            let key = if literal {
                tokens.text_since(self.source, start)
            } else {
                crate::number::int_text(offset(tag.at).into())
            };
            Group::Unnamed(key.into())
        });
        Ok((
            Some(NodeKind::Cycle(Box::new(Cycle { group, values }))),
            true,
        ))
    }

    fn verbatim(
        &mut self,
        source: &mut Source<'s>,
        tag: Tag<'s>,
        close: &str,
        refused: Option<&str>,
    ) -> Outcome<Span> {
        self.no_arguments(tag)?;
        let start = source.position();
        let (end, trim) = source.skip_verbatim(close, refused, tag.at)?;
        self.trim_next = trim;
        Ok(Span {
            start: offset(start),
            end: offset(end),
        })
    }

    fn inline_comment(&self, tag: Tag<'s>) -> Outcome<Parsed> {
        let text = &self.source[tag.markup.start..tag.markup.end];
        let mut line_starts = false;
        for byte in text.bytes() {
            if line_starts && !is_space(byte) {
                if byte != b'#' {
                    let message = "each line of this comment must start with `#`";
                    return Err(Fault::syntax(tag.at, &[message]));
                }
                line_starts = false;
            }
            line_starts |= byte == b'\n';
        }
        Ok((None, false))
    }

    fn lone_name(&self, tag: Tag<'s>) -> Outcome<Box<str>> {
        let mut tokens = self.tokens(tag.markup)?;
        let name = tokens.name("a variable's name")?;
        tokens.end()?;
        Ok(name.into())
    }

    fn bare(&self, tag: Tag<'s>, kind: NodeKind) -> Outcome<Parsed> {
        self.no_arguments(tag)?;
        Ok((Some(kind), true))
    }

    fn no_arguments(&self, tag: Tag<'s>) -> Outcome<()> {
        if self.source[tag.markup.start..tag.markup.end]
            .bytes()
            .all(is_space)
        {
            return Ok(());
        }
        Err(Fault::syntax(
            tag.at,
            &["`", tag.name, "` takes no arguments"],
        ))
    }
}

fn unknown(name: &str) -> Fault {
    let message = match name {
        "else" | "elsif" | "when" => ["`", name, "` stands outside of the block it belongs to"],
        "include" | "render" | "tablerow" => ["the tag `", name, "` is not supported"],
        _ if name.starts_with("end") => ["`", name, "` closes nothing that is open here"],
        _ => ["there is no tag `", name, "`"],
    };
    Fault::new(Kind::UnknownTag, &message)
}
