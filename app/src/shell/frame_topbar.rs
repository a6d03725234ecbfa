//! The top bar: where you are, search, who you are.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{Glyph, Icon, Menu, MenuAlign, MenuItem};

use super::{
    frame_palette::use_palette,
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
    let palette = use_palette();
    view! {
        <header class="topbar">
            <Where />
            <button
                class="topbar__find"
                type="button"
                aria-haspopup="dialog"
                aria-label="Search and commands"
                on:click=move |_| palette.open()
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
    let path = use_location().pathname;
    let place = Memo::new(move |_| path.with(|path| place_of(path)));
    let below =
        Memo::new(move |_| path.with(|path| place.get().is_some_and(|place| path != place.href)));
    view! {
        <nav class="topbar__where" aria-label="Where you are">
            {move || {
                place
                    .get()
                    .map(|place| {
                        view! {
                            <a
                                href=place.href
                                aria-current=move || (!below.get()).then_some("page")
                            >
                                {place.label}
                            </a>
                        }
                    })
            }}
        </nav>
    }
    .into_any()
}

/// Who you are, how it looks, and the way out.
#[component]
fn Account(session: Session) -> impl IntoView {
    let out = ServerAction::<SignOut>::new();
    let theme = RwSignal::new(Theme::System);
    // The server wrote the choice on `<html>`, outside what is hydrated.
    Effect::new(move || theme.set(Theme::shown()));
    Effect::new(move || {
        if let Some(Ok(())) = out.value().get() {
            // A whole load, so that nothing of the session stays in memory.
            let _ = window().location().set_href("/sign-in");
        }
    });
    let choose = move |chosen: Theme| {
        chosen.apply();
        theme.set(chosen);
    };
    let option = move |chosen: Theme| {
        let (label, glyph) = match chosen {
            Theme::System => ("As the system", Glyph::Screen),
            Theme::Light => ("Light", Glyph::Sun),
            Theme::Dark => ("Dark", Glyph::Moon),
        };
        view! {
            <MenuItem
                label
                glyph
                chosen=Signal::derive(move || Some(theme.get() == chosen))
                act=move |()| choose(chosen)
            />
        }
    };
    let face = session.initials();
    let (email, role) = (session.email.clone(), session.role.name());
    view! {
        <Menu
            label=format!("Account: {email}")
            align=MenuAlign::End
            trigger=move || view! { <span class="face">{face.clone()}</span> }
        >
            <div class="menu__words">
                <div class="strong clip">{email.clone()}</div>
                <div>{role}</div>
            </div>
            <hr class="menu__line" />
            {[Theme::System, Theme::Light, Theme::Dark].map(option).collect_view()}
            <hr class="menu__line" />
            <MenuItem
                label="Sign out"
                glyph=Glyph::SignOut
                act=move |()| {
                    out.dispatch(SignOut {});
                }
            />
        </Menu>
    }
    .into_any()
}
