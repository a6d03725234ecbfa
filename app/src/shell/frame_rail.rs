//! The rail: the ways through the product. A column of words, a column of icons
//! under 1100 px, a bar at the bottom under 640 px.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{Glyph, Icon, Menu, MenuAlign, MenuLink};

/// A page that the rail leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its path; every path below belongs to it.
    pub href: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Its icon.
    pub glyph: Glyph,
    /// Has no room in the bar at the bottom of a phone.
    folded: bool,
}

const fn place(href: &'static str, label: &'static str, glyph: Glyph, folded: bool) -> Place {
    Place {
        href,
        label,
        glyph,
        folded,
    }
}

/// Every place there is, in the rail's order.
pub const PLACES: [Place; 7] = [
    place("/", "Overview", Glyph::Overview, false),
    place("/campaigns", "Campaigns", Glyph::Campaign, false),
    place("/pushes", "Pushes", Glyph::Push, false),
    place("/contacts", "Contacts", Glyph::Contacts, false),
    place("/devices", "Devices", Glyph::Device, true),
    place("/virtual-devices", VIRTUAL, Glyph::VirtualDevice, true),
    place("/settings", SETTINGS, Glyph::Settings, true),
];

const VIRTUAL: &str = "Virtual devices";
const SETTINGS: &str = "Settings";

/// The places of this installation: virtual devices exist beside a sandbox only.
pub fn places(sandbox: bool) -> impl Iterator<Item = Place> {
    PLACES
        .into_iter()
        .filter(move |place| sandbox || place.label != VIRTUAL)
}

/// The place that a path belongs to.
pub fn place_of(path: &str) -> Option<Place> {
    PLACES.into_iter().find(|place| match place.href {
        "/" => path == "/",
        href => path
            .strip_prefix(href)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    })
}

/// The mark: bells on a beam.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
            <path d="M2 3h20v2H2zM12 6.5c-2.8 0-4 2.1-4 4.8 0 3-.7 4.5-1.8 5.7h11.6c-1.1-1.2-1.8-2.7-1.8-5.7 0-2.7-1.2-4.8-4-4.8zM10 18.5a2 2 0 0 0 4 0zM4.3 6.5c-1.3 0-1.8 1-1.8 2.2 0 1.4-.3 2.1-.9 2.7h5.4c-.6-.6-.9-1.3-.9-2.7 0-1.2-.5-2.2-1.8-2.2zM19.7 6.5c-1.3 0-1.8 1-1.8 2.2 0 1.4-.3 2.1-.9 2.7h5.4c-.6-.6-.9-1.3-.9-2.7 0-1.2-.5-2.2-1.8-2.2z" />
        </svg>
    }
    .into_any()
}

/// The rail itself.
#[component]
pub fn Rail(
    /// Virtual devices exist here.
    sandbox: bool,
) -> impl IntoView {
    let here = place_of(&use_location().pathname.get_untracked());
    let links = places(sandbox)
        .map(|place| rail_item(place, here))
        .collect_view();
    let more = here.is_some_and(|place| place.folded);
    view! {
        <nav class="rail" aria-label="Main">
            <a class="rail__brand" href="/">
                <BrandMark />
                <span>"Carillon"</span>
            </a>
            <ul class="rail__list">
                {links}
                <li class="rail__item rail__more">
                    <Menu
                        label="More places"
                        class="rail__link"
                        align=MenuAlign::End
                        up=true
                        trigger=|| {
                            view! {
                                <ui::Icon glyph=Glyph::More />
                                <span>"More"</span>
                            }
                        }
                        here=more
                    >
                        {places(sandbox)
                            .filter(|place| place.folded)
                            .map(|place| {
                                view! { <MenuLink label=place.label href=place.href glyph=place.glyph /> }
                            })
                            .collect_view()}
                    </Menu>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

fn rail_item(place: Place, here: Option<Place>) -> impl IntoView {
    let class = match (place.folded, place.label == SETTINGS) {
        (_, true) => "rail__item rail__item--folded rail__item--last",
        (true, false) => "rail__item rail__item--folded",
        (false, false) => "rail__item",
    };
    view! {
        <li class=class>
            <a
                class="rail__link"
                href=place.href
                aria-current=(here == Some(place)).then_some("page")
            >
                <Icon glyph=place.glyph />
                <span class="rail__word">{place.label}</span>
            </a>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_a_place_belongs_to_it() {
        assert_eq!(
            place_of("/contacts/0193/devices").map(|place| place.label),
            Some("Contacts")
        );
        assert_eq!(place_of("/").map(|place| place.label), Some("Overview"));
    }

    #[test]
    fn a_path_that_only_begins_alike_belongs_nowhere() {
        assert_eq!(place_of("/contactsheet"), None);
    }

    #[test]
    fn without_a_sandbox_there_are_no_virtual_devices() {
        assert_eq!(places(true).count(), places(false).count() + 1);
    }
}
