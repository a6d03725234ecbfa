//! The stored graph and the canvas's document, each as the other.

use domain::workflow::{Edge, Graph, Node, Port, Step, StepId};
use flow::{Document, NodeId, Out, Outlet, Point, PortId, Refusal, Rules};

/// What the canvas has to know of steps.
#[derive(Clone, Copy, Debug)]
pub struct StepRules;

impl Rules<Step> for StepRules {
    fn has_inlet(&self, step: &Step) -> bool {
        step.takes_input()
    }

    fn outs(&self, step: &Step) -> Vec<Out> {
        step.ports()
            .iter()
            .map(|port| Out::new(port_name(*port), port.label()))
            .collect()
    }
}

/// A port's name on the canvas; the same as in stored JSON.
pub const fn port_name(port: Port) -> &'static str {
    match port {
        Port::Next => "next",
        Port::Yes => "yes",
        Port::No => "no",
    }
}

/// The port that a name on the canvas stands for.
fn port_called(id: &PortId) -> Port {
    match id.as_str() {
        "yes" => Port::Yes,
        "no" => Port::No,
        _ => Port::Next,
    }
}

/// The words on the edge that leaves an outlet; empty for a step's only way.
pub fn outlet_label(outlet: &Outlet) -> &'static str {
    port_called(&outlet.port).label()
}

/// The document that a stored graph describes, and what of it could not be
/// drawn.
pub fn document_of(graph: &Graph) -> (Document<Step>, Vec<Refusal>) {
    let nodes = graph.nodes.iter().map(|node| flow::Node {
        id: NodeId::from(node.id.0.as_str()),
        at: Point::new(node.x, node.y),
        payload: node.step.clone(),
    });
    let edges = graph.edges.iter().map(|edge| flow::Edge {
        from: Outlet::new(edge.from.0.as_str(), port_name(edge.port)),
        to: NodeId::from(edge.to.0.as_str()),
    });
    Document::load(nodes, edges, &StepRules)
}

/// The graph to be stored: steps in reading order, so that problems are told
/// from top to bottom.
pub fn graph_of(document: &Document<Step>) -> Graph {
    let nodes: Vec<_> = flow::reading_order(document)
        .iter()
        .filter_map(|id| document.node(id).cloned())
        .collect();
    let edges: Vec<_> = document
        .edges()
        .map(|(from, to)| flow::Edge {
            from: from.clone(),
            to: to.clone(),
        })
        .collect();
    graph_of_parts(&nodes, &edges)
}

/// A graph of these cards and edges.
pub fn graph_of_parts(nodes: &[flow::Node<Step>], edges: &[flow::Edge]) -> Graph {
    let step_id = |id: &NodeId| StepId(id.as_str().to_owned());
    let nodes = nodes.iter().map(|node| Node {
        id: step_id(&node.id),
        step: node.payload.clone(),
        x: node.at.x,
        y: node.at.y,
    });
    let edges = edges.iter().map(|edge| Edge {
        from: step_id(&edge.from.node),
        port: port_called(&edge.from.port),
        to: step_id(&edge.to),
    });
    Graph {
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::workflow::StepKind;

    #[test]
    fn a_graph_survives_the_way_to_the_canvas_and_back() {
        let node = |id: &str, kind: StepKind, y| Node {
            id: id.into(),
            step: kind.new_step(),
            x: 8.0,
            y,
        };
        let edge = |from: &str, port, to: &str| Edge {
            from: from.into(),
            port,
            to: to.into(),
        };
        let graph = Graph {
            nodes: vec![
                node("t", StepKind::Trigger, 0.0),
                node("b", StepKind::Branch, 100.0),
                node("x", StepKind::Exit, 200.0),
            ],
            edges: vec![
                edge("b", Port::No, "x"),
                edge("b", Port::Yes, "x"),
                edge("t", Port::Next, "b"),
            ],
        };
        let (document, refused) = document_of(&graph);
        assert_eq!(refused, []);
        assert_eq!(graph_of(&document), graph);
    }

    #[test]
    fn every_port_keeps_its_name() {
        for kind in StepKind::ALL {
            for port in kind.new_step().ports() {
                assert_eq!(port_called(&PortId::from(port_name(*port))), *port);
            }
        }
    }

    #[test]
    fn a_stored_cycle_is_not_drawn_and_is_told() {
        let node = |id: &str| Node {
            id: id.into(),
            step: StepKind::Delay.new_step(),
            x: 0.0,
            y: 0.0,
        };
        let edge = |from: &str, to: &str| Edge {
            from: from.into(),
            port: Port::Next,
            to: to.into(),
        };
        let graph = Graph {
            nodes: vec![node("a"), node("b")],
            edges: vec![edge("a", "b"), edge("b", "a")],
        };
        let (document, refused) = document_of(&graph);
        assert_eq!((document.edges().len(), refused.len()), (1, 1));
    }
}
