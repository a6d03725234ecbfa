//! What gestures ask for.

use crate::edit::Edit;
use crate::geometry::{Point, Rect};
use crate::id::{NodeId, Outlet};
use crate::place::DropPlace;

/// What becomes selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selecting {
    /// These nodes alone.
    Only(Vec<NodeId>),
    /// These as well.
    Also(Vec<NodeId>),
    /// This one if it is not, else no longer.
    Toggle(NodeId),
    /// This edge alone.
    Edge(Outlet),
}

/// What the view is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command<T> {
    /// Move the view by so many screen pixels.
    Pan(Point),
    /// Zoom by `factor` around the screen point `about`.
    Zoom {
        /// More than one magnifies.
        factor: f64,
        /// The point that stays.
        about: Point,
    },
    /// Show cards at these places for now; the document stays.
    Carry(Vec<(NodeId, Point)>),
    /// Show where the new card would go; `at` is the pointer, in world pixels.
    Hover {
        /// The pointer, in world pixels.
        at: Point,
        /// The nearest legal place; none off the canvas.
        place: Option<DropPlace>,
    },
    /// Show an edge from `from` to the pointer, or to the node it would enter.
    Wire {
        /// Where it starts.
        from: Outlet,
        /// The pointer, in world pixels.
        to: Point,
        /// The node that would be connected.
        target: Option<NodeId>,
    },
    /// Show the selection frame, in world pixels.
    Marquee(Rect),
    /// Show nothing of the above any more.
    Rest,
    /// Change the selection.
    Select(Selecting),
    /// Open a node's settings.
    Open(NodeId),
    /// Change the document, as a deed with this label.
    Perform(Edit<T>, &'static str),
    /// Put a new card with this payload there; the view knows a fresh id.
    Land {
        /// What it stands for.
        payload: T,
        /// Where it goes.
        place: DropPlace,
        /// The pointer, in world pixels.
        at: Point,
    },
    /// Offer steps to add after this outlet, at this screen point.
    Offer {
        /// Where the new step would be connected.
        from: Outlet,
        /// The pointer, on the screen.
        at: Point,
    },
}
