//! From pointer events to gestures, and from their commands to the canvas.

use super::menu::MenuAt;
use super::state::{Canvas, Showing, change};
use app::features::workflow::graph::StepRules;
use domain::workflow::{Step, StepKind};
use flow::{
    Button, Command, DropPlace, Input, Modifiers, NodeId, Outlet, Point, Pointer, PointerKind,
    Route, Selecting, Stage, land,
};
use reactive_graph::prelude::*;
use web_sys::PointerEvent;

/// The id of a card that is only shown where it would land.
const NO_CARD: &str = "";
/// Where a card from the palette is before the pointer has moved.
const FAR_OFF: Point = Point::new(-1e5, -1e5);

impl Canvas {
    /// The event as gestures know it: in pixels from the canvas's corner.
    pub(super) fn pointer(self, event: &PointerEvent) -> Pointer {
        Pointer {
            id: event.pointer_id(),
            at: self.on_canvas(event.client_x(), event.client_y()),
            kind: if event.pointer_type() == "touch" {
                PointerKind::Touch
            } else {
                PointerKind::Mouse
            },
            modifiers: Modifiers {
                shift: event.shift_key(),
                command: event.ctrl_key() || event.meta_key(),
            },
        }
    }

    /// A point of the window in pixels from the canvas's corner.
    pub(super) fn on_canvas(self, x: i32, y: i32) -> Point {
        Point::new(f64::from(x), f64::from(y)) - *self.origin.borrow()
    }

    /// Feeds one event to the gesture and does what it asks.
    pub(super) fn feed(self, input: Input) {
        let commands = self.on_stage(|gesture, stage| gesture.feed(input, stage));
        self.run(commands);
    }

    /// Starts to bring a new step of this kind from the palette.
    pub(super) fn bring(self, kind: StepKind, pointer: i32) {
        self.on_stage(|gesture, stage| gesture.bring(stage, kind.new_step(), pointer));
        self.landed.replace(None);
        self.show_spots();
    }

