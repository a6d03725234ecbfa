//! What keeps a graph from being published.

use std::collections::{HashMap, HashSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use petgraph::visit::Dfs;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::graph::{Graph, Node, StepId};
use super::step::{Delay, ReEntry, Step, Trigger};

/// Most steps in one workflow.
const STEPS_MAX: usize = 1000;

/// One thing that is wrong with a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphProblem {
    /// The step that has it; the whole graph when absent.
    pub step: Option<StepId>,
    /// The field of the step's form, such as `delay.amount`.
    pub field: Option<String>,
    /// A sentence that says what to do.
    pub message: String,
}

impl GraphProblem {
    fn graph(message: impl Into<String>) -> Self {
        Self {
            step: None,
            field: None,
            message: message.into(),
        }
    }

    fn step(node: &Node, message: impl Into<String>) -> Self {
        Self {
            step: Some(node.id.clone()),
            field: None,
            message: message.into(),
        }
    }

    fn field(node: &Node, field: &str, message: impl Into<String>) -> Self {
        Self {
            step: Some(node.id.clone()),
            field: Some(field.to_owned()),
            message: message.into(),
        }
    }
}

/// Everything that is wrong with `graph`, in the order of its steps. Empty
/// means that it can be published, as far as the graph itself can tell.
pub fn check(graph: &Graph) -> Vec<GraphProblem> {
    let mut problems = Vec::new();
    if graph.nodes.len() > STEPS_MAX {
        problems.push(GraphProblem::graph(format!(
            "A workflow has at most {STEPS_MAX} steps."
        )));
        return problems;
    }
    let triggers = graph
        .nodes
        .iter()
        .filter(|n| matches!(n.step, Step::Trigger { .. }))
        .count();
    match triggers {
        0 => problems.push(GraphProblem::graph(
            "Add a trigger: it says what lets contacts into this workflow.",
        )),
        1 => {}
        _ => problems.push(GraphProblem::graph(format!(
            "Keep one trigger: this workflow has {triggers}."
        ))),
    }
    check_edges(graph, &mut problems);
    check_shape(graph, &mut problems);
    for node in &graph.nodes {
        check_ports(graph, node, &mut problems);
        check_settings(node, &mut problems);
    }
    problems
}

fn check_edges(graph: &Graph, problems: &mut Vec<GraphProblem>) {
    let mut ids = HashSet::new();
    for node in &graph.nodes {
        if node.id.0.is_empty() || node.id.0.len() > 36 {
            problems.push(GraphProblem::step(node, "A step's id has 1 to 36 bytes."));
        }
        if !ids.insert(&node.id) {
            problems.push(GraphProblem::step(node, "Another step has the same id."));
        }
        if !(node.x.is_finite() && node.y.is_finite()) {
            problems.push(GraphProblem::step(
                node,
                "The step's place must be a number.",
            ));
        }
    }
    for edge in &graph.edges {
        let (from, to) = (graph.node(&edge.from), graph.node(&edge.to));
        let (Some(from), Some(to)) = (from, to) else {
            let missing = if from.is_none() { &edge.from } else { &edge.to };
            problems.push(GraphProblem::graph(format!(
                "A connection leads from “{}” to “{}”, but there is no step “{missing}”.",
                edge.from, edge.to
            )));
            continue;
        };
        if !from.step.ports().contains(&edge.port) {
            problems.push(GraphProblem::step(
                from,
                "A connection leaves by a port that this step does not have.",
            ));
        }
        if !to.step.takes_input() {
            problems.push(GraphProblem::step(
                to,
                "A trigger begins the workflow; nothing can lead into it.",
            ));
        }
    }
}

