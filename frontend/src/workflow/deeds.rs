//! What can be done to a workflow: each deed changes the document through one
//! edit, says what it did, and leaves focus where work goes on.

use super::state::{Canvas, change};
use app::features::workflow::graph::{StepRules, outlet_label};
use app::features::workflow::words;
use domain::workflow::{Step, StepKind};
use flow::{Direction, DropPlace, Edit, GRID, Group, NodeId, Outlet, Point, Rules, land, tidy};
use reactive_graph::prelude::*;

impl Canvas {
    /// Applies an edit as one deed, or says why not. Returns whether it was
    /// applied.
    pub(super) fn perform(self, edit: Edit<Step>, label: &str, group: Option<Group>) -> bool {
        if !self.may_edit {
            self.refuse("Your role can look at workflows, not change them.");
            return false;
        }
        let outcome = self.editor.borrow_mut().perform(edit, label, group);
        match outcome {
            Ok(changed) => {
                if changed {
                    self.refused.set(None);
                    self.sync();
                    self.forget_the_gone();
                }
                true
            }
            Err(refusal) => {
                let mut text = refusal.to_string() + ".";
                if let Some(first) = text.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                self.refuse(&text);
                false
            }
        }
    }

    /// Says why something was not done.
    pub(super) fn refuse(self, why: &str) {
        self.refused.set(Some(why.to_owned()));
    }

    /// Says what was done, aloud.
    pub(super) fn say(self, words: &str) {
        self.refused.set(None);
        self.said.set(words.to_owned());
    }

    /// Takes the last deed back.
    pub(super) fn undo(self) {
        let label = self.editor.borrow_mut().undo();
        self.moved_in_time(label, "Undone", "There is nothing to undo");
    }

    /// Does the last deed that was taken back again.
    pub(super) fn redo(self) {
        let label = self.editor.borrow_mut().redo();
        self.moved_in_time(label, "Done again", "There is nothing to redo");
    }

    fn moved_in_time(self, label: Option<String>, done: &str, nothing: &str) {
        match label {
            Some(label) => {
                self.sync();
                self.forget_the_gone();
                self.epoch.update(|epoch| *epoch += 1);
                self.say(&format!("{done}: {label}."));
            }
            None => self.say(&format!("{nothing}.")),
        }
    }

    /// Adds a step of this kind at `place` and goes to it. `point` is where
    /// the pointer is, in world pixels.
    pub(super) fn add(self, step: Step, place: &DropPlace, point: Point) {
        let id = self.fresh_id();
        let kind = step.kind();
        let edit =
            self.document(|document| land(document, &StepRules, (id.clone(), step), place, point));
        let label = format!("Add {}", kind.label().to_ascii_lowercase());
        if self.perform(edit, &label, None) {
            self.select_only(std::iter::once(id.clone()));
            self.panel.set(true);
            self.go_to(&id);
            self.say(&format!(
                "{} added{}.",
                kind.label(),
                self.whereabouts(place)
            ));
        }
    }

    /// Adds a step where the palette puts it without a pointer: after the
    /// focused step if it has a way out that leads nowhere, else below all.
    pub(super) fn add_somewhere(self, kind: StepKind) {
        let step = kind.new_step();
        let free = if step.takes_input() {
            self.free_outlet()
        } else {
            None
        };
        if let Some(outlet) = free {
            self.add(step, &DropPlace::Outlet(outlet), Point::default());
            return;
        }
        let point = match self.document(flow::Document::bounds) {
            None => Point::default(),
            Some(bounds) if step.takes_input() => {
                Point::new(bounds.center().x, bounds.bottom() + 100.0)
            }
            Some(bounds) => Point::new(bounds.center().x, bounds.y - 100.0),
        };
        // A trigger goes to the topmost step that nothing leads into yet.
        let places = self.document(|document| flow::legal_places(document, &StepRules, &step));
        let place = places
            .into_iter()
            .find(|place| matches!(place, DropPlace::Inlet { .. }) && !step.takes_input())
            .unwrap_or(DropPlace::Ground(point));
        self.add(step, &place, point);
    }

    /// The way out of the focused step that leads nowhere yet; the lowest such
    /// one of all when no step has the focus.
    fn free_outlet(self) -> Option<Outlet> {
        let focus = self.focus.get_untracked();
        self.document(|document| {
            let free = |id: &NodeId| {
                let node = document.node(id)?;
                StepRules
                    .outs(&node.payload)
                    .into_iter()
                    .map(|out| Outlet {
                        node: id.clone(),
                        port: out.port,
                    })
                    .find(|outlet| document.target(outlet).is_none())
            };
            match focus {
                Some(id) => free(&id),
                None => flow::reading_order(document).iter().rev().find_map(free),
            }
        })
    }

    fn whereabouts(self, place: &DropPlace) -> String {
        match place {
            DropPlace::Edge { into, .. } | DropPlace::Outlet(into) => {
                format!(" after {}", self.way_of(into))
            }
            DropPlace::Inlet { node, .. } => format!(" before {}", self.name(node)),
            DropPlace::Ground(_) => String::new(),
        }
    }

