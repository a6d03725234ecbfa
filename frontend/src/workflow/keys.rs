//! What keys do. Shortcuts sleep inside fields, menus and dialogs.

use super::looking::focus_field_soon;
use super::state::Canvas;
use app::features::workflow::words::{KEYS_ID, SETTINGS_ID};
use dom::by_id;
use flow::{Direction, Input};
use reactive_graph::prelude::*;
use web_sys::KeyboardEvent;

/// Keys that work anywhere in the editor outside fields. Returns whether the
/// key was one of them.
pub(super) fn anywhere(canvas: Canvas, event: &KeyboardEvent) -> bool {
    if in_field(event) {
        return false;
    }
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    match (command, key.to_ascii_lowercase().as_str()) {
        (true, "z") if event.shift_key() => canvas.redo(),
        (true, "z") => canvas.undo(),
        (true, "y") => canvas.redo(),
        (false, "escape") => return canvas.escape(),
        _ => return false,
    }
    true
}

/// Keys that work on the canvas and its cards. Returns whether the key was one
/// of them.
pub(super) fn on_canvas(canvas: Canvas, event: &KeyboardEvent) -> bool {
    if in_field(event) || on_button(event) {
        return false;
    }
    let key = event.key();
    if canvas.link_key(&key) {
        return true;
    }
    if event.ctrl_key() || event.meta_key() {
        return with_command(canvas, &key.to_ascii_lowercase());
    }
    if let Some(direction) = direction(&key) {
        if event.alt_key() {
            canvas.nudge(direction, 1.0);
        } else if event.shift_key() {
            canvas.nudge(direction, 5.0);
        } else {
            canvas.walk(direction);
        }
        return true;
    }
    match key.as_str() {
        "Home" | "End" | "PageUp" | "PageDown" => canvas.jump(&key),
        "Enter" => canvas.open_settings(),
        " " => canvas.toggle_focused(),
        "a" | "A" | "Insert" => canvas.open_menu_at_focus(),
        "c" | "C" => canvas.link_from_focus(),
        "Delete" | "Backspace" => canvas.remove(),
        "f" | "F" => canvas.fit(),
        "t" | "T" => canvas.tidy(),
        "+" | "=" => canvas.zoom_by_step(false),
        "-" => canvas.zoom_by_step(true),
        "0" => canvas.natural_size(),
        "?" => show_keys(),
        _ => return false,
    }
    true
}

fn with_command(canvas: Canvas, key: &str) -> bool {
    match key {
        "a" => canvas.select_all(),
        "c" => {
            canvas.copy();
        }
        "x" => canvas.cut(),
        "v" => canvas.paste(),
        "d" => canvas.duplicate(),
        _ => return false,
    }
    true
}

/// Opens the list of keys.
fn show_keys() {
    if let Some(list) = by_id(KEYS_ID) {
        list.show_modal();
    }
}

fn direction(key: &str) -> Option<Direction> {
    match key {
        "ArrowUp" => Some(Direction::Up),
        "ArrowDown" => Some(Direction::Down),
        "ArrowLeft" => Some(Direction::Left),
        "ArrowRight" => Some(Direction::Right),
        _ => None,
    }
}

fn in_field(event: &KeyboardEvent) -> bool {
    touches(
        event,
        "input, textarea, select, dialog, [contenteditable], [role=menu]",
    )
}

/// A button on the canvas takes Enter and Space itself.
fn on_button(event: &KeyboardEvent) -> bool {
    touches(event, "button") && matches!(event.key().as_str(), "Enter" | " ")
}

fn touches(event: &KeyboardEvent, selector: &str) -> bool {
    dom::target_of(event).is_some_and(|element| element.closest(selector).is_some())
}

impl Canvas {
    /// Escape gives up whatever is going on, one thing at a time.
    fn escape(self) -> bool {
        if self.linking.borrow().is_some() {
            return self.link_key("Escape");
        }
        if !self.gesture.borrow().is_idle() {
            self.feed(Input::Cancel);
            self.say("Given up.");
            return true;
        }
        if self.panel.get_untracked() {
            self.panel.set(false);
            match self.focus.get_untracked() {
                Some(id) => self.go_to(&id),
                None => self.focus_canvas(),
            }
            return true;
        }
        if !self.selected.with_untracked(Vec::is_empty) || self.edge.with_untracked(Option::is_some)
        {
            self.select(Vec::new(), None);
            return true;
        }
        false
    }

    /// Opens the focused step's settings and goes to their first field.
    fn open_settings(self) {
        if let Some(id) = self.focus.get_untracked() {
            self.select_only(std::iter::once(id));
            self.panel.set(true);
            focus_field_soon(SETTINGS_ID);
        }
    }

    fn toggle_focused(self) {
        if let Some(id) = self.focus.get_untracked() {
            let mut selected = self.selected.get_untracked();
            let words = if selected.contains(&id) {
                selected.retain(|other| *other != id);
                "no longer selected"
            } else {
                selected.push(id.clone());
                "selected"
            };
            self.select(selected, None);
            self.say(&format!("{} {words}.", self.name(&id)));
        }
    }

    fn select_all(self) {
        let all = self.nodes.get_untracked();
        let count = all.len();
        self.select_only(all);
        self.say(&format!("{count} steps selected."));
    }
}
