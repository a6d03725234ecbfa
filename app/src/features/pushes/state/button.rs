//! A button under construction.

use domain::{
    app::Action,
    push::{ActionKind, Button},
};
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
    /// What a tap does, by [`ActionKind::name`].
    pub kind: RwSignal<String>,
    /// Where it leads, if it opens.
    pub link: RwSignal<String>,
    /// What stands in the empty field, if it takes a text.
    pub placeholder: RwSignal<String>,
}

impl ButtonForm {
    /// A button with nothing in it.
    pub fn empty(key: u32) -> Self {
        Self::of(key, &Button::default())
    }

    /// A button as it was composed.
    pub fn of(key: u32, button: &Button) -> Self {
        let optional = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        Self {
            key,
            id: RwSignal::new(button.id.clone()),
            title: RwSignal::new(button.title.clone()),
            kind: RwSignal::new(button.kind.name().to_owned()),
            link: optional(&button.link),
            placeholder: optional(&button.placeholder),
        }
    }

    /// A button that is an action which the app registered.
    pub(super) fn of_action(key: u32, action: &Action) -> Self {
        let button = Button {
            id: slug_of(&action.title),
            title: action.title.clone(),
            kind: action.kind,
            link: None,
            placeholder: action.placeholder.clone(),
        };
        Self::of(key, &button)
    }

    /// What was composed: what its kind has no use for stays in the form.
    pub(super) fn content(self) -> Button {
        let kind = self.kind.with(|kind| ActionKind::parse(kind));
        let kind = kind.unwrap_or_default();
        let (link, placeholder) = (filled(self.link), filled(self.placeholder));
        Button {
            id: self.id.get(),
            title: self.title.get(),
            kind,
            link: link.filter(|_| kind == ActionKind::Open),
            placeholder: placeholder.filter(|_| kind == ActionKind::TextInput),
        }
    }

    /// Its fields, by the part of the name of its control.
    pub const fn fields(self) -> [(&'static str, RwSignal<String>); 5] {
        [
            ("id", self.id),
            ("title", self.title),
            ("kind", self.kind),
            ("link", self.link),
            ("placeholder", self.placeholder),
        ]
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
