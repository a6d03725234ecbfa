//! Cuts the markup of one tag or output into tokens.

use crate::ast::Relation;
use crate::problem::{Fault, Outcome};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Token<'s> {
    Name(&'s str),
    Text(&'s str),
    Number(&'s str),
    Relation(Relation),
    Pipe,
    Dot,
    DotDot,
    Colon,
    Comma,
    OpenSquare,
    CloseSquare,
    OpenRound,
    CloseRound,
    End,
}

/// A token and where it stands in the template.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexeme<'s> {
    pub(crate) token: Token<'s>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Cuts `source[start..end]`; the last token is always [`Token::End`].
pub(crate) fn tokenize(source: &str, start: usize, end: usize) -> Outcome<Vec<Lexeme<'_>>> {
    let bytes = &source.as_bytes()[..end];
    let mut lexemes: Vec<Lexeme<'_>> = Vec::new();
    let mut at = start;
    loop {
        while bytes
            .get(at)
            .is_some_and(|byte| crate::value::is_space(*byte))
        {
            at += 1;
        }
        let Some(byte) = bytes.get(at) else {
            lexemes.push(Lexeme {
                token: Token::End,
                start: end,
                end,
            });
            return Ok(lexemes);
        };
        let next = bytes.get(at + 1).copied();
        let (token, len) = match byte {
            b'|' => (Token::Pipe, 1),
            b'.' if next == Some(b'.') => (Token::DotDot, 2),
            b'.' => (Token::Dot, 1),
            b':' => (Token::Colon, 1),
            b',' => (Token::Comma, 1),
            b'[' => (Token::OpenSquare, 1),
            b']' => (Token::CloseSquare, 1),
            b'(' => (Token::OpenRound, 1),
            b')' => (Token::CloseRound, 1),
            b'=' if next == Some(b'=') => (Token::Relation(Relation::Equal), 2),
            b'!' if next == Some(b'=') => (Token::Relation(Relation::NotEqual), 2),
            b'<' if next == Some(b'>') => (Token::Relation(Relation::NotEqual), 2),
            b'<' if next == Some(b'=') => (Token::Relation(Relation::LessOrEqual), 2),
            b'<' => (Token::Relation(Relation::Less), 1),
            b'>' if next == Some(b'=') => (Token::Relation(Relation::GreaterOrEqual), 2),
            b'>' => (Token::Relation(Relation::Greater), 1),
            b'"' | b'\'' => {
                let Some(len) = bytes[at + 1..].iter().position(|other| other == byte) else {
                    return Err(Fault::syntax(
                        at,
                        &["this text is not closed; add the same quote at its end"],
                    ));
                };
                (Token::Text(&source[at + 1..at + 1 + len]), len + 2)
            }
            b'0'..=b'9' => number(source, at, end),
            b'-' if next.is_some_and(|next| next.is_ascii_digit()) => number(source, at, end),
            byte if byte.is_ascii_alphabetic() || *byte == b'_' => {
                let len = name_len(&bytes[at..]);
                let name = &source[at..at + len];
                let after_dot = matches!(
                    lexemes.last(),
                    Some(Lexeme {
                        token: Token::Dot,
                        ..
                    })
                );
                if name == "contains" && !after_dot {
                    (Token::Relation(Relation::Contains), len)
                } else {
                    (Token::Name(name), len)
                }
            }
            _ => {
                let character = source[at..]
                    .chars()
                    .next()
                    .map(String::from)
                    .unwrap_or_default();
                return Err(Fault::syntax(
                    at,
                    &["unexpected character `", &character, "`"],
                ));
            }
        };
        lexemes.push(Lexeme {
            token,
            start: at,
            end: at + len,
        });
        at += len;
    }
}

/// Letters, digits, `_` and `-`, and one `?` at the end.
fn name_len(bytes: &[u8]) -> usize {
    let len = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    len + usize::from(bytes.get(len) == Some(&b'?'))
}

fn number(source: &str, at: usize, end: usize) -> (Token<'_>, usize) {
    let digits = |from: usize| {
        source.as_bytes()[from..end]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut len = 1 + digits(at + 1);
    if source.as_bytes()[..end].get(at + len) == Some(&b'.') {
        let fraction = digits(at + len + 1);
        if fraction > 0 {
            len += 1 + fraction;
        }
    }
    (Token::Number(&source[at..at + len]), len)
}
