//! Properties of the reducer and of the history.

use crate::journey::{Shape, Shapes, any_document, any_edit, any_point, any_shape, assert_sound};
use flow::{Document, Rules, after, land, legal_places, splice, thread};
use flow::{Edge, Edit, Editor, Fragment, Group, Node, NodeId, Outlet, Point, Refusal, apply};
use proptest::prelude::*;

fn node(id: &str, payload: Shape) -> Node<Shape> {
    Node {
        id: id.into(),
        at: Point::default(),
        payload,
    }
}

fn edge(from: &str, port: &str, to: &str) -> Edge {
    Edge {
        from: Outlet::new(from, port),
        to: to.into(),
    }
}

/// trigger t → step s → exit x, one below the other
fn line() -> Document<Shape> {
    let below = |y, node: Node<Shape>| Node {
        at: Point::new(0.0, y),
        ..node
    };
    let nodes = [
        node("t", Shape::Trigger(0)),
        below(100.0, node("s", Shape::Step(0))),
        below(200.0, node("x", Shape::Exit(0))),
    ];
    let (document, refused) = Document::load(
        nodes,
        [edge("t", "next", "s"), edge("s", "next", "x")],
        &Shapes,
    );
    assert_eq!(refused, []);
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_edit_and_its_inverse_leave_the_document_as_it_was(
        before in any_document(10), edit in any_edit(),
    ) {
        let mut document = before.clone();
        if let Ok(inverse) = apply(&mut document, edit, &Shapes) {
            apply(&mut document, inverse, &Shapes).expect("an inverse is never refused");
        }
        prop_assert_eq!(document, before);
    }

    #[test]
    fn undoing_everything_restores_each_state_and_redoing_repeats_it(
        edits in prop::collection::vec((any_edit(), prop::option::of(0..2_u8)), 1..40),
    ) {
        let mut editor = Editor::new(Document::default(), Shapes);
        let mut states = vec![editor.document().clone()];
        let mut last_group = None;
        for (edit, group) in edits {
            let named = group.map(|group| Group::new(group.to_string()));
            if editor.perform(edit, "Edit", named) == Ok(true) {
                if group.is_some() && group == last_group {
                    states.pop();
                }
                states.push(editor.document().clone());
                last_group = group;
            }
        }
        let end = states.pop().expect("there is a first state");
        for state in states.iter().rev() {
            prop_assert_eq!(editor.undo(), Some("Edit".to_owned()));
            prop_assert_eq!(editor.document(), state);
        }
        prop_assert_eq!(editor.undo(), None);
        for state in states.iter().skip(1).chain([&end]) {
            if states.is_empty() { break; }
            prop_assert_eq!(editor.redo(), Some("Edit".to_owned()));
            prop_assert_eq!(editor.document(), state);
        }
        prop_assert_eq!(editor.redo(), None);
    }

    #[test]
    fn no_edit_leaves_a_dangling_edge_or_a_cycle(
        edits in prop::collection::vec(any_edit(), 1..80),
    ) {
        let mut document = Document::default();
        for edit in edits {
            let before = document.clone();
            if apply(&mut document, edit, &Shapes).is_err() {
                prop_assert_eq!(&document, &before, "a refused edit changes nothing");
            }
            assert_sound(&document);
        }
    }

    #[test]
    fn a_spliced_step_keeps_what_could_be_reached(
        before in any_document(12), payload in any_shape(),
        pick in any::<prop::sample::Index>(),
    ) {
        let edges: Vec<_> = before.edges().map(|(from, to)| (from.clone(), to.clone())).collect();
        prop_assume!(!edges.is_empty());
        let (into, onward) = pick.get(&edges);
        let Some(out) = Shapes.outs(&payload).first().cloned() else { return Ok(()) };
        let id = NodeId::from("new");
        let mut document = before.clone();
        let edit = splice(&before, &Shapes, (id.clone(), payload), into, out.port);
        if apply(&mut document, edit, &Shapes).is_ok() {
            assert_sound(&document);
            prop_assert_eq!(document.target(into), Some(&id));
            prop_assert!(document.reaches(&id, onward));
            for from in before.nodes() {
                for to in before.nodes() {
                    prop_assert_eq!(
                        before.reaches(&from.id, &to.id), document.reaches(&from.id, &to.id)
                    );
                }
            }
        }
    }

    #[test]
    fn a_new_card_lands_at_every_place_that_is_called_legal_and_covers_none(
        before in any_document(10), payload in any_shape(), point in any_point(),
    ) {
        for place in legal_places(&before, &Shapes, &payload) {
            let mut document = before.clone();
            let edit = land(&before, &Shapes, ("new".into(), payload), &place, point);
            prop_assert_eq!(apply(&mut document, edit, &Shapes).err(), None, "{:?}", place);
            assert_sound(&document);
            let new = document.node(&"new".into()).expect("it has landed").rect();
            let others = document.nodes().filter(|node| node.id.as_str() != "new");
            prop_assert!(others.into_iter().all(|other| !other.rect().overlaps(&new)));
        }
    }
}

