//! The palette's keys.

use leptos::{ev, prelude::*};

use super::Entry;

/// Ctrl or ⌘ K opens the palette wherever the focus is, and closes it again.
pub(super) fn open_on_shortcut(open: RwSignal<bool>) {
    Effect::new(move || {
        let listening = window_event_listener(ev::keydown, move |event| {
            let wanted = (event.ctrl_key() || event.meta_key())
                && !event.shift_key()
                && !event.alt_key()
                && event.key().eq_ignore_ascii_case("k");
            if wanted {
                event.prevent_default();
                open.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || listening.remove());
    });
}

/// Arrow keys choose, Enter opens.
pub(super) fn walk(
    entries: Memo<Vec<Entry>>,
    at: RwSignal<usize>,
    go: Callback<Entry>,
) -> impl Fn(ev::KeyboardEvent) + 'static {
    move |event| {
        let count = entries.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => choose(at, step(at.get_untracked(), count, true)),
            "ArrowUp" => choose(at, step(at.get_untracked(), count, false)),
            "Enter" => {
                if let Some(entry) =
                    entries.with_untracked(|entries| entries.get(at.get_untracked()).cloned())
                {
                    go.run(entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
    }
}

/// The line below or above, around the ends.
fn step(at: usize, count: usize, down: bool) -> usize {
    match (count, down) {
        (0, _) => 0,
        (count, true) => (at + 1) % count,
        (count, false) => (at + count - 1) % count,
    }
}

fn choose(at: RwSignal<usize>, to: usize) {
    at.set(to);
    if let Some(line) = document().get_element_by_id(&format!("palette-{to}")) {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Nearest);
        line.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_goes_around_the_ends() {
        assert_eq!((step(2, 3, true), step(0, 3, false)), (0, 2));
    }

    #[test]
    fn an_empty_list_has_nothing_to_choose() {
        assert_eq!((step(0, 0, true), step(0, 0, false)), (0, 0));
    }
}
