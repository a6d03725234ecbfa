//! Cuts a template, or the inside of a `liquid` tag, into texts, outputs and tags.

use crate::problem::{Fault, Outcome};
use crate::value::is_space;

/// A piece of a template; spans are byte offsets.
pub(super) enum Piece<'s> {
    Text { start: usize, end: usize },
    Output { at: usize, markup: Markup },
    Tag(Tag<'s>),
}

/// A tag before it is understood.
#[derive(Clone, Copy)]
pub(super) struct Tag<'s> {
    pub(super) at: usize,
    pub(super) name: &'s str,
    pub(super) markup: Markup,
}

/// What a tag or output says after its name, and whether white space around it goes.
#[derive(Clone, Copy)]
pub(super) struct Markup {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) trim_before: bool,
    pub(super) trim_after: bool,
}

/// A cursor over what is left to parse.
pub(super) struct Source<'s> {
    pub(super) text: &'s str,
    at: usize,
    end: usize,
    /// Inside a `liquid` tag, where each line is a tag.
    pub(super) lines: bool,
}

impl<'s> Source<'s> {
    pub(super) fn document(text: &'s str) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            lines: false,
        }
    }

    /// The lines of a `liquid` tag.
    pub(super) fn lines(text: &'s str, markup: Markup) -> Self {
        Self {
            text,
            at: markup.start,
            end: markup.end,
            lines: true,
        }
    }

    fn rest(&self) -> &'s str {
        &self.text[self.at..self.end]
    }

    pub(super) fn next(&mut self) -> Outcome<Option<Piece<'s>>> {
        if self.lines {
            return self.next_line();
        }
        let rest = self.rest();
        let start = self.at;
        match opening(rest) {
            None if rest.is_empty() => Ok(None),
            None => {
                self.at = self.end;
                Ok(Some(Piece::Text {
                    start,
                    end: self.end,
                }))
            }
            Some(0) => self.next_markup().map(Some),
            Some(len) => {
                self.at += len;
                Ok(Some(Piece::Text {
                    start,
                    end: self.at,
                }))
            }
        }
    }

    fn next_markup(&mut self) -> Outcome<Piece<'s>> {
        let at = self.at;
        let is_output = self.rest().starts_with("{{");
        let close = if is_output { "}}" } else { "%}" };
        let Some(len) = self.rest()[2..].find(close) else {
            let open = if is_output {
                "`{{` is not closed; add `}}`"
            } else {
                "`{%` is not closed; add `%}`"
            };
            return Err(Fault::syntax(at, &[open]));
        };
        self.at += 2 + len + 2;
        let markup = trimmed(self.text, at + 2, at + 2 + len);
        if is_output {
            return Ok(Piece::Output { at, markup });
        }
        named(self.text, at, markup)
            .map(Piece::Tag)
            .ok_or_else(|| Fault::syntax(at, &["this tag has no name; write `{% name … %}`"]))
    }

    fn next_line(&mut self) -> Outcome<Option<Piece<'s>>> {
        while self.at < self.end {
            let start = self.at;
            let len = self.rest().find('\n');
            let end = len.map_or(self.end, |len| start + len);
            self.at = (end + 1).min(self.end);
            let line = &self.text[start..end];
            if line.bytes().all(is_space) {
                continue;
            }
            let at = start + (line.len() - line.trim_start().len());
            let markup = Markup {
                start,
                end,
                trim_before: false,
                trim_after: false,
            };
            return named(self.text, at, markup)
                .map(|tag| Some(Piece::Tag(tag)))
                .ok_or_else(|| {
                    Fault::syntax(at, &["a line of `liquid` starts with a tag's name"])
                });
        }
        Ok(None)
    }

    /// Skips a comment whose opening tag was just read, nested ones included. Gives whether the
    /// white space after it goes.
    pub(super) fn skip_comment(&mut self, at: usize) -> Outcome<bool> {
        let mut depth = 1u32;
        while let Some(tag) = self.next_commented() {
            match tag.name {
                "comment" => depth += 1,
                "endcomment" => depth -= 1,
                "raw" if !self.lines => {
                    self.skip_verbatim("endraw", None, at)?;
                }
                _ => {}
            }
            if depth == 0 {
                return Ok(tag.markup.trim_after);
            }
        }
        Err(never_closed(at, "comment"))
    }

    /// The next thing in a comment that looks like a tag; broken ones are passed over.
    fn next_commented(&mut self) -> Option<Tag<'s>> {
        loop {
            if self.lines {
                match self.next_line() {
                    Ok(Some(Piece::Tag(tag))) => return Some(tag),
                    Ok(_) => return None,
                    Err(_) => continue,
                }
            }
            let at = self.at + opening(self.rest())?;
            let inside = &self.text[at + 2..self.end];
            if self.text[at..].starts_with("{%") {
                let len = inside.find("%}")?;
                self.at = at + 2 + len + 2;
                if let Some(tag) = named(self.text, at, trimmed(self.text, at + 2, at + 2 + len)) {
                    return Some(tag);
                }
            } else {
                // An output that is not closed swallows the tag that follows it.
                let brace = inside.find('}')?;
                self.at = at
                    + 2
                    + match inside[..brace].find("{%") {
                        Some(tag) => tag + inside[tag..].find("%}")? + 2,
                        None => brace + 1 + usize::from(inside[brace + 1..].starts_with('}')),
                    };
            }
        }
    }

    /// Skips to the tag `close`, reading nothing on the way but `refused`, which may not occur.
    /// Gives where the text before it ends, and whether the white space after it goes.
    pub(super) fn skip_verbatim(
        &mut self,
        close: &str,
        refused: Option<&str>,
        at: usize,
    ) -> Outcome<(usize, bool)> {
        let mut from = self.at;
        while !self.lines
            && let Some(found) = self.text[from..self.end].find("{%")
        {
            let open = from + found;
            from = open + 2;
            let inside = &self.text[from..self.end];
            let name = inside.strip_prefix('-').unwrap_or(inside).trim_start();
            let name = &name[..word_len(name)];
            if refused == Some(name) {
                return Err(Fault::syntax(
                    open,
                    &["`", name, "` cannot stand inside itself"],
                ));
            }
            if name == close {
                let Some(len) = inside.find("%}") else { break };
                self.at = from + len + 2;
                return Ok((open, inside[..len].ends_with('-')));
            }
        }
        Err(never_closed(at, close.trim_start_matches("end")))
    }

    /// Where the cursor stands.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

