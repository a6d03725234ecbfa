//! What pointers do on the canvas, told as event by event.

use crate::journey::{Shape, Shapes};
use flow::{
    Button, CARD_HEIGHT, CARD_WIDTH, Command, Document, DropPlace, Edge, Edit, Gesture, Input,
    Modifiers, Node, NodeId, Outlet, Point, Pointer, PointerKind, Rect, Scene, Selecting, Size,
    Stage, Viewport, apply,
};
use std::collections::BTreeSet;

struct Table {
    document: Document<Shape>,
    selected: Vec<NodeId>,
    gesture: Gesture<Shape>,
}

impl Table {
    /// t (0,0) → s (0,200), and x (400,400) alone
    fn new() -> Self {
        let node = |id: &str, x, y, payload| Node {
            id: id.into(),
            at: Point::new(x, y),
            payload,
        };
        let nodes = [
            node("t", 0.0, 0.0, Shape::Trigger(0)),
            node("s", 0.0, 200.0, Shape::Step(0)),
            node("x", 400.0, 400.0, Shape::Exit(0)),
        ];
        let edge = Edge {
            from: Outlet::new("t", "next"),
            to: "s".into(),
        };
        let (document, _) = Document::load(nodes, [edge], &Shapes);
        Self {
            document,
            selected: Vec::new(),
            gesture: Gesture::default(),
        }
    }

    fn feed(&mut self, input: Input) -> Vec<Command<Shape>> {
        let scene = Scene::of(&self.document, &Shapes);
        let stage = Stage {
            document: &self.document,
            rules: &Shapes,
            scene: &scene,
            view: Viewport::default(),
            size: Size::new(1000.0, 800.0),
            selected: &self.selected,
        };
        self.gesture.feed(input, &stage)
    }

    fn bring(&mut self, payload: Shape) {
        let scene = Scene::of(&self.document, &Shapes);
        let stage = Stage {
            document: &self.document,
            rules: &Shapes,
            scene: &scene,
            view: Viewport::default(),
            size: Size::new(1000.0, 800.0),
            selected: &self.selected,
        };
        self.gesture.bring(&stage, payload, 1);
    }

    fn drag(&mut self, from: Point, to: Point) -> Vec<Command<Shape>> {
        let mut commands = self.feed(Input::Press(mouse(from), Button::Primary));
        commands.extend(self.feed(Input::Move(mouse(to))));
        commands.extend(self.feed(Input::Release(mouse(to))));
        commands
    }

    fn click(&mut self, at: Point) -> Vec<Command<Shape>> {
        let mut commands = self.feed(Input::Press(mouse(at), Button::Primary));
        commands.extend(self.feed(Input::Release(mouse(at))));
        commands
    }
}

fn mouse(at: Point) -> Pointer {
    Pointer {
        id: 1,
        at,
        kind: PointerKind::Mouse,
        modifiers: Modifiers::default(),
    }
}

fn finger(id: i32, x: f64, y: f64) -> Pointer {
    Pointer {
        id,
        at: Point::new(x, y),
        kind: PointerKind::Touch,
        modifiers: Modifiers::default(),
    }
}

fn edits(commands: &[Command<Shape>]) -> Vec<&Edit<Shape>> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Perform(edit, _) => Some(edit),
            _ => None,
        })
        .collect()
}

const S_OUT: Point = Point::new(CARD_WIDTH / 2.0, 200.0 + CARD_HEIGHT);
const X_BODY: Point = Point::new(520.0, 440.0);

#[test]
fn a_click_selects_a_card_and_opens_it() {
    let commands = Table::new().click(X_BODY);
    let select = Command::Select(Selecting::Only(vec!["x".into()]));
    assert_eq!(commands, [select, Command::Open("x".into())]);
}

#[test]
fn a_drag_carries_the_card_on_the_grid_and_ends_in_one_edit() {
    let commands = Table::new().drag(X_BODY, Point::new(543.0, 443.0));
    let moved = vec![("x".into(), Point::new(424.0, 400.0))];
    assert!(commands.contains(&Command::Carry(moved.clone())));
    assert_eq!(edits(&commands), [&Edit::Move(moved)]);
}

#[test]
fn dragging_one_of_several_selected_cards_carries_all() {
    let mut table = Table::new();
    table.selected = ["s".into(), "x".into()].into();
    let commands = table.drag(X_BODY, Point::new(560.0, 440.0));
    let Edit::Move(moves) = edits(&commands)[0] else {
        panic!("a drag moves")
    };
    let moves: BTreeSet<_> = moves
        .iter()
        .map(|(id, at)| (id.as_str(), at.x.to_bits()))
        .collect();
    let expected = [("s", 40.0_f64.to_bits()), ("x", 440.0_f64.to_bits())];
    assert_eq!(moves, expected.into());
}

#[test]
fn a_trembling_click_is_not_a_drag() {
    let mut table = Table::new();
    let commands = table.drag(X_BODY, Point::new(522.0, 441.0));
    assert_eq!(edits(&commands), [] as [&Edit<Shape>; 0]);
}

#[test]
fn an_edge_is_drawn_by_drag() {
    let commands = Table::new().drag(S_OUT, X_BODY);
    let to: NodeId = "x".into();
    assert!(commands.iter().any(
        |command| matches!(command, Command::Wire { target: Some(target), .. } if *target == to)
    ));
    let edge = Edge {
        from: Outlet::new("s", "next"),
        to,
    };
    assert_eq!(edits(&commands), [&Edit::Connect(edge)]);
}

