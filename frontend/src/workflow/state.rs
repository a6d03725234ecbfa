//! The editor's state: a document with its history, and a signal for every
//! thing that changes by itself, so that a drag touches what it moves and
//! nothing else.

use super::linking::Linking;
use super::menu::MenuAt;
use app::features::workflow::api::{PushChoice, Standing};
use app::features::workflow::graph::{StepRules, document_of, graph_of};
use domain::workflow::{Graph, GraphProblem, Step, check};
use flow::{
    Document, DropPlace, Editor, Gesture, NodeId, Outlet, Point, Rect, Refusal, Route, Scene, Size,
    Sorted, Viewport,
};
use reactive_graph::{prelude::*, signal::ArcRwSignal};
use std::{cell::RefCell, ops::Deref};

/// What one card shows.
pub(super) struct Cell {
    /// Left edge, in world pixels.
    pub(super) x: ArcRwSignal<f64>,
    /// Top edge, in world pixels.
    pub(super) y: ArcRwSignal<f64>,
    /// The step's settings.
    pub(super) step: ArcRwSignal<Step>,
    /// Whether it is selected.
    pub(super) selected: ArcRwSignal<bool>,
    /// Whether the keys act on it.
    pub(super) focused: ArcRwSignal<bool>,
    /// What keeps it from being published.
    pub(super) problems: ArcRwSignal<Vec<String>>,
    /// Contacts there now, once the workflow has run.
    pub(super) here: ArcRwSignal<Option<u64>>,
}

impl Cell {
    fn of(node: &flow::Node<Step>) -> Self {
        Self {
            x: ArcRwSignal::new(node.at.x),
            y: ArcRwSignal::new(node.at.y),
            step: ArcRwSignal::new(node.payload.clone()),
            selected: ArcRwSignal::new(false),
            focused: ArcRwSignal::new(false),
            problems: ArcRwSignal::new(Vec::new()),
            here: ArcRwSignal::new(None),
        }
    }
}

/// What one edge shows.
pub(super) struct Line {
    /// Its way.
    pub(super) route: ArcRwSignal<Route>,
    /// Whether it is selected.
    pub(super) selected: ArcRwSignal<bool>,
    /// Whether the pointer is on it.
    pub(super) hovered: ArcRwSignal<bool>,
}

impl Line {
    fn of(route: Route) -> Self {
        Self {
            route: ArcRwSignal::new(route),
            selected: ArcRwSignal::new(false),
            hovered: ArcRwSignal::new(false),
        }
    }
}

/// What is shown while something is going on.
#[derive(Clone, Default, PartialEq)]
pub(super) enum Showing {
    /// Nothing.
    #[default]
    Nothing,
    /// A card on its way from the palette.
    Bringing {
        /// The pointer, in world pixels.
        at: Point,
        /// The card's future place.
        landing: Option<Point>,
        /// The legal places: their points, and whether each is the nearest.
        spots: Vec<(Point, bool)>,
    },
    /// An edge that is being drawn.
    Wire {
        /// Its way.
        route: Route,
        /// The card it would enter.
        target: Option<NodeId>,
    },
    /// The selection frame, in world pixels.
    Marquee(Rect),
}

