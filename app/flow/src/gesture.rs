//! From pointer input to commands.
//!
//! One gesture runs at a time. It is fed every pointer event on the canvas and
//! answers with commands: some only show something while the pointer is down,
//! one at the end changes the document.

mod carry;
mod command;
mod input;
mod stage;
mod wire;

pub use command::{Command, Selecting};
pub use input::{Button, Input, Modifiers, Pointer, PointerKind};
pub use stage::Stage;

use crate::geometry::{Point, Rect};
use crate::hit::Hit;
use crate::id::{NodeId, Outlet};
use crate::place::DropPlace;

/// How far a pointer may stray, in screen pixels, and still be a click.
const CLICK_SLOP: f64 = 4.0;

/// What a pointer is doing on the canvas.
#[derive(Debug, Clone)]
pub struct Gesture<T> {
    state: State<T>,
}

impl<T> Default for Gesture<T> {
    fn default() -> Self {
        Self { state: State::Idle }
    }
}

#[derive(Debug, Clone, Default)]
enum State<T> {
    #[default]
    Idle,
    /// Down, and not yet moved far enough to be a drag.
    Pressed {
        start: Pointer,
        button: Button,
        hit: Hit,
    },
    /// Cards follow the pointer.
    Carrying {
        pointer: i32,
        start: Point,
        origins: Vec<(NodeId, Point)>,
    },
    /// A new card follows the pointer.
    Bringing {
        pointer: i32,
        payload: T,
        places: Vec<DropPlace>,
    },
    /// An edge follows the pointer. `held` while the button is down; else the
    /// next click ends it.
    Wiring { from: Outlet, held: bool },
    /// The ground follows the pointer.
    Panning { pointer: i32, last: Point },
    /// A frame follows the pointer.
    Boxing { pointer: i32, start: Point },
    /// Two fingers.
    Pinching {
        first: (i32, Point),
        second: (i32, Point),
    },
}

impl<T: Clone> Gesture<T> {
    /// Whether nothing is going on.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// The outlet of the edge that is being drawn.
    pub fn wiring(&self) -> Option<&Outlet> {
        match &self.state {
            State::Wiring { from, .. } => Some(from),
            _ => None,
        }
    }

    /// The places that the card on its way from the palette may go to, with
    /// what it stands for.
    pub fn bringing(&self) -> Option<(&T, &[DropPlace])> {
        match &self.state {
            State::Bringing {
                payload, places, ..
            } => Some((payload, places)),
            _ => None,
        }
    }

    /// Starts to bring a card with this payload from the palette; feed the
    /// same pointer's events from now on, relative to the canvas.
    pub fn bring(&mut self, stage: &Stage<'_, T>, payload: T, pointer: i32) {
        let places = crate::place::legal_places(stage.document, stage.rules, &payload);
        self.state = State::Bringing {
            pointer,
            payload,
            places,
        };
    }

    /// Starts an edge at `from` that the next click ends.
    pub fn connect_from(&mut self, from: Outlet) {
        self.state = State::Wiring { from, held: false };
    }

    /// Feeds one event and returns what is to be done, in order.
    pub fn feed(&mut self, input: Input, stage: &Stage<'_, T>) -> Vec<Command<T>> {
        match input {
            Input::Press(pointer, button) => self.press(pointer, button, stage),
            Input::Move(pointer) => self.moved(&pointer, stage),
            Input::Release(pointer) => self.release(&pointer, stage),
            Input::Cancel => {
                let idle = self.is_idle();
                self.state = State::Idle;
                if idle {
                    Vec::new()
                } else {
                    vec![Command::Rest]
                }
            }
        }
    }

    fn press(&mut self, start: Pointer, button: Button, stage: &Stage<'_, T>) -> Vec<Command<T>> {
        match &self.state {
            State::Wiring { from, held: false } if button == Button::Primary => {
                let from = from.clone();
                self.state = State::Idle;
                return wire::finish(&from, &start, stage, false);
            }
            // A second finger turns whatever the first did into a pinch.
            State::Pressed { start: first, .. }
                if first.kind == PointerKind::Touch && first.id != start.id =>
            {
                self.state = State::Pinching {
                    first: (first.id, first.at),
                    second: (start.id, start.at),
                };
                return vec![Command::Rest];
            }
            State::Panning { pointer, last }
                if start.kind == PointerKind::Touch && *pointer != start.id =>
            {
                self.state = State::Pinching {
                    first: (*pointer, *last),
                    second: (start.id, start.at),
                };
                return vec![Command::Rest];
            }
            State::Idle | State::Wiring { .. } => {}
            _ => return Vec::new(),
        }
        let hit = stage.hit(&start);
        self.state = State::Pressed { start, button, hit };
        Vec::new()
    }

