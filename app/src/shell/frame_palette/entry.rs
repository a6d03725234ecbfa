//! What the palette offers: places and actions at once, found things after.

use leptos::prelude::*;
use ui::{Glyph, Icon};

use domain::view::SearchHit;

use crate::shell::frame_rail::places;

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The heading it stands under.
    pub group: &'static str,
    /// Its icon.
    pub glyph: Glyph,
    /// Its words.
    pub label: String,
    /// A second word at its end.
    pub detail: String,
    /// Where it leads.
    pub href: String,
}

const ACTIONS: [(&str, &str, Glyph); 3] = [
    ("New push", "/pushes/new", Glyph::Push),
    ("Import contacts", "/contacts/import", Glyph::Upload),
    ("Find a device by its token", "/devices", Glyph::Device),
];

/// Places and actions that match what was typed, all of them when nothing was.
pub(super) fn local(words: &str, sandbox: bool) -> Vec<Entry> {
    let wanted = words.trim().to_lowercase();
    let places = places(sandbox).map(|place| Entry {
        group: "Go to",
        glyph: place.glyph,
        label: place.label.to_owned(),
        detail: String::new(),
        href: place.href.to_owned(),
    });
    let actions = ACTIONS.into_iter().map(|(label, href, glyph)| Entry {
        group: "Do",
        glyph,
        label: label.to_owned(),
        detail: String::new(),
        href: href.to_owned(),
    });
    places
        .chain(actions)
        .filter(|entry| entry.label.to_lowercase().contains(&wanted))
        .collect()
}

impl From<SearchHit> for Entry {
    fn from(hit: SearchHit) -> Self {
        let (group, glyph, label, detail, href) = match hit {
            SearchHit::Contact {
                id,
                title,
                external_id,
            } => (
                "Contacts",
                Glyph::Contact,
                title,
                external_id,
                format!("/contacts/{id}"),
            ),
            SearchHit::Device {
                id,
                device_id,
                detail,
            } => (
                "Devices",
                Glyph::Device,
                device_id,
                detail,
                format!("/devices/{id}"),
            ),
            SearchHit::Campaign { id, title } => (
                "Campaigns",
                Glyph::Campaign,
                title,
                String::new(),
                format!("/campaigns/{id}"),
            ),
            SearchHit::Push { id, title } => (
                "Pushes",
                Glyph::Push,
                title,
                String::new(),
                format!("/pushes/{id}"),
            ),
        };
        Self {
            group,
            glyph,
            label,
            detail,
            href,
        }
    }
}

/// The lines, each group under its heading.
pub(super) fn rows(entries: &[Entry]) -> AnyView {
    let mut before = "";
    entries
        .iter()
        .enumerate()
        .map(|(number, entry)| {
            let heading = (entry.group != before).then(|| {
                before = entry.group;
                view! { <div class="palette__group">{entry.group}</div> }
            });
            view! {
                {heading}
                <a
                    class="palette__option"
                    role="option"
                    tabindex="-1"
                    id=format!("palette-{number}")
                    href=entry.href.clone()
                    aria-selected=if number == 0 { "true" } else { "false" }
                >
                    <Icon glyph=entry.glyph />
                    <span class="clip">{entry.label.clone()}</span>
                    <span class="palette__detail clip">{entry.detail.clone()}</span>
                </a>
            }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_narrows_places_and_actions() {
        let found: Vec<String> = local("PUSH", true)
            .into_iter()
            .map(|entry| entry.label)
            .collect();
        assert_eq!(found, ["Pushes", "New push"]);
    }

    #[test]
    fn an_empty_field_offers_everything() {
        assert!(local("", true).len() > local("", false).len());
        assert!(local("", false).len() >= ACTIONS.len());
    }
}
