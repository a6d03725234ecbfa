//! The keys that programs use.

use domain::{
    people::{ApiKey, Scope},
    view::Page as ListPage,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde_json::json;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, CallForm, Checkbox, Column, ConfirmDialog, Dialog,
    DialogBody, DialogFoot, EmptyState, FieldError, FormFailure, Glyph, Pager, RelativeTime,
    Section, Table, TextField, Then, counted,
};

use super::{
    api::{AddKey, RevokeKey, list_keys},
    once::ShownOnce,
};
use crate::shell::loaded::load;

/// The ids of the dialogs.
const ADD: &str = "add-key";
const MADE: &str = "key-made";
const REVOKE: &str = "revoke-key";

/// The keys' part of the settings.
#[component]
pub fn Keys() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    load(list_keys(cursor)).show("The keys", move |page| {
        view! {
            {list(page, later)}
            {add_key()}
            <ShownOnce id=MADE title="The new API key" what="API key">
                <p>"Programs send it as a bearer token: Authorization: Bearer …"</p>
            </ShownOnce>
        }
        .into_any()
    })
}

fn list(page: ListPage<ApiKey>, later: bool) -> AnyView {
    let add = || {
        view! {
            <Button kind=ButtonKind::Primary glyph=Glyph::Plus opens=ADD>
                "Make a key"
            </Button>
        }
    };
    if page.items.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Key
                title="No API keys"
                text="A key lets a program of yours register contacts and devices, post events, read, or manage."
            >
                {add()}
                <a href="/api/docs" rel="external">
                    "See the API"
                </a>
            </EmptyState>
        }
        .into_any();
    }
    let shown = counted(page.items.len() as u64, "key", "keys");
    let next = page
        .next
        .map(|cursor| format!("/settings/keys?after={cursor}"));
    let first = later.then(|| "/settings/keys".to_owned());
    let columns = vec![
        Column::new("Name"),
        Column::new("Begins with"),
        Column::new("May"),
        Column::tight("Last used"),
        Column::tight("Made"),
        Column::tight(""),
    ];
    view! {
        <Section title="API keys" aside=add>
            <div>
                <Table caption="API keys" columns>
                    {page.items.into_iter().map(row).collect_view()}
                </Table>
                <Pager shown first next />
            </div>
        </Section>
        <ConfirmDialog
            id=REVOKE
            text="The next request with it is refused. It cannot be brought back."
            verb="Revoke the key"
            call=RevokeKey::url()
            then=Then::say("“{form.called}” was revoked.")
        >
            <input type="hidden" name="id" />
            <input type="hidden" name="called" disabled=true />
        </ConfirmDialog>
    }
    .into_any()
}

/// What a scope lets a program do.
const fn may(scope: Scope) -> &'static str {
    match scope {
        Scope::Ingest => "Post contacts, devices and events.",
        Scope::Read => "Read everything but secrets.",
        Scope::Manage => "Everything: apps, credentials, pushes, campaigns, workflows.",
    }
}

fn row(key: ApiKey) -> AnyView {
    let scopes = key
        .scopes
        .into_iter()
        .map(|scope| view! { <Badge>{scope.name()}</Badge> })
        .collect_view();
    let used = match key.last_used_at {
        Some(at) => view! { <RelativeTime at=at.as_millis() /> }.into_any(),
        None => view! { <span class="faint">"Never"</span> }.into_any(),
    };
    let revoked = json!({
        "id": key.id,
        "called": key.name,
        "title": format!("Revoke “{}”?", key.name),
    });
    view! {
        <tr>
            <td class="strong">{key.name}</td>
            <td data-label="Begins with">
                <span class="mono quiet">{key.prefix} "…"</span>
            </td>
            <td data-label="May">
                <span class="row" data-gap="1">
                    {scopes}
                </span>
            </td>
            <td class="quiet" data-label="Last used">
                {used}
            </td>
            <td class="quiet" data-label="Made">
                <RelativeTime at=key.created_at.as_millis() />
            </td>
            <td class="table__acts">
                <Button
                    size=ButtonSize::Small
                    kind=ButtonKind::Quiet
                    opens=REVOKE
                    with=revoked.to_string()
                >
                    "Revoke…"
                </Button>
            </td>
        </tr>
    }
    .into_any()
}

/// The dialog that makes a key and shows its secret.
fn add_key() -> AnyView {
    let boxes = Scope::ALL
        .map(|scope| {
            view! {
                <Checkbox
                    label=scope.name()
                    name="scopes"
                    one_of=scope.name()
                    key=format!("scope-{}", scope.name())
                    value=scope == Scope::Ingest
                    hint=may(scope)
                />
            }
        })
        .collect_view();
    view! {
        <Dialog id=ADD title="Make an API key">
            <CallForm call=AddKey::url() then=Then::show(MADE) class="dialog__form">
                <DialogBody>
                    <FormFailure />
                    <TextField
                        label="Name"
                        name="name"
                        hint="What uses it: “shop backend”."
                        autofocus=true
                    />
                    <fieldset class="choices-field">
                        <legend class="field__label">"It may"</legend>
                        {boxes}
                        <FieldError name="scopes" />
                    </fieldset>
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Make the key"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}
