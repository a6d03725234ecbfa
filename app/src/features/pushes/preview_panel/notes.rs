//! What will not be seen, and why.

use domain::{device::Platform, validate::FieldErrors};
use leptos::prelude::*;
use ui::{Glyph, Icon};

use crate::features::{
    preview::{Cut, Setting, When, device::Cuts},
    pushes::look::Look,
};

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Remark {
    glyph: Glyph,
    tone: &'static str,
    words: String,
}

/// The list beside the device: what the platform leaves out, where texts are cut.
#[component]
pub fn Notes(
    /// What the push looks like.
    look: Memo<Result<Look, FieldErrors>>,
    /// On which system.
    platform: Memo<Platform>,
    /// How the device stands.
    setting: Memo<Setting>,
    /// What did not fit.
    cuts: Cuts,
) -> impl IntoView {
    let remarks = Memo::new(move |_| {
        let mut remarks: Vec<Remark> =
            look.with(|look| look.as_ref().map(left_out).unwrap_or_default());
        let (title, body) = (cuts.title.get(), cuts.body.get());
        remarks.extend(title.map(|cut| cut_short("title", &cut, setting.get())));
        remarks.extend(body.map(|cut| cut_short("text", &cut, setting.get())));
        remarks
    });
    let list = move || {
        remarks
            .get()
            .into_iter()
            .map(|remark| {
                view! {
                    <li data-tone=remark.tone>
                        <Icon glyph=remark.glyph />
                        <span>{remark.words}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="remarks" aria-live="polite">
            <Show
                when=move || !remarks.with(Vec::is_empty)
                fallback=move || {
                    look.with(Result::is_ok)
                        .then(|| {
                            view! {
                                <p class="remarks__none">
                                    <Icon glyph=Glyph::Check />
                                    "Everything is shown in full."
                                </p>
                            }
                        })
                }
            >
                <ul class="remarks__list">{list}</ul>
            </Show>
            <p class="field__hint">
                {move || {
                    format!(
                        "Measured at {}’s default text size, in a font close to the system’s: the last word may differ.",
                        platform.get().label(),
                    )
                }}
            </p>
        </div>
    }
    .into_any()
}

fn left_out(look: &Look) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = look
        .warnings
        .iter()
        .map(|warning| Remark {
            glyph: Glyph::Warning,
            tone: "paused",
            words: warning.message.clone(),
        })
        .collect();
    if look.shown.silent {
        remarks.push(Remark {
            glyph: Glyph::Sound,
            tone: "plain",
            words: "It arrives without a sound.".to_owned(),
        });
    }
    remarks
}

fn cut_short(part: &str, cut: &Cut, setting: Setting) -> Remark {
    let state = match (setting.expanded, setting.when) {
        (true, _) => "when opened",
        (false, When::Now) => "when it arrives",
        (false, When::Hours) => "hours later",
        (false, When::Yesterday) => "the day after",
    };
    let tail: String = last_words(&cut.seen);
    let words = format!(
        "The {part} is cut {state}: {} of {} characters, up to “{tail}…”.",
        cut.count(),
        cut.of
    );
    Remark {
        glyph: Glyph::Info,
        tone: "waiting",
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
