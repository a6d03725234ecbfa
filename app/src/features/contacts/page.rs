//! The list of contacts.

use domain::{contact::Contact, view::Count};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonKind, Column, EmptyState, Glyph, LinkButton, Page, Pager, RelativeTime, Table, counted,
    grouped,
};

use super::{
    api::{ContactList, list_contacts},
    search_row::{FOUND, SearchRow, asked, list_href},
    words::consent_chip,
};
use crate::shell::loaded::load;

const PATH: &str = "/contacts";

/// Every contact, newest first, or those that the search finds.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let (words, cursor) = asked();
    let later = cursor.is_some();
    let searched = words.clone();
    let contacts = load(list_contacts(words, cursor))
        .show("The contacts", move |found| list(found, &searched, later));
    view! {
        <Title text="Contacts" />
        <Page
            title="Contacts"
            lead="The people that pushes are for, known by your own identifiers."
            actions=|| {
                view! {
                    <LinkButton
                        href="/contacts/import"
                        kind=ButtonKind::Primary
                        glyph=Glyph::Upload
                    >
                        "Import"
                    </LinkButton>
                }
            }
        >
            <SearchRow path=PATH label="Identifier or email begins with…" />
            <div id=FOUND>{contacts}</div>
        </Page>
    }
    .into_any()
}

fn list(found: ContactList, words: &str, later: bool) -> AnyView {
    if found.page.items.is_empty() {
        return if words.is_empty() {
            no_contacts(found.may_import)
        } else {
            nothing_found(words)
        };
    }
    let shown = if words.is_empty() {
        in_all(found.page.items.len(), found.count)
    } else {
        counted(found.page.items.len() as u64, "contact", "contacts")
    };
    let next = found
        .page
        .next
        .map(|next| list_href(PATH, words, Some(&next)));
    let first = later.then(|| list_href(PATH, words, None));
    let columns = vec![
        Column::new("Name"),
        Column::new("Identifier"),
        Column::new("Email"),
        Column::tight("Consent"),
        Column::tight("Changed"),
    ];
    view! {
        <div>
            <Table caption="Contacts" columns>
                {found.page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

/// "50 of 1,204 contacts", or "50 of more than 10,000 contacts".
fn in_all(shown: usize, count: Count) -> String {
    let more = if count.more { "more than " } else { "" };
    format!(
        "{} of {more}{}",
        grouped(shown as u64),
        counted(count.n.into(), "contact", "contacts")
    )
}

fn row(contact: Contact) -> AnyView {
    let name = contact.display_name();
    let email = contact.email.unwrap_or_default();
    let consent = consent_chip(contact.opted_in);
    view! {
        <tr>
            <td>
                <a class="table__link" href=format!("/contacts/{}", contact.id)>
                    {name}
                </a>
            </td>
            <td data-label="Identifier">
                <span class="mono quiet clip">{contact.external_id}</span>
            </td>
            <td data-label="Email">
                <span class="clip quiet">{email}</span>
            </td>
            <td data-label="Consent">{consent}</td>
            <td class="quiet" data-label="Changed">
                <RelativeTime at=contact.updated_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}

fn no_contacts(may_import: bool) -> AnyView {
    view! {
        <EmptyState
            glyph=Glyph::Contacts
            title="No contacts yet"
            text="The people that pushes are for appear here: by a file of yours, or as your app and site register them over the API."
        >
            {may_import
                .then(|| {
                    view! {
                        <LinkButton
                            href="/contacts/import"
                            kind=ButtonKind::Primary
                            glyph=Glyph::Upload
                        >
                            "Import a file"
                        </LinkButton>
                    }
                })}
            <a href="/api/docs" rel="external">
                "Register them over the API"
            </a>
        </EmptyState>
    }
    .into_any()
}

fn nothing_found(words: &str) -> AnyView {
    let text = format!(
        "No identifier or email begins with “{words}”. The search looks at beginnings, not at names."
    );
    view! {
        <EmptyState glyph=Glyph::Search title="Nobody found" text>
            <LinkButton href=PATH>"Show all contacts"</LinkButton>
        </EmptyState>
    }
    .into_any()
}
