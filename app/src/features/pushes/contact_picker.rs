//! Finds a contact: by email or the customer's own identifier.

use std::time::Duration;

use domain::contact::Contact;
use leptos::{ev, leptos_dom::helpers::debounce, prelude::*};
use ui::{Glyph, Icon, SearchField, State, StateChip};

use super::api::find_contacts;
use crate::shell::ask::ask;

/// How long a person may pause between keys before the server is asked.
const PAUSE: Duration = Duration::from_millis(160);

/// A search field and what it finds.
#[component]
pub fn ContactPicker(
    /// Tells it from other pickers on the page.
    name: &'static str,
    /// Takes the contact that was chosen.
    #[prop(into)]
    chosen: Callback<Contact>,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let mut soon = debounce(PAUSE, move |text: String| asked.set(text));
    Effect::new(move |first: Option<()>| {
        let text = words.get();
        at.set(0);
        if first.is_some() {
            soon(text);
        }
    });
    let found = ask(move || asked.get(), find_contacts);
    let contacts = Memo::new(move |_| found.get().and_then(Result::ok).unwrap_or_default());
    let keys = move |event: ev::KeyboardEvent| {
        let count = contacts.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(contact) =
                    contacts.with_untracked(|contacts| contacts.get(at.get_untracked()).cloned())
                {
                    chosen.run(contact);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let rows = move || {
        contacts
            .get()
            .into_iter()
            .enumerate()
            .map(|(number, contact)| row(number, contact, at, chosen))
            .collect_view()
    };
    let remark = move || match found.get() {
        None => "Looking…",
        Some(Err(_)) => "The search did not answer. Type on to try again.",
        Some(Ok(contacts)) if contacts.is_empty() => "No identifier or email begins with that.",
        Some(Ok(_)) => "",
    };
    view! {
        <div class="picker" on:keydown=keys>
            <SearchField label="Identifier or email begins with…" name value=words autofocus=true />
            <div class="picker__list" role="listbox" aria-label="Contacts found">
                {rows}
            </div>
            <p class="field__hint" aria-live="polite">
                {remark}
            </p>
        </div>
    }
    .into_any()
}

fn row(number: usize, contact: Contact, at: RwSignal<usize>, chosen: Callback<Contact>) -> AnyView {
    let name = contact.display_name();
    let detail = contact.external_id.clone();
    let consent = consent_chip(contact.opted_in);
    view! {
        <button
            type="button"
            class="picker__row"
            role="option"
            aria-selected=move || if at.get() == number { "true" } else { "false" }
            on:click=move |_| chosen.run(contact.clone())
        >
            <Icon glyph=Glyph::Contact />
            <span class="clip">{name}</span>
            <span class="mono quiet clip">{detail}</span>
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
