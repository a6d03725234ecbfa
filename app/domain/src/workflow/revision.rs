//! A published revision, compiled for the step machine.

use std::collections::HashMap;

use thiserror::Error;

use super::check::{GraphProblem, check};
use super::graph::{Graph, StepId};
use super::step::{Port, ReEntry, Step, Trigger};
use crate::RevisionId;

/// A graph that cannot run.
#[derive(Debug, Error)]
#[error("the workflow cannot run: {}", .0.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" "))]
pub struct RevisionError(pub Vec<GraphProblem>);

/// An immutable revision whose steps refer to each other by number.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which revision.
    pub id: RevisionId,
    steps: Vec<Compiled>,
    by_id: HashMap<StepId, usize>,
    start: usize,
}

#[derive(Clone, Debug)]
struct Compiled {
    id: StepId,
    step: Step,
    ways: [Option<usize>; 2],
}

impl Revision {
    /// Compiles a checked graph.
    ///
    /// # Errors
    /// Everything that `check` finds.
    pub fn compile(id: RevisionId, graph: Graph) -> Result<Self, RevisionError> {
        let problems = check(&graph);
        if !problems.is_empty() {
            return Err(RevisionError(problems));
        }
        let by_id: HashMap<_, _> = graph
            .nodes
            .iter()
            .enumerate()
            .map(|(n, node)| (node.id.clone(), n))
            .collect();
        let mut steps: Vec<_> = graph
            .nodes
            .into_iter()
            .map(|node| Compiled {
                id: node.id,
                step: node.step,
                ways: [None; 2],
            })
            .collect();
        for edge in graph.edges {
            let way = way(edge.port);
            steps[by_id[&edge.from]].ways[way] = Some(by_id[&edge.to]);
        }
        let start = steps
            .iter()
            .position(|compiled| matches!(compiled.step, Step::Trigger { .. }))
            .unwrap_or_default();
        Ok(Self {
            id,
            steps,
            by_id,
            start,
        })
    }

    /// The trigger and its re-entry rule.
    pub fn trigger(&self) -> Option<(&Trigger, ReEntry)> {
        match &self.steps.get(self.start)?.step {
            Step::Trigger { trigger, re_entry } => Some((trigger, *re_entry)),
            _ => None,
        }
    }

    /// The trigger's step, where every pass begins.
    pub fn start(&self) -> &StepId {
        &self.steps[self.start].id
    }

    /// The step called `id`.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.by_id.get(id).map(|&n| &self.steps[n].step)
    }

    /// Where `port` of the step called `id` leads.
    pub fn next(&self, id: &StepId, port: Port) -> Option<&StepId> {
        let from = &self.steps[*self.by_id.get(id)?];
        from.ways[way(port)].map(|to| &self.steps[to].id)
    }
}

const fn way(port: Port) -> usize {
    match port {
        Port::Next | Port::Yes => 0,
        Port::No => 1,
    }
}
