//! Copy, cut, paste and duplicate. What was copied is kept in the browser's
//! storage, so that it can be pasted into another workflow.

use super::state::Canvas;
use app::features::workflow::graph::{document_of, graph_of_parts};
use domain::workflow::{Graph, Step};
use flow::{Edit, Fragment, Point};
use web_sys::window;

/// Where it is kept.
const KEY: &str = "carillon.workflow.copied";
/// How far a copy lies from its original, in world pixels.
const ASIDE: Point = Point::new(32.0, 32.0);

impl Canvas {
    /// Copies what is selected (or focused).
    pub(super) fn copy(self) -> bool {
        let ids = self.acted_on();
        if ids.is_empty() {
            return false;
        }
        let piece = self.document(|document| Fragment::copy(document, &ids));
        let graph = graph_of_parts(&piece.nodes, &piece.edges);
        let kept = serde_json::to_string(&graph).ok().and_then(|text| {
            let storage = window()?.local_storage().ok()??;
            storage.set_item(KEY, &text).ok()
        });
        if kept.is_none() {
            self.refuse("This browser keeps nothing for this site, so steps cannot be copied.");
            return false;
        }
        let count = piece.nodes.len();
        self.say(&format!("{} copied.", steps(count)));
        true
    }

    /// Copies what is selected, then removes it.
    pub(super) fn cut(self) {
        if self.copy() {
            self.remove();
        }
    }

    /// Puts what was copied beside its original.
    pub(super) fn paste(self) {
        let kept = window().and_then(|window| window.local_storage().ok()?);
        let text = kept.and_then(|storage| storage.get_item(KEY).ok()?);
        let graph = text.and_then(|text| serde_json::from_slice::<Graph>(text.as_bytes()).ok());
        let Some(graph) = graph else {
            self.say("Nothing was copied yet.");
            return;
        };
        let (document, _) = document_of(&graph);
        let ids: Vec<_> = document.nodes().map(|node| node.id.clone()).collect();
        let piece = Fragment::copy(&document, &ids);
        self.insert(&piece, "Paste");
    }

    /// Copies and pastes in one deed, leaving what was copied before alone.
    pub(super) fn duplicate(self) {
        let ids = self.acted_on();
        let piece = self.document(|document| Fragment::copy(document, &ids));
        self.insert(&piece, "Duplicate");
    }

    fn insert(self, piece: &Fragment<Step>, label: &str) {
        let mut offset = ASIDE;
        // Pasted again, it goes one further rather than on top.
        while self.document(|document| {
            document
                .nodes()
                .any(|node| piece.nodes.iter().any(|new| node.at == new.at + offset))
        }) {
            offset = offset + ASIDE;
        }
        let piece = piece.renamed(offset, || self.fresh_id());
        let ids: Vec<_> = piece.nodes.iter().map(|node| node.id.clone()).collect();
        let Some(first) = ids.first().cloned() else {
            return;
        };
        let count = ids.len();
        if self.perform(Edit::Insert(piece), label, None) {
            self.select_only(ids);
            self.go_to(&first);
            self.say(&format!("{} added.", steps(count)));
        }
    }
}

fn steps(count: usize) -> String {
    format!("{count} {}", if count == 1 { "step" } else { "steps" })
}
