//! A small language of steps and random edits, shared by the property tests.

use flow::{Document, Edge, Edit, Fragment, Node, NodeId, Out, Outlet, Point, PortId, Rules};
use proptest::prelude::*;

/// A step, by its shape alone; the number stands for its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Shape {
    Trigger(u8),
    Step(u8),
    Branch(u8),
    Exit(u8),
}

/// Triggers take nothing in, exits let nothing out.
pub(crate) struct Shapes;

impl Rules<Shape> for Shapes {
    fn has_inlet(&self, shape: &Shape) -> bool {
        !matches!(shape, Shape::Trigger(_))
    }

    fn outs(&self, shape: &Shape) -> Vec<Out> {
        match shape {
            Shape::Trigger(_) | Shape::Step(_) => vec![Out::new("next", "")],
            Shape::Branch(_) => vec![Out::new("yes", "Yes"), Out::new("no", "No")],
            Shape::Exit(_) => Vec::new(),
        }
    }

    fn may_follow(&self, from: &Shape, _: &PortId, to: &Shape) -> Result<(), String> {
        match (from, to) {
            (Shape::Trigger(_), Shape::Exit(7)) => Err("7 may not follow a trigger".into()),
            _ => Ok(()),
        }
    }
}

const IDS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

pub(crate) fn any_id() -> impl Strategy<Value = NodeId> {
    prop::sample::select(IDS.as_slice()).prop_map(NodeId::from)
}

pub(crate) fn any_point() -> impl Strategy<Value = Point> {
    (-200..200_i32, -200..200_i32)
        .prop_map(|(x, y)| Point::new(f64::from(x) * 8.0, f64::from(y) * 8.0))
}

pub(crate) fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        1 => (0..8_u8).prop_map(Shape::Trigger),
        4 => (0..8_u8).prop_map(Shape::Step),
        3 => (0..8_u8).prop_map(Shape::Branch),
        1 => (0..8_u8).prop_map(Shape::Exit),
    ]
}

fn any_outlet() -> impl Strategy<Value = Outlet> {
    (
        any_id(),
        prop::sample::select(["next", "yes", "no"].as_slice()),
    )
        .prop_map(|(node, port)| Outlet {
            node,
            port: PortId::from(port),
        })
}

fn any_node() -> impl Strategy<Value = Node<Shape>> {
    (any_id(), any_point(), any_shape()).prop_map(|(id, at, payload)| Node { id, at, payload })
}

fn any_edge() -> impl Strategy<Value = Edge> {
    (any_outlet(), any_id()).prop_map(|(from, to)| Edge { from, to })
}

fn simple_edit() -> impl Strategy<Value = Edit<Shape>> {
    prop_oneof![
        3 => any_node().prop_map(Edit::Add),
        1 => (prop::collection::vec(any_node(), 0..3), prop::collection::vec(any_edge(), 0..2))
            .prop_map(|(nodes, edges)| Edit::Insert(Fragment { nodes, edges })),
        2 => (prop::collection::vec(any_id(), 1..3), any::<bool>())
            .prop_map(|(ids, heal)| Edit::Remove { ids, heal }),
        2 => prop::collection::vec((any_id(), any_point()), 1..4).prop_map(Edit::Move),
        6 => any_edge().prop_map(Edit::Connect),
        1 => any_outlet().prop_map(Edit::Disconnect),
        2 => (any_node(), any_outlet(), prop::sample::select(["next", "no"].as_slice()))
            .prop_map(|(node, into, out)| Edit::Splice { node, into, out: PortId::from(out) }),
        2 => (any_id(), any_shape()).prop_map(|(id, payload)| Edit::Update { id, payload }),
    ]
}

pub(crate) fn any_edit() -> impl Strategy<Value = Edit<Shape>> {
    prop_oneof![
        5 => simple_edit(),
        1 => prop::collection::vec(simple_edit(), 0..4).prop_map(Edit::All),
    ]
}

/// A legal document of up to `most` nodes, without overlap of meaning: every
/// edge that the rules refuse is simply not there.
pub(crate) fn any_document(most: usize) -> impl Strategy<Value = Document<Shape>> {
    (
        prop::collection::vec((any_point(), any_shape()), 1..most),
        prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                0..2_usize,
                any::<prop::sample::Index>(),
            ),
            0..most * 2,
        ),
    )
        .prop_map(|(nodes, edges)| {
            let nodes: Vec<_> = nodes
                .into_iter()
                .enumerate()
                .map(|(index, (at, payload))| Node {
                    id: NodeId::new(format!("n{index:03}")),
                    at,
                    payload,
                })
                .collect();
            let edges: Vec<_> = edges
                .into_iter()
                .filter_map(|(from, port, to)| {
                    let from = from.get(&nodes);
                    let outs = Shapes.outs(&from.payload);
                    let port = outs.get(port.min(outs.len().checked_sub(1)?))?.port.clone();
                    let to = to.get(&nodes).id.clone();
                    Some(Edge {
                        from: Outlet {
                            node: from.id.clone(),
                            port,
                        },
                        to,
                    })
                })
                .collect();
            Document::load(nodes, edges, &Shapes).0
        })
}

/// Fails if an edge dangles, enters or leaves where there is no port, or if
/// following edges ever comes back.
pub(crate) fn assert_sound(document: &Document<Shape>) {
    for (from, to) in document.edges() {
        let source = document
            .node(&from.node)
            .expect("an edge starts at a node that is there");
        let target = document
            .node(to)
            .expect("an edge ends at a node that is there");
        assert!(
            Shapes
                .outs(&source.payload)
                .iter()
                .any(|out| out.port == from.port)
        );
        assert!(Shapes.has_inlet(&target.payload));
        let follows = Shapes.may_follow(&source.payload, &from.port, &target.payload);
        assert_eq!(follows, Ok(()));
        assert!(
            !document.reaches(to, &from.node),
            "{from:?} → {to} closes a cycle"
        );
    }
}
