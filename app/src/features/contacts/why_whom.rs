//! From a push to why a contact did not get it: choosing the contact.

use domain::{PushId, contact::Contact};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{Column, EmptyState, Glyph, Page, SearchField, Table};

use super::{
    api::{WhomData, find_for_why},
    search_row::FOUND,
    words::consent_chip,
};
use crate::{
    AppError,
    shell::loaded::{failed_page, load},
};

/// `/pushes/{id}/why?q={prefix}`.
#[component]
pub fn PushWhyPage() -> impl IntoView {
    let id: Option<PushId> =
        use_params_map().with_untracked(|params| params.get("id")?.parse().ok());
    let words = use_query_map().with_untracked(|query| query.get("q").unwrap_or_default());
    let words = words.trim().to_owned();
    let searched = words.clone();
    let found = async move {
        let id = id.ok_or_else(|| AppError::NotFound {
            what: "This push".to_owned(),
        })?;
        find_for_why(id, words).await
    };
    load(found).show_answer(move |answer| match answer {
        Ok(data) => shown(data, searched),
        Err(error) => failed_page("Why", error, "The push"),
    })
}

fn shown(data: WhomData, words: String) -> AnyView {
    let WhomData { id, name, contacts } = data;
    let title = format!("Why did a contact not get “{name}”?");
    let nobody = contacts.is_empty();
    let rows = contacts
        .into_iter()
        .map(|contact| row(id, contact))
        .collect_view();
    let found = if nobody {
        view! {
            <EmptyState
                glyph=Glyph::Contact
                title="Nobody found"
                text="Contacts are found by the beginning of their identifier or email."
            />
        }
        .into_any()
    } else {
        let columns = vec![
            Column::new("Contact"),
            Column::new("Identifier"),
            Column::tight("Consent"),
        ];
        view! {
            <Table caption="Contacts" columns>
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Title text=title.clone() />
        <Page title lead="Choose the contact: the next page shows the whole chain.">
            <p class="back">
                <a href=format!("/pushes/{id}")>"Back to the push"</a>
            </p>
            <form
                class="filter"
                method="get"
                action=format!("/pushes/{id}/why")
                data-search=""
                data-region=FOUND
            >
                <SearchField label="Identifier or email" name="q" value=words />
            </form>
            <div id=FOUND>{found}</div>
        </Page>
    }
    .into_any()
}

fn row(push: PushId, contact: Contact) -> AnyView {
    let href = format!("/contacts/{}/why?push={push}", contact.id);
    view! {
        <tr>
            <td data-label="Contact">
                <a class="table__link" href=href>
                    {contact.display_name()}
                </a>
            </td>
            <td data-label="Identifier">
                <span class="mono clip">{contact.external_id}</span>
            </td>
            <td data-label="Consent">{consent_chip(contact.opted_in)}</td>
        </tr>
    }
    .into_any()
}
