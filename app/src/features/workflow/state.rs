//! The editor's state: a document with its history, and a signal for every
//! thing that changes by itself, so that a drag touches what it moves and
//! nothing else.

use super::api::PushChoice;
use super::graph::{StepRules, document_of, graph_of};
use super::menu::MenuAt;
use domain::workflow::{Graph, GraphProblem, Step, check};
use flow::{
    Document, DropPlace, Editor, Gesture, NodeId, Outlet, Point, Rect, Refusal, Route, Scene, Size,
    Sorted, Viewport,
};
use leptos::prelude::*;

/// What one card shows.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    /// Left edge, in world pixels.
    pub(super) x: RwSignal<f64>,
    /// Top edge, in world pixels.
    pub(super) y: RwSignal<f64>,
    /// The step's settings.
    pub(super) step: RwSignal<Step>,
    /// Whether it is selected.
    pub(super) selected: RwSignal<bool>,
    /// Whether the keys act on it.
    pub(super) focused: RwSignal<bool>,
    /// What keeps it from being published.
    pub(super) problems: RwSignal<Vec<String>>,
    /// Contacts there now, once the workflow has run.
    pub(super) here: RwSignal<Option<u64>>,
}

/// What one edge shows.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Its way.
    pub(super) route: RwSignal<Route>,
    /// Whether it is selected.
    pub(super) selected: RwSignal<bool>,
    /// Whether the pointer is on it.
    pub(super) hovered: RwSignal<bool>,
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

/// A handle to the editor's state.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    /// The document and its history.
    pub(super) editor: StoredValue<Editor<Step>>,
    /// The document's geometry after the last change.
    pub(super) scene: StoredValue<Scene>,
    /// What the pointer is doing.
    pub(super) gesture: StoredValue<Gesture<Step>>,
    /// Where the card from the palette would go.
    pub(super) landed: StoredValue<Option<DropPlace>>,
    /// Whose the signals are: they live as long as the editor, whichever part
    /// of it made a card.
    owner: StoredValue<Owner>,
    cells: StoredValue<Sorted<NodeId, Cell>>,
    lines: StoredValue<Sorted<Outlet, Line>>,
    /// All cards, top to bottom.
    pub(super) nodes: RwSignal<Vec<NodeId>>,
    /// All edges.
    pub(super) edges: RwSignal<Vec<Outlet>>,
    /// What part of the world is shown.
    pub(super) view: RwSignal<Viewport>,
    /// The canvas's size on the screen; zero until measured.
    pub(super) size: RwSignal<Size>,
    /// Where the canvas begins in the window.
    pub(super) origin: StoredValue<Point>,
    /// The selected cards.
    pub(super) selected: RwSignal<Vec<NodeId>>,
    /// The selected edge.
    pub(super) edge: RwSignal<Option<Outlet>>,
    /// The card that keys act on.
    pub(super) focus: RwSignal<Option<NodeId>>,
    /// Whether the settings are open.
    pub(super) panel: RwSignal<bool>,
    /// Grows when settings changed from outside the form.
    pub(super) epoch: RwSignal<u32>,
    /// What is going on.
    pub(super) showing: RwSignal<Showing>,
    /// The menu of steps, where it is open.
    pub(super) menu: RwSignal<Option<MenuAt>>,
    /// The edge that is being drawn by keys.
    pub(super) linking: RwSignal<Option<super::linking::Linking>>,
    /// Whether the list of keys is open.
    pub(super) shortcuts: RwSignal<bool>,
    /// Grows with every change.
    pub(super) revision: RwSignal<u64>,
    /// What keeps the draft from being published.
    pub(super) problems: RwSignal<Vec<GraphProblem>>,
    /// What was just done, read aloud.
    pub(super) said: RwSignal<String>,
    /// Why something was not done, shown and read aloud.
    pub(super) refused: RwSignal<Option<String>>,
    /// The pushes that steps can send.
    pub(super) pushes: RwSignal<Vec<PushChoice>>,
    /// Whether this person may change the draft.
    pub(super) may_edit: bool,
}

