//! The page of one contact.

use domain::{ContactId, contact::Contact};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    ConfirmDialog, Fact, Facts, Glyph, LinkTabs, MenuItem, MoreMenu, Page, RelativeTime, Then,
    Token, counted,
};

use super::{
    api::{ContactData, DeleteContact, open_contact},
    consent::ContactConsent,
    devices::ContactDevices,
    profile::ContactProfile,
    timeline::ContactTimeline,
    words::consent_chip,
};
use crate::{
    AppError,
    shell::loaded::{failed_page, load},
};

const DELETE: &str = "delete-contact";

/// One contact: what is known of it, and why pushes did or did not arrive.
#[component]
pub fn ContactPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")?.parse().ok());
    let contact = async move {
        let id: ContactId = id.ok_or_else(|| AppError::NotFound {
            what: "This contact".to_owned(),
        })?;
        open_contact(id).await
    };
    load(contact).show_answer(|answer| match answer {
        Ok(data) => view! { <Detail data /> }.into_any(),
        Err(error) => failed_page("Contact", error, "The contact"),
    })
}

#[component]
fn Detail(data: ContactData) -> impl IntoView {
    let ContactData {
        view,
        history,
        may_edit,
        may_inspect,
    } = data;
    let contact = view.contact;
    let id = contact.id;
    let name = contact.display_name();
    let opted_in = contact.opted_in;
    let external_id = contact.external_id.clone();
    let facts = key_facts(&contact);
    let base = format!("/contacts/{id}");
    let tab = use_query_map().with_untracked(|query| query.get("tab").unwrap_or_default());
    let tab_href = |tab: &str| format!("{base}?tab={tab}");
    let tabs = vec![
        (base.clone(), "Timeline".to_owned()),
        (
            tab_href("devices"),
            counted(view.devices.len() as u64, "device", "devices"),
        ),
        (tab_href("consent"), "Consent".to_owned()),
        (tab_href("profile"), "Profile".to_owned()),
    ];
    let here = tab_href(&tab);
    let panel = match tab.as_str() {
        "devices" => view! {
            <ContactDevices
                devices=view.devices
                history
                external_id=contact.external_id.clone()
            />
        }
        .into_any(),
        "consent" => view! { <ContactConsent events=view.consent /> }.into_any(),
        "profile" => view! { <ContactProfile contact /> }.into_any(),
        _ => view! { <ContactTimeline id may_inspect /> }.into_any(),
    };
    let actions = {
        let label = format!("More for {name}");
        move || {
            let label = label.clone();
            may_edit.then(|| {
                view! {
                    <MoreMenu label>
                        <MenuItem
                            label="Delete the contact…"
                            glyph=Glyph::Trash
                            danger=true
                            opens=DELETE
                        />
                    </MoreMenu>
                }
            })
        }
    };
    view! {
        <Title text=name.clone() />
        <Page title=name.clone() state=move || consent_chip(opted_in) actions>
            {facts}
            <LinkTabs label="About this contact" tabs here />
            <div class="stack" data-gap="4">
                {panel}
            </div>
        </Page>
        {may_edit.then(|| delete(&name, external_id))}
    }
    .into_any()
}

fn key_facts(contact: &Contact) -> AnyView {
    let external_id = contact.external_id.clone();
    let changed_at = contact.updated_at.as_millis();
    let facts = [
        ("Email", contact.email.clone()),
        ("Language", contact.locale.clone()),
        ("Time zone", contact.time_zone.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| view! { <Fact name>{value}</Fact> }))
    .collect_view();
    view! {
        <Facts across=true>
            <Fact name="Identifier">
                <Token text=external_id what="identifier" />
            </Fact>
            {facts}
            <Fact name="Last change">
                <RelativeTime at=changed_at />
            </Fact>
        </Facts>
    }
    .into_any()
}

fn delete(name: &str, external_id: String) -> AnyView {
    view! {
        <ConfirmDialog
            id=DELETE
            title=format!("Delete {name}?")
            text="Its devices, consents, events and history go with it, and it leaves every workflow. Counts in results stay. It cannot be brought back."
            verb="Delete the contact"
            call=DeleteContact::url()
            then=Then::go("/contacts").and_say(format!("{name} was deleted."))
        >
            <input type="hidden" name="external_id" value=external_id />
        </ConfirmDialog>
    }
    .into_any()
}
