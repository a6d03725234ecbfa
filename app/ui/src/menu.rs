//! A menu under a button. The pages' script opens it and walks it by arrow keys.

use leptos::prelude::*;

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

/// A button that opens a list of actions. Arrow keys walk it, Escape and a
/// press elsewhere close it.
#[component]
pub fn Menu(
    /// [`MenuItem`]s and [`MenuLink`]s.
    children: Children,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFnOnce,
    /// What the menu is, read aloud.
    #[prop(into)]
    label: String,
    /// Which edge it keeps to.
    #[prop(optional)]
    align: MenuAlign,
    /// It opens upward.
    #[prop(optional)]
    up: bool,
    /// The button's class; a quiet button unless told otherwise.
    #[prop(default = "button")]
    class: &'static str,
    /// It leads, among others, to the page that is open.
    #[prop(optional)]
    here: bool,
) -> AnyView {
    view! {
        <div
            class="menu"
            data-menu=""
            data-align=(align == MenuAlign::End).then_some("end")
            data-up=up.then_some("true")
            aria-current=here.then_some("true")
        >
            <button
                class=class
                type="button"
                data-kind=(class == "button").then_some("quiet")
                aria-haspopup="menu"
                aria-expanded="false"
                aria-label=label.clone()
            >
                {trigger.run()}
            </button>
            <div class="menu__list" role="menu" tabindex="-1" aria-label=label hidden=true>
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// An action in a menu: it submits a form, opens a dialog, or is given something to do by
/// a script that finds it.
#[component]
pub fn MenuItem(
    /// Its words, a verb first.
    #[prop(into)]
    label: String,
    /// Its icon.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// It destroys something.
    #[prop(optional)]
    danger: bool,
    /// For one of several choices: whether it is the one chosen.
    #[prop(optional)]
    chosen: Option<bool>,
    /// Submits the form with this id.
    #[prop(optional, into)]
    submits: Option<String>,
    /// Opens the dialog with this id.
    #[prop(optional, into)]
    opens: Option<String>,
    /// What the dialog that it opens is filled with, as a JSON object.
    #[prop(optional, into)]
    with: Option<String>,
) -> AnyView {
    view! {
        <button
            class="menu__item"
            type=if submits.is_some() { "submit" } else { "button" }
            form=submits
            data-opens=opens
            data-with=with
            role=if chosen.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=chosen.map(|yes| if yes { "true" } else { "false" })
            tabindex="-1"
            data-danger=danger.then_some("true")
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span class="grow">{label}</span>
            {chosen
                .map(|_| {
                    view! {
                        <span class="menu__check">
                            <Icon glyph=Glyph::Check />
                        </span>
                    }
                })}
        </button>
    }
    .into_any()
}

/// A link in a menu.
#[component]
pub fn MenuLink(
    /// Its words.
    #[prop(into)]
    label: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its icon.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> AnyView {
    view! {
        <a class="menu__item" role="menuitem" tabindex="-1" href=href>
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
    children: Children,
    /// Of what: "More for Spring sale".
    #[prop(into)]
    label: String,
) -> AnyView {
    view! {
        <Menu label align=MenuAlign::End trigger=|| view! { <Icon glyph=Glyph::More /> }>
            {children()}
        </Menu>
    }
    .into_any()
}
