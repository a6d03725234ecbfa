//! Where a text is cut, measured in the width that it has.

use app::features::preview::Cut;
use dom::El;
use wasm_bindgen::JsCast;
use web_sys::{Node, Text};

/// The part of the element's text that lies within its box; nothing if all does.
pub(super) fn measure(line: &El) -> Option<Cut> {
    let line = line.html();
    let fits = line.scroll_width() <= line.client_width()
        && line.scroll_height() <= line.client_height() + 1;
    if fits {
        return None;
    }
    let text_node = text_of(line)?;
    let text = text_node.text_content()?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let bounds = line.get_bounding_client_rect();
    let range = line.owner_document()?.create_range().ok()?;
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

fn text_of(element: &Node) -> Option<Node> {
    let children = element.child_nodes();
    (0..children.length())
        .filter_map(|at| children.item(at))
        .find(|node| node.dyn_ref::<Text>().is_some_and(|text| text.length() > 0))
}