    /// Removes what is selected (or focused): steps, or the selected edge.
    pub(super) fn remove(self) {
        if let Some(outlet) = self.edge.get_untracked() {
            if self.perform(Edit::Disconnect(outlet), "Disconnect", None) {
                self.edge.set(None);
                self.say("Connection removed.");
            }
            return;
        }
        let ids = self.acted_on();
        let Some(first) = ids.first() else { return };
        let next = self.document(|document| {
            document
                .entering(first)
                .map(|outlet| outlet.node.clone())
                .chain(document.leaving(first).map(|(_, to)| to.clone()))
                .find(|id| !ids.contains(id))
        });
        let words = match ids.as_slice() {
            [only] => format!("{} removed", self.name(only)),
            many => format!("{} steps removed", many.len()),
        };
        if self.perform(Edit::Remove { ids, heal: true }, "Remove", None) {
            match next {
                Some(next) => {
                    self.select_only(std::iter::once(next.clone()));
                    self.go_to(&next);
                }
                None => self.focus_canvas(),
            }
            self.say(&format!("{words}."));
        }
    }

    /// Moves what is selected (or focused) by `steps` of the grid.
    pub(super) fn nudge(self, direction: Direction, steps: f64) {
        let ids = self.acted_on();
        let by = direction.unit() * (GRID * steps);
        let places: Vec<_> = self.document(|document| {
            ids.iter()
                .filter_map(|id| Some((id.clone(), document.node(id)?.at + by)))
                .collect()
        });
        let name = ids.iter().map(NodeId::as_str).collect::<Vec<_>>().join(" ");
        let group = Group::new(format!("nudge {name}"));
        if !places.is_empty() && self.perform(Edit::Move(places), "Move", Some(group)) {
            if let Some(id) = ids.first() {
                self.reveal(id);
            }
            let way = match direction {
                Direction::Up => "up",
                Direction::Down => "down",
                Direction::Left => "left",
                Direction::Right => "right",
            };
            self.say(&format!("Moved {way}."));
        }
    }

    /// Lays everything out again.
    pub(super) fn tidy(self) {
        let places = self.document(|document| tidy(document, &StepRules));
        if self.perform(Edit::Move(places), "Tidy", None) {
            self.fit();
            self.say("Laid out again.");
        }
    }

    /// Gives a step new settings; keystrokes in one form are one deed.
    pub(super) fn update(self, id: &NodeId, step: Step) {
        let label = format!("Change {}", step.kind().label().to_ascii_lowercase());
        let group = Group::new(format!("settings {id}"));
        self.perform(
            Edit::Update {
                id: id.clone(),
                payload: step,
            },
            &label,
            Some(group),
        );
    }

    /// Leads `outlet` to `to`, or nowhere.
    pub(super) fn lead(self, outlet: &Outlet, to: Option<NodeId>) -> bool {
        let now = self.document(|document| document.target(outlet).cloned());
        if now == to {
            return true;
        }
        let mut edits = Vec::new();
        if now.is_some() {
            edits.push(Edit::Disconnect(outlet.clone()));
        }
        let words = match &to {
            Some(to) => format!("Connected to {}.", self.name(to)),
            None => "Connection removed.".to_owned(),
        };
        edits.extend(to.map(|to| {
            Edit::Connect(flow::Edge {
                from: outlet.clone(),
                to,
            })
        }));
        let done = self.perform(Edit::All(edits), "Connect", None);
        if done {
            self.say(&words);
        }
        done
    }

    /// What keys act on: the selection, else the focused step.
    pub(super) fn acted_on(self) -> Vec<NodeId> {
        let selected = self.selected.get_untracked();
        if selected.is_empty() {
            return self.focus.get_untracked().into_iter().collect();
        }
        selected
    }

    /// Selects these steps alone.
    pub(super) fn select_only(self, ids: impl IntoIterator<Item = NodeId>) {
        self.select(ids.into_iter().collect(), None);
    }

    /// Selects steps, or an edge.
    pub(super) fn select(self, ids: Vec<NodeId>, edge: Option<Outlet>) {
        self.each_cell(&mut |id, cell| change(&cell.selected, ids.contains(id)));
        self.each_line(&mut |outlet, line| change(&line.selected, edge.as_ref() == Some(outlet)));
        self.editor.borrow_mut().seal();
        change(&self.selected, ids);
        change(&self.edge, edge);
    }

    /// Drops from selection and focus what is no longer there.
    fn forget_the_gone(self) {
        let selected = self.selected.get_untracked();
        let edge = self.edge.get_untracked();
        let (left, edge) = self.document(|document| {
            let left = selected
                .iter()
                .filter(|id| document.node(id).is_some())
                .cloned()
                .collect();
            (
                left,
                edge.filter(|outlet| document.target(outlet).is_some()),
            )
        });
        change(&self.selected, left);
        change(&self.edge, edge);
        if self
            .focus
            .get_untracked()
            .is_some_and(|id| self.cell(&id).is_none())
        {
            self.focus_canvas();
        }
    }

    /// A step's full name.
    pub(super) fn name(self, id: &NodeId) -> String {
        let step = self.step(id);
        step.map_or_else(String::new, |step| words::full(&step, &self.pushes))
    }

    /// A way out of a step: "“Yes” of Yes/no branch: If plan is “pro”".
    pub(super) fn way_of(self, outlet: &Outlet) -> String {
        let name = self.name(&outlet.node);
        match outlet_label(outlet) {
            "" => name,
            label => format!("“{label}” of {name}"),
        }
    }

    /// An id that no step has. Unique in its graph is all that is asked.
    pub(super) fn fresh_id(self) -> NodeId {
        loop {
            let drawn = format!("s{:08x}", random_word());
            let id = NodeId::new(drawn);
            if self.cell(&id).is_none() {
                return id;
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the product lies within 32 bits"
)]
fn random_word() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}