/// A handle to the editor's state, which is there for as long as its page.
#[derive(Clone, Copy)]
pub(super) struct Canvas(&'static State);

impl Deref for Canvas {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

/// The editor's state.
pub(super) struct State {
    /// The document and its history.
    pub(super) editor: RefCell<Editor<Step>>,
    /// The document's geometry after the last change.
    pub(super) scene: RefCell<Scene>,
    /// What the pointer is doing.
    pub(super) gesture: RefCell<Gesture<Step>>,
    /// Where the card from the palette would go.
    pub(super) landed: RefCell<Option<DropPlace>>,
    cells: RefCell<Sorted<NodeId, &'static Cell>>,
    lines: RefCell<Sorted<Outlet, &'static Line>>,
    /// All cards, top to bottom.
    pub(super) nodes: ArcRwSignal<Vec<NodeId>>,
    /// All edges.
    pub(super) edges: ArcRwSignal<Vec<Outlet>>,
    /// What part of the world is shown.
    pub(super) view: ArcRwSignal<Viewport>,
    /// The canvas's size on the screen; zero until measured.
    pub(super) size: ArcRwSignal<Size>,
    /// Where the canvas begins in the window.
    pub(super) origin: RefCell<Point>,
    /// The selected cards.
    pub(super) selected: ArcRwSignal<Vec<NodeId>>,
    /// The selected edge.
    pub(super) edge: ArcRwSignal<Option<Outlet>>,
    /// The card that keys act on.
    pub(super) focus: ArcRwSignal<Option<NodeId>>,
    /// Whether the settings are open.
    pub(super) panel: ArcRwSignal<bool>,
    /// Grows when settings changed from outside the form.
    pub(super) epoch: ArcRwSignal<u32>,
    /// What is going on.
    pub(super) showing: ArcRwSignal<Showing>,
    /// The menu of steps, where it is open.
    pub(super) menu: ArcRwSignal<Option<MenuAt>>,
    /// The edge that is being drawn by keys.
    pub(super) linking: RefCell<Option<Linking>>,
    /// Grows with every change.
    pub(super) revision: ArcRwSignal<u64>,
    /// What keeps the draft from being published.
    pub(super) problems: ArcRwSignal<Vec<GraphProblem>>,
    /// What was just done, read aloud.
    pub(super) said: ArcRwSignal<String>,
    /// Why something was not done, shown and read aloud.
    pub(super) refused: ArcRwSignal<Option<String>>,
    /// Whether the list of problems is open.
    pub(super) listed: ArcRwSignal<bool>,
    /// How the workflow stands.
    pub(super) standing: ArcRwSignal<Standing>,
    /// The pushes that steps can send.
    pub(super) pushes: Vec<PushChoice>,
    /// Whether this person may change the draft.
    pub(super) may_edit: bool,
}

impl Canvas {
    /// The state of an editor that opens `graph`.
    pub(super) fn new(
        graph: &Graph,
        pushes: Vec<PushChoice>,
        standing: Standing,
        may_edit: bool,
    ) -> Self {
        let (document, refusals) = document_of(graph);
        let canvas = Self(for_good(State {
            editor: RefCell::new(Editor::new(document, StepRules)),
            scene: RefCell::new(Scene::default()),
            gesture: RefCell::new(Gesture::default()),
            landed: RefCell::new(None),
            cells: RefCell::new(Sorted::default()),
            lines: RefCell::new(Sorted::default()),
            nodes: ArcRwSignal::new(Vec::new()),
            edges: ArcRwSignal::new(Vec::new()),
            view: ArcRwSignal::new(Viewport::default()),
            size: ArcRwSignal::new(Size::default()),
            origin: RefCell::new(Point::default()),
            selected: ArcRwSignal::new(Vec::new()),
            edge: ArcRwSignal::new(None),
            focus: ArcRwSignal::new(None),
            panel: ArcRwSignal::new(false),
            epoch: ArcRwSignal::new(0),
            showing: ArcRwSignal::new(Showing::Nothing),
            menu: ArcRwSignal::new(None),
            linking: RefCell::new(None),
            revision: ArcRwSignal::new(0),
            problems: ArcRwSignal::new(Vec::new()),
            said: ArcRwSignal::new(String::new()),
            refused: ArcRwSignal::new(dropped(&refusals)),
            listed: ArcRwSignal::new(false),
            standing: ArcRwSignal::new(standing),
            pushes,
            may_edit,
        }));
        canvas.sync();
        canvas
    }

    /// Reads the document.
    pub(super) fn document<R>(self, read: impl FnOnce(&Document<Step>) -> R) -> R {
        read(self.editor.borrow().document())
    }

    /// The draft as it is now.
    pub(super) fn graph(self) -> Graph {
        self.document(graph_of)
    }

    /// The card of `id`.
    pub(super) fn cell(self, id: &NodeId) -> Option<&'static Cell> {
        self.cells.borrow().get(id).copied()
    }

    /// The edge that leaves `outlet`.
    pub(super) fn line(self, outlet: &Outlet) -> Option<&'static Line> {
        self.lines.borrow().get(outlet).copied()
    }

    /// Every card with its id.
    pub(super) fn each_cell(self, act: &mut dyn FnMut(&NodeId, &Cell)) {
        for (id, cell) in self.cells.borrow().entries() {
            act(id, cell);
        }
    }

    /// Every edge with its outlet.
    pub(super) fn each_line(self, act: &mut dyn FnMut(&Outlet, &Line)) {
        for (outlet, line) in self.lines.borrow().entries() {
            act(outlet, line);
        }
    }

    /// The step called `id`.
    pub(super) fn step(self, id: &NodeId) -> Option<Step> {
        self.document(|document| document.node(id).map(|node| node.payload.clone()))
    }

    /// Brings every signal to what the document says. Signals that hold it
    /// already are left alone, so nothing is drawn in vain.
    pub(super) fn sync(self) {
        let scene = {
            let editor = self.editor.borrow();
            Scene::of(editor.document(), editor.rules())
        };
        self.sync_cells();
        self.sync_lines(&scene);
        self.scene.replace(scene);
        self.sync_problems();
        let order = self.document(flow::reading_order);
        change(&self.nodes, order);
        let revision = self.editor.borrow().revision();
        self.revision.set(revision);
    }

    fn sync_cells(self) {
        let editor = self.editor.borrow();
        let document = editor.document();
        let mut cells = self.cells.borrow_mut();
        cells.retain(|id| document.node(id).is_some());
        for node in document.nodes() {
            match cells.get(&node.id) {
                Some(cell) => {
                    change(&cell.x, node.at.x);
                    change(&cell.y, node.at.y);
                    if cell.step.with_untracked(|step| *step != node.payload) {
                        cell.step.set(node.payload.clone());
                    }
                }
                None => {
                    cells.insert(node.id.clone(), for_good(Cell::of(node)));
                }
            }
        }
    }

    fn sync_lines(self, scene: &Scene) {
        let mut lines = self.lines.borrow_mut();
        lines.retain(|outlet| scene.wire(outlet).is_some());
        for wire in scene.wires() {
            let route = wire.route.clone();
            if let Some(line) = lines.get(&wire.from) {
                change(&line.route, route);
            } else {
                lines.insert(wire.from.clone(), for_good(Line::of(route)));
            }
        }
        let outlets = scene.wires().iter().map(|wire| wire.from.clone());
        change(&self.edges, outlets.collect());
    }

    fn sync_problems(self) {
        let graph = self.graph();
        let mut problems = check(&graph);
        problems.extend(push_problems(&graph, &self.pushes));
        self.show_problems(problems);
    }

    /// Shows what is wrong, on the cards and in the list.
    pub(super) fn show_problems(self, problems: Vec<GraphProblem>) {
        self.each_cell(&mut |id, cell| {
            let own = problems.iter().filter(|problem| is_of(problem, id));
            let own = own.map(|problem| problem.message.clone()).collect();
            change(&cell.problems, own);
        });
        change(&self.problems, problems);
    }
}

