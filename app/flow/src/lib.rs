//! The canvas core of the workflow editor: geometry, hit tests, layout, edits
//! as data, undo.
//!
//! Owns: where cards, ports and edges lie and what a pointer touches; the
//! document of nodes and edges with the one reducer that changes it; unlimited
//! undo and redo; the gestures that turn pointer input into commands; tidy
//! layout, walking the graph by keys and culling.
//!
//! Must not know: what a step means (payloads are generic, their ports come
//! from [`Rules`]), leptos, the DOM, the clock or randomness (new ids are given
//! by the caller).

mod card;
mod cull;
mod document;
mod edit;
mod fragment;
mod geometry;
mod gesture;
mod history;
mod hit;
mod id;
mod insert;
mod layout;
mod place;
mod route;
mod rules;
mod scene;
mod sorted;
mod viewport;
mod walk;

pub use card::{CARD_HEIGHT, CARD_WIDTH, Placed, card_at, inlet_of, outlet_of};
pub use cull::{visible_edges, visible_nodes};
pub use document::{Document, Node};
pub use edit::{Edit, apply};
pub use fragment::Fragment;
pub use geometry::{GRID, LIMIT, Point, Rect, Size, snap};
pub use gesture::{
    Button, Command, Gesture, Input, Modifiers, Pointer, PointerKind, Selecting, Stage,
};
pub use history::{Editor, Group};
pub use hit::{Hit, Reach};
pub use id::{Edge, NodeId, Outlet, PortId};
pub use insert::{after, land, splice, thread};
pub use layout::tidy;
pub use place::{DropPlace, legal_places, nearest_place};
pub use route::Route;
pub use rules::{Out, Refusal, Rules, legal_targets};
pub use scene::{Scene, Wire};
pub use sorted::Sorted;
pub use viewport::{MAX_ZOOM, MIN_ZOOM, Viewport};
pub use walk::{Direction, reading_order, walk};
