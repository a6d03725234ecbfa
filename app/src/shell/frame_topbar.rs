//! The top bar: where you are, search, who you are.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use ui::{CallForm, Glyph, Icon, Menu, MenuAlign, MenuItem, Then};

use super::{
    frame_rail::place_of,
    session::{Session, SignOut},
    theme::Theme,
};

/// The bar itself.
#[component]
pub fn Topbar(
    /// Who is signed in.
    session: Session,
) -> impl IntoView {
    view! {
        <header class="topbar">
            <Where />
            <button
                class="topbar__find"
                type="button"
                aria-haspopup="dialog"
                aria-label="Search and commands"
                data-palette=""
            >
                <Icon glyph=Glyph::Search />
                <span>"Find or do…"</span>
                <span class="topbar__keys" aria-hidden="true">
                    <kbd>"Ctrl"</kbd>
                    <kbd>"K"</kbd>
                </span>
            </button>
            <Account session />
        </header>
    }
    .into_any()
}

/// Where you are: the place, as a link when the page lies below it.
#[component]
fn Where() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let link = place_of(&path).map(|place| {
        let current = (path == place.href).then_some("page");
        view! {
            <a href=place.href aria-current=current>
                {place.label}
            </a>
        }
    });
    view! {
        <nav class="topbar__where" aria-label="Where you are">
            {link}
        </nav>
    }
    .into_any()
}

/// Who you are, how it looks, and the way out.
#[component]
fn Account(session: Session) -> impl IntoView {
    let shown = use_context::<Theme>().unwrap_or_default();
    let option = move |theme: Theme| {
        let (label, glyph) = match theme {
            Theme::System => ("As the system", Glyph::Screen),
            Theme::Light => ("Light", Glyph::Sun),
            Theme::Dark => ("Dark", Glyph::Moon),
        };
        view! {
            <MenuItem
                label
                glyph
                chosen=theme == shown
                attr:data-theme-choice=theme.name().unwrap_or("system")
            />
        }
    };
    let face = session.initials();
    let role = session.role.name();
    view! {
        <Menu
            label=format!("Account: {}", session.email)
            align=MenuAlign::End
            trigger=move || view! { <span class="face">{face}</span> }
        >
            <div class="menu__words">
                <div class="strong clip">{session.email}</div>
                <div>{role}</div>
            </div>
            <hr class="menu__line" />
            {[Theme::System, Theme::Light, Theme::Dark].map(option).collect_view()}
            <hr class="menu__line" />
            <CallForm call=SignOut::url() then=Then::go("/sign-in") id="sign-out">
                <MenuItem label="Sign out" glyph=Glyph::SignOut submits="sign-out" />
            </CallForm>
        </Menu>
    }
    .into_any()
}