#[test]
fn an_edge_is_drawn_by_click_and_click() {
    let mut table = Table::new();
    assert_eq!(table.click(S_OUT), []);
    assert_eq!(table.gesture.wiring(), Some(&Outlet::new("s", "next")));
    let commands = table.click(X_BODY);
    let edge = Edge {
        from: Outlet::new("s", "next"),
        to: "x".into(),
    };
    assert_eq!(edits(&commands), [&Edit::Connect(edge)]);
    assert!(table.gesture.is_idle());
}

#[test]
fn escape_gives_up_an_edge() {
    let mut table = Table::new();
    table.click(S_OUT);
    assert_eq!(table.feed(Input::Cancel), [Command::Rest]);
    let select = Command::Select(Selecting::Only(vec!["x".into()]));
    assert_eq!(
        table.click(X_BODY)[0],
        select,
        "the next click is an ordinary one"
    );
}

#[test]
fn an_edge_dropped_on_the_ground_offers_steps() {
    let at = Point::new(600.0, 100.0);
    let commands = Table::new().drag(S_OUT, at);
    let offer = Command::Offer {
        from: Outlet::new("s", "next"),
        at,
    };
    assert_eq!(commands.last(), Some(&offer));
}

#[test]
fn a_taken_outlet_is_led_elsewhere_in_one_edit() {
    let mut table = Table::new();
    let out = Point::new(CARD_WIDTH / 2.0, CARD_HEIGHT);
    let commands = table.drag(out, X_BODY);
    let edit = edits(&commands)[0].clone();
    apply(&mut table.document, edit, &Shapes).expect("t may lead to x");
    assert_eq!(
        table.document.target(&Outlet::new("t", "next")),
        Some(&"x".into())
    );
}

#[test]
fn a_card_brought_over_an_edge_lands_in_it() {
    let mut table = Table::new();
    table.bring(Shape::Step(3));
    let over = Point::new(CARD_WIDTH / 2.0 + 20.0, 140.0);
    let into = DropPlace::Edge {
        into: Outlet::new("t", "next"),
        out: "next".into(),
    };
    let hover = table.feed(Input::Move(mouse(over)));
    assert_eq!(
        hover,
        [Command::Hover {
            at: over,
            place: Some(into.clone())
        }]
    );
    let commands = table.feed(Input::Release(mouse(over)));
    let land = Command::Land {
        payload: Shape::Step(3),
        place: into,
        at: over,
    };
    assert_eq!(commands, [Command::Rest, land]);
}

#[test]
fn a_card_let_go_off_the_canvas_is_not_added() {
    let mut table = Table::new();
    table.bring(Shape::Step(3));
    let commands = table.feed(Input::Release(mouse(Point::new(-5.0, 10.0))));
    assert_eq!(commands, [Command::Rest]);
}

#[test]
fn a_lone_card_dropped_on_an_edge_is_threaded_into_it() {
    let mut table = Table::new();
    let lone = Node {
        id: "n".into(),
        at: Point::new(400.0, 0.0),
        payload: Shape::Step(1),
    };
    apply(&mut table.document, Edit::Add(lone), &Shapes).expect("fresh");
    let commands = table.drag(Point::new(520.0, 36.0), Point::new(CARD_WIDTH / 2.0, 130.0));
    let edit = edits(&commands)[0].clone();
    apply(&mut table.document, edit, &Shapes).expect("legal");
    assert_eq!(
        table.document.target(&Outlet::new("t", "next")),
        Some(&"n".into())
    );
    assert_eq!(
        table.document.target(&Outlet::new("n", "next")),
        Some(&"s".into())
    );
}

#[test]
fn the_ground_pans_and_with_shift_frames() {
    let (from, to) = (Point::new(700.0, 100.0), Point::new(380.0, 500.0));
    let commands = Table::new().drag(from, to);
    assert_eq!(commands, [Command::Pan(to - from)]);
    let mut table = Table::new();
    let shift = |at| Pointer {
        modifiers: Modifiers {
            shift: true,
            command: false,
        },
        ..mouse(at)
    };
    table.feed(Input::Press(shift(from), Button::Primary));
    let frame = table.feed(Input::Move(shift(to)));
    assert_eq!(frame, [Command::Marquee(Rect::between(from, to))]);
    let commands = table.feed(Input::Release(shift(to)));
    let select = Command::Select(Selecting::Also(vec!["x".into()]));
    assert_eq!(commands, [Command::Rest, select]);
}

#[test]
fn two_fingers_zoom_about_their_middle() {
    let mut table = Table::new();
    table.feed(Input::Press(finger(1, 600.0, 100.0), Button::Primary));
    table.feed(Input::Press(finger(2, 700.0, 100.0), Button::Primary));
    let commands = table.feed(Input::Move(finger(2, 800.0, 100.0)));
    let about = Point::new(700.0, 100.0);
    assert_eq!(
        commands,
        [
            Command::Pan(Point::new(50.0, 0.0)),
            Command::Zoom { factor: 2.0, about }
        ]
    );
}

#[test]
fn the_right_button_never_selects_or_changes_anything() {
    let mut table = Table::new();
    table.feed(Input::Press(mouse(X_BODY), Button::Secondary));
    assert_eq!(table.feed(Input::Release(mouse(X_BODY))), []);
}
