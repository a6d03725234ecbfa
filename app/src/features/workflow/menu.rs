//! The menu of steps that can be added at an outlet.

use super::looking::focus_soon;
use super::state::Canvas;
use super::words::{letter, look};
use domain::workflow::StepKind;
use flow::{DropPlace, NodeId, Outlet, Point};
use leptos::{ev, html, prelude::*};
use ui::Icon;
use wasm_bindgen::JsCast;

/// The menu's element id.
const MENU_ID: &str = "workflow-steps";

/// An open menu of steps.
#[derive(Debug, Clone, PartialEq)]
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
    pub(super) fn open_menu(&self, menu: MenuAt) {
        if !self.may_edit {
            self.refuse("Your role can look at workflows, not change them.");
            return;
        }
        self.menu.set(Some(menu));
        focus_soon(MENU_ID.to_owned());
    }

    /// Opens it for the focused step: at the first of its ways out that leads
    /// nowhere, else at its first.
    pub(super) fn open_menu_at_focus(&self) {
        let Some(id) = self.focus.get_untracked() else {
            self.say("Choose a first step in the palette.");
            focus_soon("palette-trigger".to_owned());
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
        let at = self.scene.with_value(|scene| {
            let card = scene.card(&id)?;
            Some(Point::new(card.rect.x, card.rect.bottom()))
        });
        let at = self.view.get_untracked().to_screen(at.unwrap_or_default());
        self.open_menu(MenuAt {
            outlets,
            chosen: free.unwrap_or(0),
            at,
        });
    }

    /// Which kinds can go there: an exit not into an edge, a trigger nowhere.
    fn kinds_after(&self, outlet: &Outlet) -> Vec<StepKind> {
        let taken = self.document(|document| document.target(outlet).is_some());
        let fits = |kind: &StepKind| {
            let step = kind.new_step();
            step.takes_input() && !(taken && step.ports().is_empty())
        };
        StepKind::ALL.into_iter().filter(fits).collect()
    }

    fn close_menu(&self, back_to: Option<NodeId>) {
        self.menu.set(None);
        match back_to {
            Some(id) => self.go_to(&id),
            None => self.focus_canvas(),
        }
    }

    fn choose(&self, kind: StepKind) {
        let Some(menu) = self.menu.get_untracked() else {
            return;
        };
        let Some(outlet) = menu.outlet().cloned() else {
            return;
        };
        self.menu.set(None);
        let step = kind.new_step();
        let target = self.document(|document| document.target(&outlet).cloned());
        let out = step
            .ports()
            .first()
            .map(|port| super::graph::port_name(*port).into());
        let place = match (target, out) {
            (Some(_), Some(out)) => DropPlace::Edge { into: outlet, out },
            _ => DropPlace::Outlet(outlet),
        };
        self.add(step, &place, Point::default());
    }
}

/// Draws the menu where it is open.
pub(super) fn step_menu(canvas: Canvas) -> impl Fn() -> Option<AnyView> {
    move || {
        let menu = canvas.menu.get()?;
        Some(untrack(|| open_menu(canvas, menu)))
    }
}

fn open_menu(canvas: Canvas, menu: MenuAt) -> AnyView {
    let frame = NodeRef::<html::Div>::new();
    let Some(outlet) = menu.outlet().cloned() else {
        return ().into_any();
    };
    let kinds = canvas.kinds_after(&outlet);
    let title = format!("Add after {}", canvas.name(&outlet.node));
    let size = canvas.size.get_untracked();
    // Kept inside the canvas: a menu is about as tall as its entries.
    let x = menu.at.x.min(size.width - 236.0).max(8.0);
    let y = menu.at.y.min(size.height - 240.0).max(8.0);
    let items = kinds
        .iter()
        .map(|kind| {
            let kind = *kind;
            view! {
                <button
                    class="menu__item"
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    data-step=look(kind).1
                    on:click=move |_| canvas.choose(kind)
                >
                    <Icon glyph=look(kind).0 />
                    <span class="grow">{kind.label()}</span>
                    <kbd class="key">{letter(kind).to_uppercase()}</kbd>
                </button>
            }
        })
        .collect_view();
    let ways = (menu.outlets.len() > 1).then(|| ways(canvas, &menu));
    let node = outlet.node.clone();
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        let key = event.key();
        match key.as_str() {
            "Escape" | "Tab" => canvas.close_menu(Some(node.clone())),
            "ArrowDown" => walk(frame, 1),
            "ArrowUp" => walk(frame, -1),
            "ArrowLeft" | "ArrowRight" => turn(canvas),
            other => {
                let Some(kind) = kinds
                    .iter()
                    .find(|kind| letter(**kind) == other.to_lowercase())
                else {
                    return;
                };
                canvas.choose(*kind);
            }
        }
        event.prevent_default();
    };
    view! {
        <div class="flow-menu__veil" on:pointerdown=move |_| canvas.menu.set(None)></div>
        <div
            id=MENU_ID
            class="menu__list flow-menu"
            role="menu"
            tabindex="-1"
            aria-label=title.clone()
            node_ref=frame
            style:left=format!("{x}px")
            style:top=format!("{y}px")
            on:keydown=on_key
        >
            <p class="menu__words clip">{title.clone()}</p>
            {ways}
            {items}
        </div>
    }
    .into_any()
}

/// The switch between a branch's ways out.
fn ways(canvas: Canvas, menu: &MenuAt) -> AnyView {
    let buttons = menu
        .outlets
        .iter()
        .enumerate()
        .map(|(index, outlet)| {
            let here = index == menu.chosen;
            view! {
                <button
                    class="button"
                    type="button"
                    tabindex="-1"
                    data-size="small"
                    data-kind=if here { "secondary" } else { "quiet" }
                    aria-pressed=if here { "true" } else { "false" }
                    on:click=move |_| {
                        canvas.menu.update(|menu| {
                            if let Some(menu) = menu {
                                menu.chosen = index;
                            }
                        });
                        focus_soon(MENU_ID.to_owned());
                    }
                >
                    {super::graph::outlet_label(outlet)}
                </button>
            }
        })
        .collect_view();
    view! { <div class="flow-menu__ways">{buttons}</div> }.into_any()
}

fn turn(canvas: Canvas) {
    canvas.menu.update(|menu| {
        if let Some(menu) = menu {
            menu.chosen = (menu.chosen + 1) % menu.outlets.len().max(1);
        }
    });
    let menu = canvas.menu.get_untracked();
    if let Some(outlet) = menu.as_ref().and_then(MenuAt::outlet) {
        canvas.say(format!("After “{}”.", super::graph::outlet_label(outlet)));
    }
    focus_soon(MENU_ID.to_owned());
}

fn walk(frame: NodeRef<html::Div>, by: i32) {
    let Some(items) = frame
        .get_untracked()
        .and_then(|frame| frame.query_selector_all(".menu__item").ok())
    else {
        return;
    };
    let count = items.length();
    let active = document().active_element();
    let now = (0..count).find(|at| {
        items
            .get(*at)
            .and_then(|item| item.dyn_into::<web_sys::Element>().ok())
            == active
    });
    let to = match (now, by > 0) {
        (Some(now), true) => (now + 1) % count.max(1),
        (Some(now), false) => (now + count - 1) % count.max(1),
        (None, true) => 0,
        (None, false) => count.saturating_sub(1),
    };
    if let Some(item) = items
        .get(to)
        .and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // Refused only by an item that is gone.
        let _ = item.focus();
    }
}