    fn on_stage<R>(self, act: impl FnOnce(&mut flow::Gesture<Step>, &Stage<'_, Step>) -> R) -> R {
        let selected = self.selected.get_untracked();
        let (editor, scene) = (self.editor.borrow(), self.scene.borrow());
        let stage = Stage {
            document: editor.document(),
            rules: editor.rules(),
            scene: &scene,
            view: self.view.get_untracked(),
            size: self.size.get_untracked(),
            selected: &selected,
        };
        act(&mut self.gesture.borrow_mut(), &stage)
    }

    /// Which part of the canvas a resting mouse is on: its edge shows "+".
    pub(super) fn hover(self, pointer: &Pointer) {
        let view = self.view.get_untracked();
        let reach = flow::Reach::touch(view.zoom);
        let hit = self.scene.borrow().hit(view.to_world(pointer.at), reach);
        let edge = match hit {
            flow::Hit::Edge(outlet) => Some(outlet),
            _ => None,
        };
        self.each_line(&mut |outlet, line| change(&line.hovered, edge.as_ref() == Some(outlet)));
    }

    fn run(self, commands: Vec<Command<Step>>) {
        let mut settle = false;
        for command in commands {
            match command {
                Command::Pan(by) => self.pan(by),
                Command::Zoom { factor, about } => self.zoom(factor, about),
                Command::Carry(places) => self.carry(&places),
                Command::Hover { at, place } => self.show_landing(at, place),
                Command::Wire { from, to, target } => self.show_wire(&from, to, target),
                Command::Marquee(area) => self.showing.set(Showing::Marquee(area)),
                Command::Rest => {
                    self.showing.set(Showing::Nothing);
                    settle = true;
                }
                Command::Select(selecting) => self.apply_selection(selecting),
                Command::Open(id) => {
                    self.panel.set(true);
                    self.go_to(&id);
                }
                Command::Perform(edit, label) => {
                    if self.perform(edit, label, None) {
                        self.say(&format!("{label}: done."));
                    }
                }
                Command::Land { payload, place, at } => self.add(payload, &place, at),
                Command::Offer { from, at } => self.open_menu(MenuAt::new(vec![from], at)),
            }
        }
        if settle {
            // Cards that were carried and not kept go back.
            self.sync();
        }
    }

    fn apply_selection(self, selecting: Selecting) {
        let mut selected = self.selected.get_untracked();
        match selecting {
            Selecting::Only(ids) => {
                if ids.is_empty() {
                    self.set_focus(None);
                }
                self.select_only(ids);
                return;
            }
            Selecting::Also(ids) => {
                selected.retain(|id| !ids.contains(id));
                selected.extend(ids);
            }
            Selecting::Toggle(id) => {
                let before = selected.len();
                selected.retain(|other| *other != id);
                if selected.len() == before {
                    selected.push(id);
                }
            }
            Selecting::Edge(outlet) => {
                self.select(Vec::new(), Some(outlet));
                return;
            }
        }
        self.select(selected, None);
    }

    /// Shows cards at other places for now, and their edges with them.
    fn carry(self, places: &[(NodeId, Point)]) {
        if !self.may_edit {
            return;
        }
        for (id, at) in places {
            if let Some(cell) = self.cell(id) {
                change(&cell.x, at.x);
                change(&cell.y, at.y);
            }
        }
        let wires = self.scene.borrow().carried(places);
        for wire in wires {
            if let Some(line) = self.line(&wire.from) {
                change(&line.route, wire.route);
            }
        }
    }

    /// Shows where a new card would land, and what would move to make room.
    fn show_landing(self, at: Point, place: Option<DropPlace>) {
        let gesture = self.gesture.borrow();
        let Some((step, places)) = gesture.bringing() else {
            return;
        };
        let last = self.landed.replace(place.clone());
        if last == place || (!connects(last.as_ref()) && !connects(place.as_ref())) {
            self.follow_pointer(at);
            return;
        }
        let (landing, moves) = match &place {
            Some(place) => self
                .document(|document| {
                    land(
                        document,
                        &StepRules,
                        (NO_CARD.into(), step.clone()),
                        place,
                        at,
                    )
                })
                .preview(),
            None => (None, Vec::new()),
        };
        // Whatever moved for the last place goes back, except what moves now.
        let rest: Vec<_> = self.document(|document| {
            document
                .nodes()
                .filter(|node| !moves.iter().any(|(id, _)| *id == node.id))
                .map(|node| (node.id.clone(), node.at))
                .collect()
        });
        self.carry(&rest);
        self.carry(&moves);
        let spots = self.spots(places, place.as_ref());
        self.showing.set(Showing::Bringing { at, landing, spots });
    }

    /// Lights every legal place up, before the pointer has reached any.
    fn show_spots(self) {
        let gesture = self.gesture.borrow();
        let places = gesture.bringing().map(|(_, places)| places);
        let spots = self.spots(places.unwrap_or_default(), None);
        self.showing.set(Showing::Bringing {
            at: FAR_OFF,
            landing: None,
            spots,
        });
    }

    fn spots(self, places: &[DropPlace], nearest: Option<&DropPlace>) -> Vec<(Point, bool)> {
        let scene = self.scene.borrow();
        let mark = |spot| Some((point_of(&scene, spot)?, nearest == Some(spot)));
        places.iter().filter_map(mark).collect()
    }

    /// The card from the palette follows the pointer; all else stays.
    fn follow_pointer(self, to: Point) {
        self.showing.update(|showing| match showing {
            Showing::Bringing { at, .. } => *at = to,
            other => {
                *other = Showing::Bringing {
                    at: to,
                    landing: None,
                    spots: Vec::new(),
                };
            }
        });
    }

    fn show_wire(self, from: &Outlet, to: Point, target: Option<NodeId>) {
        let scene = self.scene.borrow();
        let start = scene
            .card(&from.node)
            .and_then(|card| card.outlet(&from.port));
        let end = target.as_ref().and_then(|id| scene.card(id)?.inlet);
        if let Some(start) = start {
            let route = Route::loose(start, end.unwrap_or(to));
            self.showing.set(Showing::Wire { route, target });
        }
    }
}

/// Whether a card there would be connected to something.
const fn connects(place: Option<&DropPlace>) -> bool {
    !matches!(place, None | Some(DropPlace::Ground(_)))
}

/// Where a legal place is marked.
fn point_of(scene: &flow::Scene, place: &DropPlace) -> Option<Point> {
    match place {
        DropPlace::Edge { into, .. } => Some(scene.wire(into)?.route.middle()),
        DropPlace::Outlet(outlet) => scene.card(&outlet.node)?.outlet(&outlet.port),
        DropPlace::Inlet { node, .. } => scene.card(node)?.inlet,
        DropPlace::Ground(at) => Some(*at),
    }
}

/// The button that went down.
pub(super) fn button_of(event: &PointerEvent) -> Button {
    match event.button() {
        1 => Button::Middle,
        2 => Button::Secondary,
        _ => Button::Primary,
    }
}
