//! Expressions: values, paths, ranges, filters and conditions.

use super::{MAX_DEPTH, Parser, source::Markup};
use crate::ast::{Call, Comparison, Condition, Expr, Joiner, Path, Pipeline, Root, Step};
use crate::filters::{self, Signature};
use crate::lexer::{Lexeme, Token, tokenize};
use crate::number::int_text;
use crate::problem::{Fault, Kind, Outcome, offset};
use crate::value::Value;

/// A cursor over the tokens of one tag.
pub(super) struct Tokens<'s> {
    lexemes: Vec<Lexeme<'s>>,
    at: usize,
    depth: u32,
}

impl<'s> Tokens<'s> {
    pub(super) fn of(source: &'s str, markup: Markup) -> Outcome<Self> {
        Ok(Self {
            lexemes: tokenize(source, markup.start, markup.end)?,
            at: 0,
            depth: 0,
        })
    }

    pub(super) fn peek(&self) -> Token<'s> {
        self.lexemes[self.at].token
    }

    fn peek_second(&self) -> Option<Token<'s>> {
        self.lexemes.get(self.at + 1).map(|lexeme| lexeme.token)
    }

    /// Byte offset of the next token.
    pub(super) fn position(&self) -> usize {
        self.lexemes[self.at].start
    }

    fn advance(&mut self) {
        // The last token is the end, which stays.
        self.at = (self.at + 1).min(self.lexemes.len() - 1);
    }

    pub(super) fn take(&mut self, token: Token<'_>) -> bool {
        let found = self.peek() == token;
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, token: Token<'_>, wanted: &str) -> Outcome<()> {
        if self.take(token) {
            Ok(())
        } else {
            Err(self.unexpected(wanted))
        }
    }

    /// Takes one of the given words.
    pub(super) fn word(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let Token::Name(name) = self.peek() else {
            return None;
        };
        let word = words.iter().find(|word| **word == name)?;
        self.advance();
        Some(word)
    }

    pub(super) fn name(&mut self, wanted: &str) -> Outcome<&'s str> {
        let Token::Name(name) = self.peek() else {
            return Err(self.unexpected(wanted));
        };
        self.advance();
        Ok(name)
    }

    pub(super) fn end(&self) -> Outcome<()> {
        if self.peek() == Token::End {
            Ok(())
        } else {
            Err(self.unexpected("the end of the tag"))
        }
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            Token::End => "the tag ends",
            Token::Name(name) | Token::Number(name) => {
                return self.fault(&["expected ", wanted, " but found `", name, "`"]);
            }
            Token::Text(_) => "found a quoted text",
            Token::Relation(_) => "found a comparison",
            Token::Pipe => "found `|`",
            Token::Dot => "found `.`",
            Token::DotDot => "found `..`",
            Token::Colon => "found `:`",
            Token::Comma => "found `,`",
            Token::OpenSquare => "found `[`",
            Token::CloseSquare => "found `]`",
            Token::OpenRound => "found `(`",
            Token::CloseRound => "found `)`",
        };
        self.fault(&["expected ", wanted, " but ", found])
    }

    fn fault(&self, message: &[&str]) -> Fault {
        Fault::syntax(self.position(), message)
    }

    /// The source of everything from `start` to the last token taken, without white space.
    pub(super) fn text_since(&self, source: &str, start: usize) -> String {
        let taken = self.lexemes[..self.at]
            .iter()
            .filter(|lexeme| lexeme.start >= start);
        taken
            .map(|lexeme| &source[lexeme.start..lexeme.end])
            .collect()
    }

    pub(super) fn expression(&mut self) -> Outcome<Expr> {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::new(Kind::DepthLimit, &["brackets nested too deep"])
                .at(offset(self.position())));
        }
        self.depth += 1;
        let expression = self.expression_inside();
        self.depth -= 1;
        expression
    }

    fn expression_inside(&mut self) -> Outcome<Expr> {
        let at = self.position();
        match self.peek() {
            Token::Text(text) => {
                self.advance();
                Ok(Expr::Literal(text.into()))
            }
            Token::Number(digits) => {
                self.advance();
                Ok(Expr::Literal(crate::number::read(digits).value()))
            }
            Token::OpenRound => {
                self.advance();
                let first = self.expression()?;
                self.expect(Token::DotDot, "`..`")?;
                let last = self.expression()?;
                self.expect(Token::CloseRound, "`)`")?;
                range(first, last, at)
            }
            Token::OpenSquare => {
                self.advance();
                let name = self.expression()?;
                self.expect(Token::CloseSquare, "`]`")?;
                let root = match name {
                    Expr::Literal(Value::Str(name)) => Root::Name((*name).into()),
                    computed => Root::Computed(computed),
                };
                self.path(at, root)
            }
            Token::Name(name) => {
                self.advance();
                if !matches!(self.peek(), Token::Dot | Token::OpenSquare) {
                    match name {
                        "nil" | "null" => return Ok(Expr::Literal(Value::Nil)),
                        "true" => return Ok(Expr::Literal(Value::Bool(true))),
                        "false" => return Ok(Expr::Literal(Value::Bool(false))),
                        "empty" => return Ok(Expr::Empty),
                        "blank" => return Ok(Expr::Blank),
                        _ => {}
                    }
                }
                self.path(at, Root::Name(name.into()))
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn path(&mut self, at: usize, root: Root) -> Outcome<Expr> {
        let mut steps = Vec::new();
        loop {
            if self.take(Token::Dot) {
                steps.push(Step::Name(self.name("a name after `.`")?.into()));
            } else if self.take(Token::OpenSquare) {
                steps.push(Step::Index(self.expression()?));
                self.expect(Token::CloseSquare, "`]`")?;
            } else {
                return Ok(Expr::Path(Box::new(Path {
                    at: offset(at),
                    root,
                    steps,
                })));
            }
        }
    }

    pub(super) fn condition(&mut self) -> Outcome<Condition> {
        let first = self.comparison()?;
        let mut rest = Vec::new();
        while let Some(word) = self.word(&["and", "or"]) {
            let joiner = if word == "and" {
                Joiner::And
            } else {
                Joiner::Or
            };
            rest.push((joiner, self.comparison()?));
        }
        self.end()?;
        Ok(Condition { first, rest })
    }

    fn comparison(&mut self) -> Outcome<Comparison> {
        let left = self.expression()?;
        let right = if let Token::Relation(relation) = self.peek() {
            self.advance();
            Some((relation, self.expression()?))
        } else {
            None
        };
        Ok(Comparison { left, right })
    }

    fn call(&mut self) -> Outcome<Call> {
        let at = self.position();
        let name = self.name("a filter's name after `|`")?;
        let Some(signature) = filters::find(name) else {
            let fault = Fault::new(Kind::UnknownFilter, &["there is no filter `", name, "`"]);
            return Err(fault.at(offset(at)));
        };
        let mut call = Call {
            at: offset(at),
            filter: signature.filter,
            arguments: Vec::new(),
            allow_false: None,
        };
        if self.take(Token::Colon) {
            while !matches!(self.peek(), Token::Pipe | Token::End) {
                self.argument(signature, &mut call)?;
                if !self.take(Token::Comma) {
                    break;
                }
            }
        }
        let given = call.arguments.len();
        if given < usize::from(signature.least) || given > usize::from(signature.most) {
            return Err(argument_count(signature, given, at));
        }
        Ok(call)
    }

    fn argument(&mut self, signature: &Signature, call: &mut Call) -> Outcome<()> {
        let at = self.position();
        if let Token::Name(key) = self.peek()
            && self.peek_second() == Some(Token::Colon)
        {
            if signature.name != "default" || key != "allow_false" {
                let message = ["`", signature.name, "` has no argument named `", key, "`"];
                return Err(Fault::new(Kind::Arguments, &message).at(offset(at)));
            }
            self.advance();
            self.advance();
            call.allow_false = Some(self.expression()?);
        } else {
            call.arguments.push(self.expression()?);
        }
        Ok(())
    }
}

impl<'s> Parser<'s> {
    pub(super) fn tokens(&self, markup: Markup) -> Outcome<Tokens<'s>> {
        Tokens::of(self.source, markup)
    }

    /// A value and its filters, up to the end of the markup; nothing at all is nil.
    pub(super) fn pipeline(&self, markup: Markup) -> Outcome<Pipeline> {
        pipeline(&mut self.tokens(markup)?)
    }
}

pub(super) fn pipeline(tokens: &mut Tokens<'_>) -> Outcome<Pipeline> {
    if tokens.peek() == Token::End {
        return Ok(Pipeline {
            input: Expr::Literal(Value::Nil),
            calls: Vec::new(),
        });
    }
    let input = tokens.expression()?;
    let mut calls = Vec::new();
    while tokens.take(Token::Pipe) {
        calls.push(tokens.call()?);
    }
    tokens.end()?;
    Ok(Pipeline { input, calls })
}

/// A range; of two literals, its bounds are cut to whole numbers at once.
fn range(first: Expr, last: Expr, at: usize) -> Outcome<Expr> {
    if let (Expr::Literal(first), Expr::Literal(last)) = (&first, &last) {
        let bound = |value: &Value| match value {
            Value::Float(number) => Ok(crate::number::saturate(*number)),
            other => crate::number::range_bound(other).map_err(|fault| fault.at(offset(at))),
        };
        return Ok(Expr::Literal(Value::Range(bound(first)?, bound(last)?)));
    }
    Ok(Expr::Range(Box::new((first, last))))
}

fn argument_count(signature: &Signature, given: usize, at: usize) -> Fault {
    let (least, most) = (
        int_text(signature.least.into()),
        int_text(signature.most.into()),
    );
    let wanted = if least == most {
        most
    } else {
        [&*least, " to ", &most].concat()
    };
    let message = [
        "`",
        signature.name,
        "` takes ",
        &wanted,
        " arguments, not ",
        &int_text(i64::from(offset(given))),
    ];
    Fault::new(Kind::Arguments, &message).at(offset(at))
}
