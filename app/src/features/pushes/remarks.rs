//! What will not be seen, and why.

use super::look::Look;
use crate::features::preview::{Cut, Setting, When};

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Something that the platform leaves out.
    LeftOut,
    /// It makes no sound.
    Silence,
    /// A text that is cut.
    Cut,
}

impl About {
    /// The id of the template of such remarks.
    pub const fn template(self) -> &'static str {
        match self {
            Self::LeftOut => "remark-left-out",
            Self::Silence => "remark-silence",
            Self::Cut => "remark-cut",
        }
    }
}

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub about: About,
    /// What it says.
    pub words: String,
}

/// What is not seen or heard of a push.
pub fn left_out(look: &Look) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = look
        .warnings
        .iter()
        .map(|warning| Remark {
            about: About::LeftOut,
            words: warning.message.clone(),
        })
        .collect();
    if look.shown.silent {
        remarks.push(Remark {
            about: About::Silence,
            words: "It arrives without a sound.".to_owned(),
        });
    }
    remarks
}

/// Where a text ends that does not fit.
pub fn cut_short(part: &str, cut: &Cut, setting: Setting) -> Remark {
    let state = match setting.when {
        _ if setting.expanded => "when opened",
        _ if setting.banner => "in a banner",
        When::Now => "when it arrives",
        When::Hours => "hours later",
        When::Yesterday => "the day after",
    };
    let tail: String = last_words(&cut.seen);
    let words = format!(
        "The {part} is cut {state}: {} of {} characters, up to “{tail}…”.",
        cut.count(),
        cut.of
    );
    Remark {
        about: About::Cut,
        words,
    }
}

/// The last few words of what can be read.
fn last_words(seen: &str) -> String {
    let words: Vec<&str> = seen.split_whitespace().collect();
    words[words.len().saturating_sub(3)..].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_says_how_much_can_be_read() {
        let cut = Cut {
            seen: "One two three four".into(),
            of: 40,
        };
        let remark = cut_short("title", &cut, Setting::default());
        assert_eq!(
            remark.words,
            "The title is cut when it arrives: 18 of 40 characters, up to “two three four…”."
        );
    }
}