/// Cycles, and steps that nobody reaches.
fn check_shape(graph: &Graph, problems: &mut Vec<GraphProblem>) {
    let mut shape = DiGraph::<usize, ()>::new();
    let mut at = HashMap::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        at.insert(&node.id, shape.add_node(n));
    }
    for edge in &graph.edges {
        if let (Some(&from), Some(&to)) = (at.get(&edge.from), at.get(&edge.to)) {
            shape.add_edge(from, to, ());
        }
    }
    for component in tarjan_scc(&shape) {
        let first = component.iter().copied().min_by_key(|&n| shape[n]);
        let Some(first) = first else { continue };
        if component.len() > 1 || shape.contains_edge(first, first) {
            problems.push(GraphProblem::step(
                &graph.nodes[shape[first]],
                "The way leads round in a circle here: remove one of its connections.",
            ));
        }
    }
    let Some(trigger) = graph
        .nodes
        .iter()
        .position(|n| matches!(n.step, Step::Trigger { .. }))
    else {
        return;
    };
    let Some(&start) = at.get(&graph.nodes[trigger].id) else {
        return;
    };
    let mut seen = HashSet::new();
    let mut walk = Dfs::new(&shape, start);
    while let Some(n) = walk.next(&shape) {
        seen.insert(shape[n]);
    }
    for (n, node) in graph.nodes.iter().enumerate() {
        if !seen.contains(&n) && !matches!(node.step, Step::Trigger { .. }) {
            problems.push(GraphProblem::step(
                node,
                "No contact can come here: connect it to a step above, or remove it.",
            ));
        }
    }
}

fn check_ports(graph: &Graph, node: &Node, problems: &mut Vec<GraphProblem>) {
    for port in node.step.ports() {
        let ways = graph
            .edges
            .iter()
            .filter(|e| e.from == node.id && e.port == *port)
            .count();
        let label = port.label();
        let which = if label.is_empty() {
            String::new()
        } else {
            format!("“{label}” ")
        };
        match ways {
            0 => problems.push(GraphProblem::step(
                node,
                if label.is_empty() {
                    "Connect this step to the next one, or to an exit.".to_owned()
                } else {
                    format!("“{label}” leads nowhere: connect it to a step or to an exit.")
                },
            )),
            1 => {}
            _ => problems.push(GraphProblem::step(
                node,
                format!("{which}leads to {ways} steps: keep one connection."),
            )),
        }
    }
}

/// The settings of one step. Exhaustive on purpose.
fn check_settings(node: &Node, problems: &mut Vec<GraphProblem>) {
    match &node.step {
        Step::Trigger {
            trigger: Trigger::Event { name, filter },
            re_entry,
        } => {
            if name.trim().is_empty() {
                problems.push(GraphProblem::field(
                    node,
                    "trigger.name",
                    "Name the event that lets contacts in.",
                ));
            } else if name.len() > crate::event::EVENT_NAME_MAX {
                problems.push(GraphProblem::field(
                    node,
                    "trigger.name",
                    "The event's name is too long.",
                ));
            }
            check_condition(node, "trigger.filter", filter, problems);
            if let ReEntry::After { delay } = re_entry {
                check_delay(node, "re_entry.delay", *delay, problems);
            }
        }
        Step::Delay { delay } => check_delay(node, "delay", *delay, problems),
        Step::Branch { condition } => {
            if condition.comparisons.is_empty() {
                problems.push(GraphProblem::field(
                    node,
                    "condition",
                    "Say what decides between yes and no.",
                ));
            }
            check_condition(node, "condition", condition, problems);
        }
        Step::Push { push_id } => {
            if push_id.is_none() {
                problems.push(GraphProblem::field(
                    node,
                    "push_id",
                    "Choose the push to send.",
                ));
            }
        }
        Step::Exit {} => {}
    }
}

fn check_delay(node: &Node, field: &str, delay: Delay, problems: &mut Vec<GraphProblem>) {
    let field = format!("{field}.amount");
    if delay.amount == 0 {
        problems.push(GraphProblem::field(
            node,
            &field,
            "Wait at least one second.",
        ));
    } else if delay.seconds() > Delay::MAX_SECONDS {
        problems.push(GraphProblem::field(node, &field, "Wait at most 366 days."));
    }
}

fn check_condition(
    node: &Node,
    field: &str,
    condition: &Condition,
    problems: &mut Vec<GraphProblem>,
) {
    use super::condition::Subject;
    for (n, comparison) in condition.comparisons.iter().enumerate() {
        let (Subject::Contact(name) | Subject::Event(name)) = &comparison.subject;
        if name.trim().is_empty() {
            problems.push(GraphProblem::field(
                node,
                &format!("{field}.comparisons[{n}].subject"),
                "Name the attribute or property to compare.",
            ));
        }
    }
}
