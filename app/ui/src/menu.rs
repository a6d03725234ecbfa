//! A menu under a button.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::icon::{Glyph, Icon};

/// Which edge of its button a menu keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MenuAlign {
    /// The start.
    #[default]
    Start,
    /// The end.
    End,
}

#[derive(Clone, Copy)]
struct MenuOpen(RwSignal<bool>);

/// A button that opens a list of actions. Arrow keys walk it, Escape and a
/// press elsewhere close it.
#[component]
pub fn Menu(
    /// [`MenuItem`]s and [`MenuLink`]s.
    children: ChildrenFn,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFn,
    /// What the menu is, read aloud.
    #[prop(into)]
    label: Signal<String>,
    /// Which edge it keeps to.
    #[prop(optional)]
    align: MenuAlign,
    /// It opens upward.
    #[prop(optional)]
    up: bool,
    /// The button's class; a quiet button unless told otherwise.
    #[prop(default = "button")]
    class: &'static str,
) -> AnyView {
    let open = RwSignal::new(false);
    let frame = NodeRef::<html::Div>::new();
    let children = StoredValue::new(children);
    let walk = move |event: ev::KeyboardEvent| walk(&event, frame, open);
    let leave = move |event: ev::FocusEvent| {
        let inside = frame.get_untracked().is_some_and(|frame| {
            let to = event
                .related_target()
                .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            frame.contains(to.as_ref())
        });
        if !inside {
            open.set(false);
        }
    };
    Effect::new(move || {
        if open.get() {
            focus_item(frame, Go::First);
        }
    });
    view! {
        <div
            class="menu"
            node_ref=frame
            data-align=(align == MenuAlign::End).then_some("end")
            data-up=up.then_some("true")
            on:keydown=walk
            on:focusout=leave
        >
            <button
                class=class
                type="button"
                data-kind=button_kind(class)
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=label
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {trigger.run()}
            </button>
            <Show when=move || open.get()>
                <div class="menu__list" role="menu" tabindex="-1" aria-label=label>
                    {
                        provide_context(MenuOpen(open));
                        children.with_value(|children| children())
                    }
                </div>
            </Show>
        </div>
    }
    .into_any()
}

fn button_kind(class: &str) -> Option<&'static str> {
    (class == "button").then_some("quiet")
}

#[derive(Clone, Copy)]
enum Go {
    First,
    Last,
    By(isize),
}

fn walk(event: &ev::KeyboardEvent, frame: NodeRef<html::Div>, open: RwSignal<bool>) {
    if !open.get_untracked() {
        return;
    }
    match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            let button = frame
                .get_untracked()
                .and_then(|frame| frame.query_selector("button").ok().flatten());
            if let Some(button) =
                button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok())
            {
                // The button is what opened the menu, so it takes focus.
                let _ = button.focus();
            }
            return;
        }
        "ArrowDown" => focus_item(frame, Go::By(1)),
        "ArrowUp" => focus_item(frame, Go::By(-1)),
        "Home" => focus_item(frame, Go::First),
        "End" => focus_item(frame, Go::Last),
        _ => return,
    }
    event.prevent_default();
}

fn focus_item(frame: NodeRef<html::Div>, go: Go) {
    let Some(items) = frame
        .get_untracked()
        .and_then(|frame| frame.query_selector_all(".menu__item").ok())
    else {
        return;
    };
    let items: Vec<web_sys::HtmlElement> = (0..items.length())
        .filter_map(|at| items.get(at)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let now = items
        .iter()
        .position(|item| Some(item.as_ref()) == active.as_ref());
    let to = match (go, now) {
        (Go::First, _) | (Go::By(1..), None) => items.first(),
        (Go::Last, _) | (Go::By(_), None) => items.last(),
        (Go::By(step), Some(now)) => {
            let count = items.len();
            items.get((now + count).wrapping_add_signed(step) % count)
        }
    };
    if let Some(item) = to {
        // A disabled item refuses; focus stays.
        let _ = item.focus();
    }
}

/// An action in a menu.
#[component]
pub fn MenuItem(
    /// Its words, a verb first.
    #[prop(into)]
    label: Signal<String>,
    /// Its icon.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// It destroys something.
    #[prop(optional)]
    danger: bool,
    /// For one of several choices: whether it is the one chosen.
    #[prop(optional, into)]
    chosen: MaybeProp<bool>,
    /// Does it.
    #[prop(into)]
    act: Callback<()>,
) -> AnyView {
    let open = use_context::<MenuOpen>();
    view! {
        <button
            class="menu__item"
            type="button"
            role=move || if chosen.get().is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=move || chosen.get().map(|yes| if yes { "true" } else { "false" })
            tabindex="-1"
            data-danger=danger.then_some("true")
            on:click=move |_| {
                if let Some(MenuOpen(open)) = open {
                    open.set(false);
                }
                act.run(());
            }
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span class="grow">{label}</span>
            {move || (chosen.get() == Some(true)).then(|| view! { <Icon glyph=Glyph::Check /> })}
        </button>
    }
    .into_any()
}

/// A link in a menu.
#[component]
pub fn MenuLink(
    /// Its words.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Its icon.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> AnyView {
    let open = use_context::<MenuOpen>();
    view! {
        <a
            class="menu__item"
            role="menuitem"
            tabindex="-1"
            href=href
            on:click=move |_| {
                if let Some(MenuOpen(open)) = open {
                    open.set(false);
                }
            }
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span>{label}</span>
        </a>
    }
    .into_any()
}

/// The three dots that hold what does not fit or is seldom needed.
#[component]
pub fn MoreMenu(
    /// [`MenuItem`]s and [`MenuLink`]s.
    children: ChildrenFn,
    /// Of what: "More for Spring sale".
    #[prop(into)]
    label: Signal<String>,
) -> AnyView {
    let children = StoredValue::new(children);
    view! {
        <Menu label align=MenuAlign::End trigger=|| view! { <Icon glyph=Glyph::More /> }>
            {children.with_value(|children| children())}
        </Menu>
    }
    .into_any()
}
