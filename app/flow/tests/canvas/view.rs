//! Properties of geometry, routes, hit tests, layout and culling.

use crate::journey::{Shape, Shapes, any_document, any_point};
use flow::{
    Direction, Document, Edge, Edit, Hit, MAX_ZOOM, MIN_ZOOM, Node, Outlet, Point, Reach, Rect,
    Route, Scene, Size, Viewport, apply, reading_order, tidy, visible_edges, visible_nodes, walk,
};
use proptest::prelude::*;

fn any_view() -> impl Strategy<Value = Viewport> {
    (any_point(), MIN_ZOOM..MAX_ZOOM).prop_map(|(pan, zoom)| Viewport { pan, zoom })
}

fn near(a: Point, b: Point) -> bool {
    a.distance(b) < 1e-6
}

fn tidied(mut document: Document<Shape>) -> Document<Shape> {
    let places = tidy(&document, &Shapes);
    assert_eq!(places.len(), document.nodes().len());
    apply(&mut document, Edit::Move(places), &Shapes).expect("every card is there");
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_point_survives_the_way_to_the_world_and_back(view in any_view(), at in any_point()) {
        prop_assert!(near(view.to_screen(view.to_world(at)), at));
        prop_assert!(near(view.to_world(view.to_screen(at)), at));
    }

    #[test]
    fn zooming_keeps_the_world_point_under_the_pointer(
        view in any_view(), at in any_point(), factor in 0.1..10.0_f64,
    ) {
        let zoomed = view.zoomed(factor, at);
        prop_assert!(near(zoomed.to_world(at), view.to_world(at)));
        prop_assert!((MIN_ZOOM..=MAX_ZOOM).contains(&zoomed.zoom));
    }

    #[test]
    fn fitting_shows_everything_in_the_middle(
        a in any_point(), b in any_point(), width in 800.0..2000.0_f64, height in 800.0..2000.0_f64,
    ) {
        let (bounds, size) = (Rect::between(a * 0.5, b * 0.5), Size::new(width, height));
        let view = Viewport::fitting(&bounds, size, 40.0);
        prop_assert!(near(view.to_screen(bounds.center()), Point::new(width / 2.0, height / 2.0)));
        prop_assert!(view.zoom <= 1.0);
        if view.zoom > MIN_ZOOM {
            let seen = view.world_rect(size).grown(1e-6);
            prop_assert!(seen.contains(Point::new(bounds.x, bounds.y)));
            prop_assert!(seen.contains(Point::new(bounds.right(), bounds.bottom())));
        }
    }

    #[test]
    fn revealing_moves_only_what_is_out_of_sight(view in any_view(), at in any_point()) {
        let (bounds, size) = (Rect::new(at, Size::new(240.0, 72.0)), Size::new(900.0, 700.0));
        let shown = view.revealing(&bounds, size, 20.0);
        let seen = shown.world_rect(size).grown(1e-6);
        prop_assert!(seen.contains(bounds.center()));
        prop_assert!(near(shown.revealing(&bounds, size, 20.0).pan, shown.pan));
    }

    #[test]
    fn a_route_leaves_downwards_arrives_downwards_and_turns_at_right_angles(
        start in any_point(), end in any_point(),
        cards in prop::collection::vec(any_point(), 0..6),
    ) {
        prop_assume!(start != end);
        let cards: Vec<_> = cards.into_iter().map(flow::card_at).collect();
        let route = Route::between(start, end, &cards);
        let points = route.points();
        prop_assert!(near(points[0], start));
        prop_assert!(near(points[points.len() - 1], end));
        for pair in points.windows(2) {
            let (across, down) = ((pair[0].x - pair[1].x).abs(), (pair[0].y - pair[1].y).abs());
            prop_assert!(across < 0.1 || down < 0.1, "{:?}", points);
        }
        prop_assert!(points[1].y > start.y && (points[1].x - start.x).abs() < 1e-6);
        let before = points[points.len() - 2];
        prop_assert!(before.y < end.y && (before.x - end.x).abs() < 1e-6);
        prop_assert!(!route.svg().contains("NaN"));
    }

    #[test]
    fn every_point_along_a_route_is_on_it_and_in_its_bounds(
        start in any_point(), end in any_point(), share in 0.0..1.0_f64,
    ) {
        let route = Route::between(start, end, &[]);
        let at = route.along(route.length() * share);
        prop_assert!(route.distance(at) < 1e-6);
        prop_assert!(route.bounds().grown(1e-6).contains(at));
    }

    #[test]
    fn a_hit_is_where_geometry_says(document in any_document(12), at in any_point()) {
        let scene = Scene::of(&document, &Shapes);
        let reach = Reach::touch(1.0);
        match scene.hit(at, reach) {
            Hit::Node(id) => prop_assert!(scene.card(&id).unwrap().rect.contains(at)),
            Hit::Outlet(outlet) => {
                let port = scene.card(&outlet.node).unwrap().outlet(&outlet.port).unwrap();
                prop_assert!(port.distance(at) <= reach.port);
            }
            Hit::Inlet(id) => {
                let port = scene.card(&id).unwrap().inlet.unwrap();
                prop_assert!(port.distance(at) <= reach.port);
            }
            Hit::Edge(outlet) => {
                prop_assert!(scene.wire(&outlet).unwrap().route.distance(at) <= reach.edge);
                prop_assert!(scene.cards().all(|card| !card.rect.contains(at)));
            }
            Hit::Canvas => {
                prop_assert!(scene.cards().all(|card| !card.rect.contains(at)));
                prop_assert!(scene.wires().iter().all(|wire| wire.route.distance(at) > reach.edge));
            }
        }
    }

    #[test]
    fn a_tidy_layout_has_no_overlaps_and_flows_down(document in any_document(40)) {
        let document = tidied(document);
        let nodes: Vec<_> = document.nodes().collect();
        for (index, node) in nodes.iter().enumerate() {
            prop_assert!((node.at.x % flow::GRID).abs() < 1e-6);
            for other in &nodes[index + 1..] {
                prop_assert!(!node.rect().overlaps(&other.rect()), "{} on {}", node.id, other.id);
            }
        }
        for (from, to) in document.edges() {
            let (above, below) = (document.node(&from.node).unwrap(), document.node(to).unwrap());
            prop_assert!(above.rect().bottom() < below.at.y);
        }
    }

    #[test]
    fn tidying_twice_changes_nothing_more(document in any_document(12)) {
        let once = tidied(document);
        let rows = |document: &Document<Shape>| -> Vec<_> {
            document.nodes().map(|node| (node.id.clone(), node.at.y)).collect()
        };
        prop_assert_eq!(rows(&once), rows(&tidied(once.clone())));
    }

    #[test]
    fn culling_keeps_all_that_is_in_sight(
        document in any_document(20), view in any_view(),
    ) {
        let scene = Scene::of(&document, &Shapes);
        let world = view.world_rect(Size::new(1000.0, 700.0));
        let nodes = visible_nodes(&scene, &world);
        for card in scene.cards().filter(|card| card.rect.overlaps(&world)) {
            prop_assert!(nodes.contains(&card.id));
        }
        let edges = visible_edges(&scene, &world);
        for wire in scene.wires() {
            if (0..20).any(|step| {
                world.contains(wire.route.along(wire.route.length() * f64::from(step) / 19.0))
            }) {
                prop_assert!(edges.contains(&wire.from));
            }
        }
    }

    #[test]
    fn arrows_never_lead_to_the_card_itself_or_off_the_canvas(document in any_document(12)) {
        for node in document.nodes() {
            for direction in [Direction::Up, Direction::Down, Direction::Left, Direction::Right] {
                if let Some(id) = walk(&document, &Shapes, &node.id, direction) {
                    prop_assert!(id != node.id && document.node(&id).is_some());
                }
            }
        }
        prop_assert_eq!(reading_order(&document).len(), document.nodes().len());
    }
}

