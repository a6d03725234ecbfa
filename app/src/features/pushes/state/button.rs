//! A button under construction.

use domain::push::Button;
use leptos::prelude::*;

use super::filled;

/// Most buttons that any platform shows.
pub const MOST_BUTTONS: usize = 4;
/// Stands in a new button's markup for its place, counted from 0.
pub const PLACE: &str = "{place}";
/// Stands in a new button's markup for its number, counted from 1.
pub const NUMBER: &str = "{number}";

/// A button under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ButtonForm {
    /// Tells it from the others while it moves.
    pub key: u32,
    /// What the app is told.
    pub id: RwSignal<String>,
    /// Its words.
    pub title: RwSignal<String>,
    /// Where it leads.
    pub link: RwSignal<String>,
}

impl ButtonForm {
    /// A button with nothing in it.
    pub fn empty() -> Self {
        Self::new(0, "", "", "")
    }

    pub(super) fn new(key: u32, id: &str, title: &str, link: &str) -> Self {
        Self {
            key,
            id: RwSignal::new(id.to_owned()),
            title: RwSignal::new(title.to_owned()),
            link: RwSignal::new(link.to_owned()),
        }
    }

    /// What was composed.
    pub(super) fn content(self) -> Button {
        Button {
            id: self.id.get(),
            title: self.title.get(),
            link: filled(self.link),
        }
    }

    /// Its fields, by the part of the name of its control.
    pub const fn fields(self) -> [(&'static str, RwSignal<String>); 3] {
        [("id", self.id), ("title", self.title), ("link", self.link)]
    }
}

/// An id made of a title: "See the offer" is `see-the-offer`.
pub fn slug_of(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("-");
    if slug.is_empty() {
        "button".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn an_id_is_made_of_a_title() {
        assert_eq!(
            (slug_of("See the offer!"), slug_of("¡Olé!")),
            ("see-the-offer".into(), "ol".into())
        );
        assert_eq!(slug_of("…"), "button");
    }
}
