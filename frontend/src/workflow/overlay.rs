//! What is going on above the cards: the edge that is being drawn, legal
//! places, the card from the palette, the selection frame.

use super::state::{Canvas, Showing};
use app::features::workflow::words::{kind_name, moved_to};
use dom::{El, follow};
use domain::workflow::Step;
use flow::{Point, Rect};
use reactive_graph::prelude::*;
use std::cell::RefCell;

/// A legal place: its point, and whether it is the nearest to the pointer.
type Spot = (Point, bool);

/// The elements that the server wrote for it.
struct Overlay {
    sketch: El,
    spots: El,
    landing: El,
    ghosts: Vec<El>,
    marquee: El,
    /// The places that are marked now.
    marked: RefCell<Vec<Spot>>,
}

/// Brings the overlay to life.
pub(super) fn start(world: &El, canvas: Canvas) {
    let overlay = Overlay {
        sketch: world.part("sketch"),
        spots: world.part("spots"),
        landing: world.part("landing"),
        ghosts: world.all(".ghost"),
        marquee: world.part("marquee"),
        marked: RefCell::new(Vec::new()),
    };
    follow(move || {
        canvas.showing.with(|showing| overlay.show(canvas, showing));
    });
}

impl Overlay {
    fn show(&self, canvas: Canvas, showing: &Showing) {
        let (mut sketch, mut marquee, mut brought) = (None, None, None);
        match showing {
            Showing::Nothing => {}
            Showing::Wire { route, .. } => sketch = Some(route.svg()),
            Showing::Marquee(area) => marquee = Some(area),
            Showing::Bringing { at, landing, spots } => brought = Some((*at, *landing, spots)),
        }
        self.sketch.set_or_not("d", sketch.as_deref());
        self.marquee.flag("hidden", marquee.is_none());
        if let Some(Rect {
            x,
            y,
            width,
            height,
        }) = marquee
        {
            put(&self.marquee, Point::new(*x, *y));
            self.marquee.set_style("width", &format!("{width}px"));
            self.marquee.set_style("height", &format!("{height}px"));
        }
        self.mark(
            brought
                .map(|(_, _, spots)| spots.as_slice())
                .unwrap_or_default(),
        );
        let landing = brought.and_then(|(_, landing, _)| landing);
        self.landing.flag("hidden", landing.is_none());
        if let Some(landing) = landing {
            put(&self.landing, landing);
        }
        self.show_ghost(canvas, brought.map(|(at, _, _)| at));
    }

    /// The card from the palette, under the pointer.
    fn show_ghost(&self, canvas: Canvas, at: Option<Point>) {
        let gesture = canvas.gesture.borrow();
        let kind = gesture.bringing().map(|(step, _)| Step::kind(step));
        for ghost in &self.ghosts {
            let own = ghost.node().get_attribute("data-ghost");
            let shown = at.filter(|_| own.as_deref() == kind.map(kind_name));
            ghost.flag("hidden", shown.is_none());
            if let Some(at) = shown {
                put(ghost, at);
            }
        }
    }

    fn mark(&self, spots: &[Spot]) {
        if *self.marked.borrow() == spots {
            return;
        }
        let mark = |(at, nearest): &Spot| {
            let class = if *nearest {
                "spot spot--nearest"
            } else {
                "spot"
            };
            let spot = El::new("span").class(class);
            put(&spot, *at);
            spot
        };
        let marks: Vec<El> = spots.iter().map(mark).collect();
        self.spots.fill(&marks);
        self.marked.replace(spots.to_vec());
    }
}

fn put(element: &El, at: Point) {
    element.set_style("transform", &moved_to(at));
}