fn fork() -> Document<Shape> {
    let node = |id: &str, x, y, payload| Node {
        id: id.into(),
        at: Point::new(x, y),
        payload,
    };
    let nodes = [
        node("t", 0.0, 0.0, Shape::Trigger(0)),
        node("b", 0.0, 0.0, Shape::Branch(0)),
        node("l", 0.0, 0.0, Shape::Step(0)),
        node("r", 0.0, 0.0, Shape::Step(1)),
        node("x", 0.0, 0.0, Shape::Exit(0)),
    ];
    let edge = |from: &str, port: &str, to: &str| Edge {
        from: Outlet::new(from, port),
        to: to.into(),
    };
    let edges = [
        edge("t", "next", "b"),
        edge("b", "yes", "r"),
        edge("b", "no", "l"),
        edge("l", "next", "x"),
        edge("r", "next", "x"),
    ];
    let (document, refused) = Document::load(nodes, edges, &Shapes);
    assert_eq!(refused, []);
    tidied(document)
}

#[test]
fn a_fork_is_laid_out_symmetrically_with_yes_on_the_left() {
    let document = fork();
    let middle = |id: &str| document.node(&id.into()).unwrap().rect().center().x;
    assert!(
        middle("r") < middle("l"),
        "yes leads to r and is the left port"
    );
    assert!((middle("t") - middle("b")).abs() < 1e-6);
    assert!((middle("b") - middle("x")).abs() < 1e-6);
    assert!((middle("l") + middle("r") - 2.0 * middle("b")).abs() < 1e-6);
}

#[test]
fn arrows_follow_the_edges_of_a_fork() {
    let document = fork();
    let go = |from: &str, direction| {
        walk(&document, &Shapes, &from.into(), direction).map(|id| id.to_string())
    };
    assert_eq!(go("t", Direction::Down).as_deref(), Some("b"));
    assert_eq!(
        go("b", Direction::Down).as_deref(),
        Some("r"),
        "yes comes first"
    );
    assert_eq!(go("r", Direction::Right).as_deref(), Some("l"));
    assert_eq!(go("l", Direction::Left).as_deref(), Some("r"));
    assert_eq!(go("l", Direction::Down).as_deref(), Some("x"));
    assert_eq!(go("l", Direction::Up).as_deref(), Some("b"));
    assert_eq!(go("x", Direction::Down), None);
    let order: Vec<_> = reading_order(&document)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(order, ["t", "b", "r", "l", "x"]);
}

#[test]
fn a_route_goes_around_a_card_in_its_way() {
    let block = flow::card_at(Point::new(-120.0, 100.0));
    let (start, end) = (Point::new(0.0, 0.0), Point::new(0.0, 300.0));
    let route = Route::between(start, end, &[block]);
    let inner = block.grown(-5.0);
    for step in 0..200 {
        let at = route.along(route.length() * f64::from(step) / 199.0);
        assert!(!inner.contains(at), "{at:?} lies in the card");
    }
}

#[test]
fn a_straight_route_is_one_line_and_a_bent_one_has_round_corners() {
    let straight = Route::between(Point::new(8.0, 0.0), Point::new(8.0, 80.0), &[]);
    assert_eq!(straight.svg(), "M8 0L8 80");
    let bent = Route::between(Point::new(0.0, 0.0), Point::new(40.0, 80.0), &[]);
    assert_eq!(bent.svg(), "M0 0L0 30Q0 40 10 40L30 40Q40 40 40 50L40 80");
}