/// Whether a problem is one of this step's.
pub(super) fn is_of(problem: &GraphProblem, id: &NodeId) -> bool {
    let step = problem.step.as_ref();
    step.is_some_and(|step| step.0 == id.as_str())
}

/// Keeps a value for as long as the page stands. Cards and edges are kept this way even
/// when they are removed: undo brings them back.
pub(super) fn for_good<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Sets a signal only if that changes it.
pub(super) fn change<T: PartialEq + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

/// Steps whose push is gone or cannot be sent as it is.
fn push_problems(graph: &Graph, pushes: &[PushChoice]) -> Vec<GraphProblem> {
    let wrong = |step: &Step| {
        let Step::Push { push_id: Some(id) } = step else {
            return None;
        };
        match pushes.iter().find(|push| push.id == *id) {
            None => Some("This push does not exist any more. Choose another.".to_owned()),
            Some(push) if push.has_mistakes => Some(format!(
                "The push “{}” has mistakes. Open it and mend them.",
                push.name
            )),
            Some(_) => None,
        }
    };
    graph
        .nodes
        .iter()
        .filter_map(|node| {
            Some(GraphProblem {
                step: Some(node.id.clone()),
                field: Some("push_id".to_owned()),
                message: wrong(&node.step)?,
            })
        })
        .collect()
}

/// What of a stored graph could not be drawn, in words.
fn dropped(refusals: &[Refusal]) -> Option<String> {
    let first = refusals.first()?;
    let more = refusals.len() - 1;
    let rest = match more {
        0 => String::new(),
        1 => " One more part was left out too.".to_owned(),
        _ => format!(" {more} more parts were left out too."),
    };
    Some(format!(
        "A part of the saved draft could not be drawn: {first}.{rest}"
    ))
}
