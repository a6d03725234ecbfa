//! Drawing an edge by keys: choose among the steps that it may lead to.

use super::state::{Canvas, Showing};
use app::features::workflow::graph::{StepRules, outlet_label};
use flow::{Direction, NodeId, Outlet, Route, Rules, legal_targets};
use reactive_graph::prelude::*;

/// An edge on its way, drawn by keys.
#[derive(Clone)]
pub(super) struct Linking {
    /// Where it starts.
    from: Outlet,
    /// Where it may lead, nearest first.
    targets: Vec<NodeId>,
    /// The one chosen now.
    at: usize,
}

impl Canvas {
    /// Starts an edge at the focused step: at its first way out that leads
    /// nowhere, else at its first.
    pub(super) fn link_from_focus(self) {
        let Some(id) = self.focus.get_untracked() else {
            return;
        };
        let outlets = self.outlets(&id);
        let free = outlets
            .iter()
            .find(|outlet| self.document(|document| document.target(outlet).is_none()));
        match free.or(outlets.first()) {
            Some(outlet) => self.link_from(outlet.clone()),
            None => self.refuse("An exit ends the journey: nothing can follow it."),
        }
    }

    /// Every way out of a step, left to right.
    pub(super) fn outlets(self, id: &NodeId) -> Vec<Outlet> {
        let outs = self
            .step(id)
            .map(|step| StepRules.outs(&step))
            .unwrap_or_default();
        outs.into_iter()
            .map(|out| Outlet {
                node: id.clone(),
                port: out.port,
            })
            .collect()
    }

    fn link_from(self, from: Outlet) {
        let targets = self.document(|document| legal_targets(document, &StepRules, &from));
        if targets.is_empty() {
            self.refuse("There is no step that this could lead to. Press A to add one after it.");
            return;
        }
        self.keep_linking(Linking {
            from,
            targets,
            at: 0,
        });
        self.show_link();
    }

    /// Acts on a key while an edge is drawn by keys. Returns whether it was
    /// one of its keys.
    pub(super) fn link_key(self, key: &str) -> bool {
        let Some(linking) = self.linking.borrow().clone() else {
            return false;
        };
        let count = linking.targets.len();
        let by = |step: usize| Linking {
            at: (linking.at + step) % count,
            ..linking.clone()
        };
        match key {
            "ArrowDown" | "ArrowRight" => self.keep_linking(by(1)),
            "ArrowUp" | "ArrowLeft" => self.keep_linking(by(count - 1)),
            "c" | "C" => {
                let outlets = self.outlets(&linking.from.node);
                let now = outlets
                    .iter()
                    .position(|outlet| *outlet == linking.from)
                    .unwrap_or(0);
                if let Some(next) = outlets.get((now + 1) % outlets.len()) {
                    self.link_from(next.clone());
                }
                return true;
            }
            "Enter" | " " => {
                self.end_link();
                self.lead(&linking.from, linking.targets.get(linking.at).cloned());
                return true;
            }
            "Delete" | "Backspace" => {
                self.end_link();
                self.lead(&linking.from, None);
                return true;
            }
            "Escape" => {
                self.end_link();
                self.say("Connecting given up.");
                return true;
            }
            _ => return false,
        }
        self.show_link();
        true
    }

    /// Ends drawing by keys, whatever came of it.
    pub(super) fn end_link(self) {
        if self.linking.take().is_some() {
            self.showing.set(Showing::Nothing);
        }
    }

    fn keep_linking(self, linking: Linking) {
        self.linking.replace(Some(linking));
    }

    fn show_link(self) {
        let Some(linking) = self.linking.borrow().clone() else {
            return;
        };
        let Some(target) = linking.targets.get(linking.at) else {
            return;
        };
        let scene = self.scene.borrow();
        let from = scene.card(&linking.from.node);
        let (Some(start), Some(end)) = (
            from.and_then(|card| card.outlet(&linking.from.port)),
            scene.card(target).and_then(|card| card.inlet),
        ) else {
            return;
        };
        self.showing.set(Showing::Wire {
            route: Route::between(start, end, scene.outlines()),
            target: Some(target.clone()),
        });
        drop(scene);
        self.reveal(target);
        let label = outlet_label(&linking.from);
        let way = if label.is_empty() {
            String::new()
        } else {
            format!("“{label}” ")
        };
        self.say(&format!(
            "Connect {way}to {}? {} of {}. Arrows choose, Enter connects, Escape gives up.",
            self.name(target),
            linking.at + 1,
            linking.targets.len(),
        ));
    }

    /// Goes to the step that an arrow leads to.
    pub(super) fn walk(self, direction: Direction) {
        let next = match self.focus.get_untracked() {
            Some(id) => self.document(|document| flow::walk(document, &StepRules, &id, direction)),
            None => self.nodes.with_untracked(|nodes| nodes.first().cloned()),
        };
        if let Some(id) = next {
            self.select_only(std::iter::once(id.clone()));
            self.go_to(&id);
        }
    }

    /// Goes to the first or last step, or to the next or previous in reading
    /// order.
    pub(super) fn jump(self, key: &str) {
        let nodes = self.nodes.get_untracked();
        let now = self
            .focus
            .get_untracked()
            .and_then(|focus| nodes.iter().position(|id| *id == focus));
        let to = match (key, now) {
            ("PageDown", Some(now)) => (now + 1).min(nodes.len() - 1),
            ("PageUp", Some(now)) => now.saturating_sub(1),
            ("End", _) => nodes.len().saturating_sub(1),
            _ => 0,
        };
        if let Some(id) = nodes.get(to) {
            self.select_only(std::iter::once(id.clone()));
            self.go_to(id);
        }
    }
}
