//! The page of one contact.

use domain::{ContactId, contact::Contact};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use ui::{
    ConfirmDialog, Fact, Facts, Glyph, LinkTabs, MenuItem, MoreMenu, Page, RelativeTime, Skeleton,
    Token, counted, toaster,
};

use super::{
    api::{ContactData, delete_contact, open_contact},
    consent::ContactConsent,
    devices::ContactDevices,
    profile::ContactProfile,
    timeline::{ContactTimeline, TimelineItems, timeline_items},
    words::consent_chip,
};
use crate::AppError;
use crate::shell::loaded::load;

/// One contact: what is known of it, and why pushes did or did not arrive.
#[component]
pub fn ContactPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("id").and_then(|id| id.parse::<ContactId>().ok()))
    });
    let contact = load(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => open_contact(id).await,
                None => Err(AppError::NotFound {
                    what: "This contact".to_owned(),
                }),
            }
        },
    );
    // Made here rather than by the timeline: what is made while another answer is
    // awaited would be made again on the server, and not be found in the browser.
    let items = timeline_items(id);
    contact.show_answer(
        || {
            view! {
                <div class="page">
                    <Skeleton label="Loading the contact" lines=8 />
                </div>
            }
        },
        move |answer| match answer {
            Ok(data) => view! { <Detail data items /> }.into_any(),
            Err(error) => contact.failed_page("Contact", error, "The contact"),
        },
    )
}

#[component]
fn Detail(data: ContactData, items: TimelineItems) -> impl IntoView {
    let contact = data.view.contact.clone();
    let id = contact.id;
    let name = contact.display_name();
    let opted_in = contact.opted_in;
    let external_id = contact.external_id.clone();
    let devices = data.view.devices.len();
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|query| query.get("tab").unwrap_or_default()));
    let here = Signal::derive(move || match tab.get().as_str() {
        "" => format!("/contacts/{id}"),
        tab => format!("/contacts/{id}?tab={tab}"),
    });
    let tabs = vec![
        (format!("/contacts/{id}"), "Timeline".to_owned()),
        (
            format!("/contacts/{id}?tab=devices"),
            counted(devices as u64, "device", "devices"),
        ),
        (format!("/contacts/{id}?tab=consent"), "Consent".to_owned()),
        (format!("/contacts/{id}?tab=profile"), "Profile".to_owned()),
    ];
    let may_inspect = data.may_inspect;
    let may_edit = data.may_edit;
    let stored = StoredValue::new(data);
    let panel = move || {
        let data = stored.get_value();
        match tab.get().as_str() {
            "devices" => {
                view! { <ContactDevices devices=data.view.devices history=data.history /> }
                    .into_any()
            }
            "consent" => view! { <ContactConsent events=data.view.consent /> }.into_any(),
            "profile" => view! { <ContactProfile contact=data.view.contact /> }.into_any(),
            _ => view! { <ContactTimeline id items may_inspect /> }.into_any(),
        }
    };
    let asking = RwSignal::new(false);
    let actions = {
        let name = name.clone();
        move || {
            let label = format!("More for {name}");
            may_edit.then(|| {
                view! {
                    <MoreMenu label>
                        <MenuItem
                            label="Delete the contact…"
                            glyph=Glyph::Trash
                            danger=true
                            act=move |()| asking.set(true)
                        />
                    </MoreMenu>
                }
            })
        }
    };
    view! {
        <Title text=name.clone() />
        <Page title=name.clone() state=move || consent_chip(opted_in) actions>
            {key_facts(&contact)}
            <LinkTabs label="About this contact" tabs here />
            <div class="stack" data-gap="4">
                {panel}
            </div>
        </Page>
        <Delete asking name external_id />
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

#[component]
fn Delete(asking: RwSignal<bool>, name: String, external_id: String) -> impl IntoView {
    let busy = RwSignal::new(false);
    let toaster = toaster();
    let navigate = use_navigate();
    let title = format!("Delete {name}?");
    let confirm = move |()| {
        let (external_id, name, navigate) = (external_id.clone(), name.clone(), navigate.clone());
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = delete_contact(external_id).await;
            busy.set(false);
            asking.set(false);
            match answer {
                Ok(()) => {
                    toaster.done(format!("{name} was deleted."));
                    navigate("/contacts", leptos_router::NavigateOptions::default());
                }
                Err(error) => toaster.failed(error.to_string()),
            }
        });
    };
    view! {
        <ConfirmDialog
            open=asking
            id="delete-contact"
            title
            text="Its devices, consents, events and history go with it, and it leaves every workflow. Counts in results stay. It cannot be brought back."
            verb="Delete the contact"
            confirm
            busy
        />
    }
    .into_any()
}
