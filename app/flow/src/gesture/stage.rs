//! What gestures see.

use super::{Pointer, PointerKind};
use crate::document::Document;
use crate::geometry::{Point, Rect, Size};
use crate::hit::{Hit, Reach};
use crate::id::NodeId;
use crate::rules::Rules;
use crate::scene::Scene;
use crate::viewport::Viewport;

/// What a gesture may look at.
pub struct Stage<'a, T> {
    /// The document.
    pub document: &'a Document<T>,
    /// Its rules.
    pub rules: &'a dyn Rules<T>,
    /// Its geometry.
    pub scene: &'a Scene,
    /// What is shown.
    pub view: Viewport,
    /// The canvas's size on the screen.
    pub size: Size,
    /// The nodes that are selected.
    pub selected: &'a [NodeId],
}

impl<T> Stage<'_, T> {
    pub(super) fn world(&self, pointer: &Pointer) -> Point {
        self.view.to_world(pointer.at)
    }

    pub(super) fn hit(&self, pointer: &Pointer) -> Hit {
        let reach = match pointer.kind {
            PointerKind::Mouse => Reach::mouse(self.view.zoom),
            PointerKind::Touch => Reach::touch(self.view.zoom),
        };
        self.scene.hit(self.world(pointer), reach)
    }

    pub(super) fn shows(&self, pointer: &Pointer) -> bool {
        Rect::new(Point::default(), self.size).contains(pointer.at)
    }
}
