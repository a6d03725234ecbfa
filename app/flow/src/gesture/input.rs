//! Pointer events as data.

use crate::geometry::Point;

/// What kind of thing points; it decides how near counts as touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerKind {
    /// A mouse or a pen.
    Mouse,
    /// A finger.
    Touch,
}

/// The keys held while pointing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Ctrl, or ⌘ on a Mac.
    pub command: bool,
}

/// A pointer at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// The browser's id of it.
    pub id: i32,
    /// Where, in pixels from the canvas's top left corner.
    pub at: Point,
    /// Mouse or finger.
    pub kind: PointerKind,
    /// Keys held.
    pub modifiers: Modifiers,
}

/// Which button went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one, or a finger.
    Primary,
    /// The wheel: pans.
    Middle,
    /// The right one: pans.
    Secondary,
}

/// One event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// Down.
    Press(Pointer, Button),
    /// Moved, whether down or not.
    Move(Pointer),
    /// Up.
    Release(Pointer),
    /// Escape, or the browser took the pointer away.
    Cancel,
}