    fn moved(&mut self, pointer: &Pointer, stage: &Stage<'_, T>) -> Vec<Command<T>> {
        if let State::Pressed { start, button, hit } = &self.state {
            if start.id != pointer.id || start.at.distance(pointer.at) < CLICK_SLOP {
                return Vec::new();
            }
            let (start, button, hit) = (*start, *button, hit.clone());
            let mut commands = self.begin(&start, button, hit, stage);
            commands.extend(self.moved(pointer, stage));
            return commands;
        }
        match &mut self.state {
            State::Carrying {
                pointer: id,
                start,
                origins,
            } if *id == pointer.id => {
                let by = stage.world(pointer) - *start;
                vec![Command::Carry(carry::places(origins, by))]
            }
            State::Bringing {
                pointer: id,
                places,
                ..
            } if *id == pointer.id => {
                vec![carry::hover(places, pointer, stage)]
            }
            State::Wiring { from, .. } => vec![wire::preview(from, pointer, stage)],
            State::Panning { pointer: id, last } if *id == pointer.id => {
                let by = pointer.at - std::mem::replace(last, pointer.at);
                vec![Command::Pan(by)]
            }
            State::Boxing { pointer: id, start } if *id == pointer.id => {
                vec![Command::Marquee(Rect::between(
                    *start,
                    stage.world(pointer),
                ))]
            }
            State::Pinching { first, second } => pinch(first, second, pointer),
            _ => Vec::new(),
        }
    }

    /// The press has become a drag.
    fn begin(
        &mut self,
        start: &Pointer,
        button: Button,
        hit: Hit,
        stage: &Stage<'_, T>,
    ) -> Vec<Command<T>> {
        let pan = State::Panning {
            pointer: start.id,
            last: start.at,
        };
        if button != Button::Primary {
            self.state = pan;
            return Vec::new();
        }
        match hit {
            Hit::Node(node) | Hit::Inlet(node) => {
                let (origins, select) = carry::origins(&node, stage);
                self.state = State::Carrying {
                    pointer: start.id,
                    start: stage.world(start),
                    origins,
                };
                select.into_iter().collect()
            }
            Hit::Outlet(from) => {
                self.state = State::Wiring { from, held: true };
                Vec::new()
            }
            Hit::Edge(_) | Hit::Canvas => {
                self.state = if start.modifiers.shift {
                    State::Boxing {
                        pointer: start.id,
                        start: stage.world(start),
                    }
                } else {
                    pan
                };
                Vec::new()
            }
        }
    }

    fn release(&mut self, pointer: &Pointer, stage: &Stage<'_, T>) -> Vec<Command<T>> {
        match std::mem::take(&mut self.state) {
            State::Pressed {
                start,
                button: Button::Primary,
                hit,
            } if start.id == pointer.id => self.click(&start, hit),
            State::Carrying {
                pointer: id,
                start,
                origins,
            } if id == pointer.id => {
                let by = stage.world(pointer) - start;
                carry::drop(&origins, by, pointer, stage)
            }
            State::Bringing {
                pointer: id,
                payload,
                places,
            } if id == pointer.id => {
                let mut commands = vec![Command::Rest];
                if let Command::Hover {
                    at,
                    place: Some(place),
                } = carry::hover::<T>(&places, pointer, stage)
                {
                    commands.push(Command::Land { payload, place, at });
                }
                commands
            }
            State::Wiring { from, held: true } => wire::finish(&from, pointer, stage, true),
            State::Boxing { pointer: id, start } if id == pointer.id => {
                let area = Rect::between(start, stage.world(pointer));
                vec![
                    Command::Rest,
                    Command::Select(Selecting::Also(stage.scene.within(&area))),
                ]
            }
            State::Pressed { start, .. } if start.id == pointer.id => Vec::new(),
            State::Panning { pointer: id, .. } if id == pointer.id => Vec::new(),
            State::Pinching { first, second } => {
                let (id, last) = if first.0 == pointer.id { second } else { first };
                self.state = State::Panning { pointer: id, last };
                Vec::new()
            }
            // Another pointer's release: go on.
            other => {
                self.state = other;
                Vec::new()
            }
        }
    }

    fn click(&mut self, start: &Pointer, hit: Hit) -> Vec<Command<T>> {
        let modifiers = start.modifiers;
        let adding = modifiers.shift || modifiers.command;
        match hit {
            Hit::Outlet(from) => {
                // Shown from the first movement on.
                self.state = State::Wiring { from, held: false };
                Vec::new()
            }
            Hit::Node(node) | Hit::Inlet(node) if adding => {
                vec![Command::Select(Selecting::Toggle(node))]
            }
            Hit::Node(node) | Hit::Inlet(node) => {
                vec![
                    Command::Select(Selecting::Only(vec![node.clone()])),
                    Command::Open(node),
                ]
            }
            Hit::Edge(outlet) => vec![Command::Select(Selecting::Edge(outlet))],
            Hit::Canvas if adding => Vec::new(),
            Hit::Canvas => vec![Command::Select(Selecting::Only(Vec::new()))],
        }
    }
}

/// Two fingers: their middle moves the ground, their distance zooms it.
fn pinch<T>(
    first: &mut (i32, Point),
    second: &mut (i32, Point),
    pointer: &Pointer,
) -> Vec<Command<T>> {
    let middle = |a: Point, b: Point| (a + b) * 0.5;
    let before = (middle(first.1, second.1), first.1.distance(second.1));
    if pointer.id == first.0 {
        first.1 = pointer.at;
    } else if pointer.id == second.0 {
        second.1 = pointer.at;
    } else {
        return Vec::new();
    }
    let after = (middle(first.1, second.1), first.1.distance(second.1));
    let mut commands = vec![Command::Pan(after.0 - before.0)];
    if before.1 > 1.0 && after.1 > 1.0 {
        commands.push(Command::Zoom {
            factor: after.1 / before.1,
            about: after.0,
        });
    }
    commands
}
