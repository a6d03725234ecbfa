//! The menu of steps that can be added at an outlet.

use super::looking::focus_soon;
use super::state::Canvas;
use app::features::workflow::graph::{outlet_label, port_name};
use app::features::workflow::words::{MENU_ID, kind_name, letter, palette_id};
use dom::{El, by_id, focused, follow};
use domain::workflow::StepKind;
use flow::{DropPlace, NodeId, Outlet, Point};
use reactive_graph::prelude::*;
use web_sys::KeyboardEvent;

/// An open menu of steps.
#[derive(Clone, PartialEq)]
pub(super) struct MenuAt {
    /// The ways out that the new step can be put after.
    outlets: Vec<Outlet>,
    /// The one chosen.
    chosen: usize,
    /// Where, in pixels from the canvas's corner.
    at: Point,
}

impl MenuAt {
    /// A menu for these outlets at a point of the canvas.
    pub(super) fn new(outlets: Vec<Outlet>, at: Point) -> Self {
        Self {
            outlets,
            chosen: 0,
            at,
        }
    }

    fn outlet(&self) -> Option<&Outlet> {
        self.outlets.get(self.chosen)
    }
}

impl Canvas {
    /// Opens the menu of steps.
    pub(super) fn open_menu(self, menu: MenuAt) {
        if !self.may_edit {
            self.refuse("Your role can look at workflows, not change them.");
            return;
        }
        self.menu.set(Some(menu));
        focus_soon(MENU_ID);
    }

    /// Opens it for the focused step: at the first of its ways out that leads
    /// nowhere, else at its first.
    pub(super) fn open_menu_at_focus(self) {
        let Some(id) = self.focus.get_untracked() else {
            self.say("Choose a first step in the palette.");
            focus_soon(&palette_id(StepKind::Trigger));
            return;
        };
        let outlets = self.outlets(&id);
        if outlets.is_empty() {
            self.refuse("An exit ends the journey: nothing can follow it.");
            return;
        }
        let free = outlets
            .iter()
            .position(|outlet| self.document(|document| document.target(outlet).is_none()));
        let at = {
            let scene = self.scene.borrow();
            let card = scene.card(&id);
            card.map(|card| Point::new(card.rect.x, card.rect.bottom()))
        };
        let at = self.view.get_untracked().to_screen(at.unwrap_or_default());
        self.open_menu(MenuAt {
            outlets,
            chosen: free.unwrap_or(0),
            at,
        });
    }

    /// Which kinds can go there: an exit not into an edge, a trigger nowhere.
    fn kinds_after(self, outlet: &Outlet) -> Vec<StepKind> {
        let taken = self.document(|document| document.target(outlet).is_some());
        let fits = |kind: &StepKind| {
            let step = kind.new_step();
            step.takes_input() && !(taken && step.ports().is_empty())
        };
        StepKind::ALL.into_iter().filter(fits).collect()
    }

    /// Chooses another of its ways out.
    fn turn_menu(self, turned: impl FnOnce(usize) -> usize) {
        if let Some(mut menu) = self.menu.get_untracked() {
            menu.chosen = turned(menu.chosen) % menu.outlets.len().max(1);
            self.menu.set(Some(menu));
        }
    }

    fn close_menu(self, back_to: Option<NodeId>) {
        self.menu.set(None);
        match back_to {
            Some(id) => self.go_to(&id),
            None => self.focus_canvas(),
        }
    }

    fn choose(self, kind: StepKind) {
        let Some(menu) = self.menu.get_untracked() else {
            return;
        };
        let Some(outlet) = menu.outlet().cloned() else {
            return;
        };
        self.menu.set(None);
        let step = kind.new_step();
        let target = self.document(|document| document.target(&outlet).cloned());
        let out = step.ports().first().map(|port| port_name(*port).into());
        let place = match (target, out) {
            (Some(_), Some(out)) => DropPlace::Edge { into: outlet, out },
            _ => DropPlace::Outlet(outlet),
        };
        self.add(step, &place, Point::default());
    }
}

