//! Where a text is cut, measured in the width that it will have.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// A text that did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What of it can be read.
    pub seen: String,
    /// How many characters of it there are in all.
    pub of: usize,
}

impl Cut {
    /// How many characters can be read.
    pub fn count(&self) -> usize {
        self.seen.chars().count()
    }
}

/// Keeps `cut` true for the text in `line`, whenever `watched` changes.
pub(super) fn watch_cut<T: 'static>(
    line: NodeRef<html::P>,
    watched: impl Fn() -> T + 'static,
    cut: Callback<Option<Cut>>,
) {
    Effect::new(move || {
        watched();
        let Some(line) = line.get() else {
            cut.run(None);
            return;
        };
        // After layout; the element may be gone by then.
        request_animation_frame(move || cut.run(measure(&line)));
    });
}

/// The part of the element's text that lies within its box; nothing if all does.
fn measure(line: &web_sys::HtmlElement) -> Option<Cut> {
    let fits = line.scroll_width() <= line.client_width()
        && line.scroll_height() <= line.client_height() + 1;
    if fits {
        return None;
    }
    let text_node = text_of(line)?;
    let text = text_node.text_content()?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let bounds = line.get_bounding_client_rect();
    let range = document().create_range().ok()?;
    let inside = |upto: usize| -> Option<bool> {
        let (from, to) = (u32::try_from(upto - 1).ok()?, u32::try_from(upto).ok()?);
        range.set_start(&text_node, from).ok()?;
        range.set_end(&text_node, to).ok()?;
        let area = range.get_bounding_client_rect();
        Some(area.right() <= bounds.right() + 0.5 && area.bottom() <= bounds.bottom() + 1.0)
    };
    let (mut low, mut high) = (0, units.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if inside(middle)? {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    // The ellipsis takes the place of the last character or two.
    let seen = String::from_utf16_lossy(&units[..low.saturating_sub(1)]);
    Some(Cut {
        seen: seen.trim_end().to_owned(),
        of: text.chars().count(),
    })
}

fn text_of(element: &web_sys::HtmlElement) -> Option<web_sys::Node> {
    let children = element.child_nodes();
    (0..children.length())
        .filter_map(|at| children.item(at))
        .find(|node| {
            node.dyn_ref::<web_sys::Text>()
                .is_some_and(|text| text.length() > 0)
        })
}