#[test]
fn an_update_takes_the_edges_along_that_its_kind_may_not_have() {
    let nodes = [node("s", Shape::Step(0)), node("x", Shape::Exit(7))];
    let (mut document, _) = Document::load(nodes, [edge("s", "next", "x")], &Shapes);
    let before = document.clone();
    let update = Edit::Update {
        id: "s".into(),
        payload: Shape::Trigger(0),
    };
    let inverse = apply(&mut document, update, &Shapes).expect("an update is taken");
    assert_eq!(document.edges().count(), 0);
    apply(&mut document, inverse, &Shapes).expect("an inverse is never refused");
    assert_eq!(document, before);
}

#[test]
fn cycles_duplicates_and_taken_outlets_are_refused_with_their_reason() {
    let mut document = line();
    let step = Edit::Add(node("b", Shape::Branch(0)));
    apply(&mut document, step, &Shapes).expect("a fresh id");
    let mut connect = |from, port, to| {
        apply(&mut document, Edit::Connect(edge(from, port, to)), &Shapes).map(|_| ())
    };
    assert_eq!(
        connect("s", "next", "x"),
        Err(Refusal::Duplicate(Outlet::new("s", "next")))
    );
    assert_eq!(
        connect("s", "next", "b"),
        Err(Refusal::OutletTaken(Outlet::new("s", "next")))
    );
    assert_eq!(connect("b", "yes", "t"), Err(Refusal::NoInlet("t".into())));
    assert_eq!(
        connect("b", "maybe", "x"),
        Err(Refusal::UnknownPort(Outlet::new("b", "maybe")))
    );
    assert_eq!(connect("b", "yes", "s"), Ok(()));
    let cycle = Refusal::Cycle {
        from: "b".into(),
        to: "b".into(),
    };
    assert_eq!(connect("b", "no", "b"), Err(cycle));
    assert_eq!(
        connect("b", "no", "gone"),
        Err(Refusal::UnknownNode("gone".into()))
    );
}

#[test]
fn a_rule_about_kinds_is_told_in_its_own_words() {
    let mut document = line();
    let edit = Edit::All(vec![
        Edit::Add(node("t2", Shape::Trigger(0))),
        Edit::Add(node("x7", Shape::Exit(7))),
        Edit::Connect(edge("t2", "next", "x7")),
    ]);
    let refusal = apply(&mut document, edit, &Shapes).expect_err("the rule forbids it");
    assert_eq!(refusal.to_string(), "7 may not follow a trigger");
    assert_eq!(document, line());
}

#[test]
fn removing_a_step_with_one_way_on_joins_its_neighbors() {
    let mut document = line();
    let edit = Edit::Remove {
        ids: vec!["s".into()],
        heal: true,
    };
    apply(&mut document, edit, &Shapes).expect("s is there");
    assert_eq!(
        document.target(&Outlet::new("t", "next")),
        Some(&"x".into())
    );
}

#[test]
fn removing_a_step_without_healing_leaves_the_gap() {
    let mut document = line();
    let edit = Edit::Remove {
        ids: vec!["s".into()],
        heal: false,
    };
    apply(&mut document, edit, &Shapes).expect("s is there");
    assert_eq!(document.edges().len(), 0);
}

#[test]
fn losing_a_port_takes_its_edge_along_and_undo_brings_it_back() {
    let mut document = line();
    let edit = Edit::Update {
        id: "s".into(),
        payload: Shape::Branch(0),
    };
    let inverse = apply(&mut document, edit, &Shapes).expect("s is there");
    assert_eq!(document.target(&Outlet::new("s", "next")), None);
    apply(&mut document, inverse, &Shapes).expect("undo");
    assert_eq!(document, line());
}

