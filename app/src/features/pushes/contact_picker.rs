//! Finds a contact: by email or the customer's own identifier. The server writes the
//! field, and what was found as a list; the editor's module puts that in place.

use domain::contact::Contact;
use leptos::prelude::*;
use ui::{Glyph, Icon, SearchField, State, StateChip};

use super::sample::SampleContact;

/// A search field and the place for what it finds.
#[component]
pub fn ContactPicker(
    /// Tells it from other pickers on the page.
    name: &'static str,
) -> impl IntoView {
    view! {
        <div class="picker" data-picker=name>
            <SearchField
                label="Identifier or email begins with…"
                name
                autofocus=true
            />
            <div class="picker__list" role="listbox" aria-label="Contacts found"></div>
            <p class="field__hint" aria-live="polite"></p>
        </div>
    }
    .into_any()
}

/// The contacts found, each with what the editor needs of it.
pub fn choices(contacts: Vec<Contact>) -> AnyView {
    contacts.into_iter().map(row).collect_view().into_any()
}

fn row(contact: Contact) -> AnyView {
    let SampleContact { name, json, .. } = SampleContact::of(&contact);
    let (id, shown) = (contact.id.to_string(), name.clone());
    let consent = consent_chip(contact.opted_in);
    view! {
        <button
            type="button"
            class="picker__row"
            role="option"
            aria-selected="false"
            data-id=id
            data-name=name
            data-json=json
        >
            <Icon glyph=Glyph::Contact />
            <span class="clip">{shown}</span>
            <span class="mono quiet clip">{contact.external_id}</span>
            {consent}
        </button>
    }
    .into_any()
}

/// Whether a contact takes pushes, if there is anything to say of it.
pub fn consent_chip(opted_in: Option<bool>) -> Option<AnyView> {
    match opted_in {
        Some(true) => None,
        Some(false) => Some(view! { <StateChip state=State::OptedOut /> }.into_any()),
        None => Some(view! { <StateChip state=State::Unknown label="Never asked" /> }.into_any()),
    }
}