impl Canvas {
    /// The state of an editor that opens `graph`.
    pub(super) fn new(graph: &Graph, pushes: Vec<PushChoice>, may_edit: bool) -> Self {
        let (document, refusals) = document_of(graph);
        let canvas = Self {
            editor: StoredValue::new(Editor::new(document, StepRules)),
            scene: StoredValue::new(Scene::default()),
            gesture: StoredValue::new(Gesture::default()),
            landed: StoredValue::new(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            cells: StoredValue::new(Sorted::default()),
            lines: StoredValue::new(Sorted::default()),
            nodes: RwSignal::new(Vec::new()),
            edges: RwSignal::new(Vec::new()),
            view: RwSignal::new(Viewport::default()),
            size: RwSignal::new(Size::default()),
            origin: StoredValue::new(Point::default()),
            selected: RwSignal::new(Vec::new()),
            edge: RwSignal::new(None),
            focus: RwSignal::new(None),
            panel: RwSignal::new(false),
            epoch: RwSignal::new(0),
            showing: RwSignal::new(Showing::Nothing),
            menu: RwSignal::new(None),
            linking: RwSignal::new(None),
            shortcuts: RwSignal::new(false),
            revision: RwSignal::new(0),
            problems: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            refused: RwSignal::new(dropped(&refusals)),
            pushes: RwSignal::new(pushes),
            may_edit,
        };
        canvas.sync();
        canvas
    }

    /// Reads the document.
    pub(super) fn document<R>(&self, read: impl FnOnce(&Document<Step>) -> R) -> R {
        self.editor.with_value(|editor| read(editor.document()))
    }

    /// The draft as it is now.
    pub(super) fn graph(&self) -> Graph {
        self.document(graph_of)
    }

    /// The card of `id`.
    pub(super) fn cell(&self, id: &NodeId) -> Option<Cell> {
        self.cells.with_value(|cells| cells.get(id).copied())
    }

    /// The edge that leaves `outlet`.
    pub(super) fn line(&self, outlet: &Outlet) -> Option<Line> {
        self.lines.with_value(|lines| lines.get(outlet).copied())
    }

    /// Every card with its id.
    pub(super) fn each_cell(&self, mut act: impl FnMut(&NodeId, Cell)) {
        self.cells
            .with_value(|cells| cells.entries().iter().for_each(|(id, cell)| act(id, *cell)));
    }

    /// Every edge with its outlet.
    pub(super) fn each_line(&self, mut act: impl FnMut(&Outlet, Line)) {
        self.lines.with_value(|lines| {
            lines
                .entries()
                .iter()
                .for_each(|(outlet, line)| act(outlet, *line));
        });
    }

    /// The step called `id`.
    pub(super) fn step(&self, id: &NodeId) -> Option<Step> {
        self.document(|document| document.node(id).map(|node| node.payload.clone()))
    }

    /// Brings every signal to what the document says. Signals that hold it
    /// already are left alone, so nothing is drawn in vain.
    pub(super) fn sync(&self) {
        let scene = self
            .editor
            .with_value(|editor| Scene::of(editor.document(), editor.rules()));
        self.owner.get_value().with(|| {
            self.sync_cells();
            self.sync_lines(&scene);
        });
        self.scene.set_value(scene);
        self.sync_problems();
        let order = self.document(flow::reading_order);
        change(self.nodes, order);
        self.revision.set(self.editor.with_value(Editor::revision));
    }

    fn sync_cells(&self) {
        self.cells.update_value(|cells| {
            self.document(|document| {
                cells.retain(|id| document.node(id).is_some());
                for node in document.nodes() {
                    match cells.get(&node.id) {
                        Some(cell) => {
                            change(cell.x, node.at.x);
                            change(cell.y, node.at.y);
                            if cell.step.with_untracked(|step| *step != node.payload) {
                                cell.step.set(node.payload.clone());
                            }
                        }
                        None => {
                            cells.insert(
                                node.id.clone(),
                                Cell {
                                    x: RwSignal::new(node.at.x),
                                    y: RwSignal::new(node.at.y),
                                    step: RwSignal::new(node.payload.clone()),
                                    selected: RwSignal::new(false),
                                    focused: RwSignal::new(false),
                                    problems: RwSignal::new(Vec::new()),
                                    here: RwSignal::new(None),
                                },
                            );
                        }
                    }
                }
            });
        });
    }

    fn sync_lines(&self, scene: &Scene) {
        self.lines.update_value(|lines| {
            lines.retain(|outlet| scene.wire(outlet).is_some());
            for wire in scene.wires() {
                match lines.get(&wire.from) {
                    Some(line) => change(line.route, wire.route.clone()),
                    None => {
                        lines.insert(
                            wire.from.clone(),
                            Line {
                                route: RwSignal::new(wire.route.clone()),
                                selected: RwSignal::new(false),
                                hovered: RwSignal::new(false),
                            },
                        );
                    }
                }
            }
        });
        change(
            self.edges,
            scene.wires().iter().map(|wire| wire.from.clone()).collect(),
        );
    }

    fn sync_problems(&self) {
        let graph = self.graph();
        let mut problems = check(&graph);
        self.pushes
            .with_untracked(|pushes| problems.extend(push_problems(&graph, pushes)));
        self.show_problems(problems);
    }

    /// Shows what is wrong, on the cards and in the list.
    pub(super) fn show_problems(&self, problems: Vec<GraphProblem>) {
        self.each_cell(|id, cell| {
            let own: Vec<_> = problems
                .iter()
                .filter(|problem| {
                    problem
                        .step
                        .as_ref()
                        .is_some_and(|step| step.0 == id.as_str())
                })
                .map(|problem| problem.message.clone())
                .collect();
            change(cell.problems, own);
        });
        change(self.problems, problems);
    }
}

/// Sets a signal only if that changes it.
pub(super) fn change<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
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