#[test]
fn keystrokes_in_one_field_are_one_undo_until_sealed() {
    let mut editor = Editor::new(line(), Shapes);
    let type_in = |editor: &mut Editor<Shape>, value| {
        let edit = Edit::Update {
            id: "s".into(),
            payload: Shape::Step(value),
        };
        editor
            .perform(edit, "Change", Some(Group::new("settings:s")))
            .expect("s is there")
    };
    assert!(type_in(&mut editor, 1));
    assert!(type_in(&mut editor, 2));
    assert!(!type_in(&mut editor, 2), "the same again is no change");
    editor.seal();
    assert!(type_in(&mut editor, 3));
    editor.undo();
    assert_eq!(
        editor.document().node(&"s".into()).map(|s| s.payload),
        Some(Shape::Step(2))
    );
    editor.undo();
    assert_eq!(editor.document(), &line());
    assert_eq!(editor.undo_label(), None);
    assert_eq!(editor.redo_label(), Some("Change"));
}

#[test]
fn a_new_deed_forgets_what_was_undone() {
    let mut editor = Editor::new(line(), Shapes);
    let remove = |id: &str| Edit::Remove {
        ids: vec![id.into()],
        heal: false,
    };
    editor
        .perform(remove("s"), "Remove", None)
        .expect("s is there");
    editor.undo();
    editor
        .perform(remove("x"), "Remove", None)
        .expect("x is there");
    assert_eq!(editor.redo(), None);
}

#[test]
fn a_pasted_piece_keeps_its_inner_edges_under_fresh_ids() {
    let mut document = line();
    let piece = Fragment::copy(&document, &["s".into(), "x".into()]);
    assert_eq!(piece.edges, [edge("s", "next", "x")]);
    let mut count = 0;
    let pasted = piece.renamed(Point::new(24.0, 24.0), || {
        count += 1;
        NodeId::new(format!("p{count}"))
    });
    apply(&mut document, Edit::Insert(pasted), &Shapes).expect("fresh ids");
    assert_eq!(
        document.target(&Outlet::new("p1", "next")),
        Some(&"p2".into())
    );
    assert_eq!(document.nodes().len(), 5);
}

#[test]
fn adding_after_a_connected_step_goes_between_and_moves_the_rest_down() {
    let mut editor = Editor::new(line(), Shapes);
    let edit = after(
        editor.document(),
        &Shapes,
        ("n".into(), Shape::Step(9)),
        &Outlet::new("t", "next"),
    );
    editor.perform(edit, "Add", None).expect("legal");
    let document = editor.document();
    assert_eq!(
        document.target(&Outlet::new("t", "next")),
        Some(&"n".into())
    );
    assert_eq!(
        document.target(&Outlet::new("n", "next")),
        Some(&"s".into())
    );
    let top = |id: &str| document.node(&id.into()).expect("there").at.y;
    assert!(top("n") < top("s"));
    editor.undo();
    assert_eq!(editor.document(), &line(), "one undo takes all of it back");
}

#[test]
fn a_lone_card_can_be_threaded_into_an_edge_and_a_connected_one_cannot() {
    let mut document = line();
    apply(
        &mut document,
        Edit::Add(node("n", Shape::Branch(0))),
        &Shapes,
    )
    .expect("fresh");
    let into = Outlet::new("t", "next");
    assert_eq!(thread(&document, &Shapes, &"x".into(), &into), None);
    let edit = thread(&document, &Shapes, &"n".into(), &into).expect("n is connected to nothing");
    apply(&mut document, edit, &Shapes).expect("legal");
    assert_eq!(document.target(&into), Some(&"n".into()));
    assert_eq!(document.target(&Outlet::new("n", "yes")), Some(&"s".into()));
}

#[test]
fn loading_leaves_out_what_would_break_the_graph_and_says_what() {
    let nodes = [
        node("a", Shape::Step(0)),
        node("b", Shape::Step(0)),
        node("a", Shape::Exit(0)),
    ];
    let edges = [
        edge("a", "next", "b"),
        edge("b", "next", "a"),
        edge("b", "next", "zoo"),
    ];
    let (document, refused) = Document::load(nodes, edges, &Shapes);
    assert_sound(&document);
    let expected = [
        Refusal::IdTaken("a".into()),
        Refusal::Cycle {
            from: "b".into(),
            to: "a".into(),
        },
        Refusal::UnknownNode("zoo".into()),
    ];
    assert_eq!(refused, expected);
}

#[test]
fn a_card_cannot_be_moved_off_the_canvas() {
    let mut document = line();
    let far = Edit::Move(vec![("s".into(), Point::new(f64::NAN, 0.0))]);
    assert_eq!(
        apply(&mut document, far, &Shapes),
        Err(Refusal::OutOfBounds("s".into()))
    );
    let far = Edit::Move(vec![("s".into(), Point::new(0.0, 2e6))]);
    assert_eq!(
        apply(&mut document, far, &Shapes),
        Err(Refusal::OutOfBounds("s".into()))
    );
}