pub(super) fn never_closed(at: usize, name: &str) -> Fault {
    Fault::syntax(at, &["`", name, "` is never closed; add `end", name, "`"])
}

/// Where the first `{{` or `{%` is.
fn opening(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = text[from..].find('{') {
        let at = from + found;
        if matches!(bytes.get(at + 1), Some(b'{' | b'%')) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Takes the dashes of white space control off both ends.
fn trimmed(text: &str, start: usize, end: usize) -> Markup {
    let inside = &text.as_bytes()[start..end];
    let trim_before = inside.first() == Some(&b'-');
    let trim_after = inside.last() == Some(&b'-');
    let start = start + usize::from(trim_before);
    let end = if trim_after {
        (end - 1).max(start)
    } else {
        end
    };
    Markup {
        start,
        end,
        trim_before,
        trim_after,
    }
}

/// Splits a tag's name from what follows.
fn named(text: &str, at: usize, markup: Markup) -> Option<Tag<'_>> {
    let inside = &text[markup.start..markup.end];
    let name_at = inside.bytes().position(|byte| !is_space(byte))?;
    let len = if inside[name_at..].starts_with('#') {
        1
    } else {
        word_len(&inside[name_at..])
    };
    let name = inside
        .get(name_at..name_at + len)
        .filter(|name| !name.is_empty())?;
    Some(Tag {
        at,
        name,
        markup: Markup {
            start: markup.start + name_at + len,
            ..markup
        },
    })
}

fn word_len(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}
