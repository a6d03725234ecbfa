//! The list of keys.

use super::words::KEYS_ID;
use leptos::prelude::*;
use ui::{Dialog, DialogBody};

const KEYS: [(&str, &str); 19] = [
    ("↑ ↓ ← →", "Walk from step to step"),
    (
        "Home, End, Page up, Page down",
        "First, last, previous, next step",
    ),
    ("A", "Add a step after the one in focus"),
    ("C", "Connect it: arrows choose, Enter connects"),
    ("Enter", "Open its settings"),
    ("Delete", "Remove it, or the selected connection"),
    ("Alt + arrows", "Move by one grid step"),
    ("Shift + arrows", "Move by five"),
    ("Space", "Select or unselect it"),
    ("Ctrl or ⌘ A", "Select everything"),
    (
        "Ctrl or ⌘ C, X, V",
        "Copy, cut, paste, also into another workflow",
    ),
    ("Ctrl or ⌘ D", "Duplicate"),
    ("Ctrl or ⌘ Z", "Undo"),
    ("Ctrl or ⌘ Shift Z", "Redo"),
    ("+  −  0", "Zoom in, zoom out, natural size"),
    ("F", "Show everything"),
    ("T", "Lay out again"),
    ("Escape", "Give up, close, unselect"),
    ("?", "This list"),
];

/// The list of keys, in a dialog.
pub(super) fn shortcuts() -> AnyView {
    view! {
        <Dialog title="Keys on the canvas" id=KEYS_ID>
            <DialogBody>
                <dl class="shortcuts">
                    {KEYS
                        .iter()
                        .map(|(key, words)| {
                            view! {
                                <dt>
                                    <kbd class="key">{*key}</kbd>
                                </dt>
                                <dd>{*words}</dd>
                            }
                        })
                        .collect_view()}
                </dl>
                <p class="quiet small">
                    "With a mouse: drag the ground to move it, hold Shift to frame steps, hold Ctrl and turn the wheel to zoom."
                </p>
            </DialogBody>
        </Dialog>
    }
    .into_any()
}