/// Brings the menu to life.
pub(super) fn start(canvas: Canvas) {
    let Some(menu) = by_id(MENU_ID) else { return };
    let veil = dom::find("[data-part=veil]");
    for kind in StepKind::ALL {
        entry(&menu, kind).listen("click", move |_| canvas.choose(kind));
    }
    let own = menu.clone();
    menu.clone()
        .on_as::<KeyboardEvent>("keydown", move |event| {
            event.stop_propagation();
            if key(canvas, &own, &event.key()) {
                event.prevent_default();
            }
        });
    if let Some(veil) = &veil {
        veil.listen("pointerdown", move |_| canvas.menu.set(None));
    }
    follow(move || {
        let open = canvas.menu.get();
        menu.flag("hidden", open.is_none());
        if let Some(veil) = &veil {
            veil.flag("hidden", open.is_none());
        }
        if let Some(open) = open {
            show(canvas, &menu, &open);
        }
    });
}

fn entry(menu: &El, kind: StepKind) -> El {
    menu.part(&["add-", kind_name(kind)].concat())
}

fn show(canvas: Canvas, menu: &El, open: &MenuAt) {
    let Some(outlet) = open.outlet() else { return };
    let kinds = canvas.kinds_after(outlet);
    for kind in StepKind::ALL {
        entry(menu, kind).flag("hidden", !kinds.contains(&kind));
    }
    let title = format!("Add after {}", canvas.name(&outlet.node));
    menu.set("aria-label", &title);
    menu.part("menu-title").say(&title);
    let size = canvas.size.get_untracked();
    // Kept inside the canvas: a menu is about as tall as its entries.
    let x = open.at.x.min(size.width - 236.0).max(8.0);
    let y = open.at.y.min(size.height - 240.0).max(8.0);
    menu.set_style("left", &format!("{x}px"));
    menu.set_style("top", &format!("{y}px"));
    let ways = menu.part("ways");
    ways.flag("hidden", open.outlets.len() < 2);
    let buttons = open.outlets.iter().enumerate();
    let buttons: Vec<El> = buttons
        .map(|(index, outlet)| way(canvas, outlet, index, index == open.chosen))
        .collect();
    ways.fill(&buttons);
}

/// The switch between a branch's ways out.
fn way(canvas: Canvas, outlet: &Outlet, index: usize, here: bool) -> El {
    El::new("button")
        .class("button")
        .attr("type", "button")
        .attr("tabindex", "-1")
        .attr("data-size", "small")
        .attr("data-kind", if here { "secondary" } else { "quiet" })
        .attr("aria-pressed", if here { "true" } else { "false" })
        .text(outlet_label(outlet))
        .on("click", move |_| {
            canvas.turn_menu(|_| index);
            focus_soon(MENU_ID);
        })
}

/// Does what a key says; whether it was one of the menu's.
fn key(canvas: Canvas, menu: &El, key: &str) -> bool {
    let Some(open) = canvas.menu.get_untracked() else {
        return false;
    };
    let Some(outlet) = open.outlet() else {
        return false;
    };
    match key {
        "Escape" | "Tab" => canvas.close_menu(Some(outlet.node.clone())),
        "ArrowDown" => walk(menu, true),
        "ArrowUp" => walk(menu, false),
        "ArrowLeft" | "ArrowRight" => turn(canvas),
        // A press of the entry that has the focus.
        "Enter" | " " => return false,
        other => {
            let other = other.to_ascii_lowercase();
            let kinds = canvas.kinds_after(outlet);
            let Some(kind) = kinds.iter().find(|kind| letter(**kind) == other) else {
                return false;
            };
            canvas.choose(*kind);
        }
    }
    true
}

fn turn(canvas: Canvas) {
    canvas.turn_menu(|chosen| chosen + 1);
    let menu = canvas.menu.get_untracked();
    if let Some(outlet) = menu.as_ref().and_then(MenuAt::outlet) {
        canvas.say(&format!("After “{}”.", outlet_label(outlet)));
    }
    focus_soon(MENU_ID);
}

fn walk(menu: &El, down: bool) {
    let items = menu.all(".menu__item:not([hidden])");
    let count = items.len().max(1);
    let active = focused();
    let now = active.and_then(|active| items.iter().position(|item| item.is(&active)));
    let to = match (now, down) {
        (Some(now), true) => (now + 1) % count,
        (Some(now), false) => (now + count - 1) % count,
        (None, true) => 0,
        (None, false) => count - 1,
    };
    if let Some(item) = items.get(to) {
        // Refused only by an item that is gone.
        let _ = item.html().focus();
    }
}
