//! The keys that programs use.

use domain::{
    KeyId,
    people::{ApiKey, Scope},
    view::Page as ListPage,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, Checkbox, Column, ConfirmDialog, Dialog, DialogBody,
    DialogFoot, EmptyState, Glyph, Icon, Pager, RelativeTime, Section, Skeleton, Table, TextField,
    counted, toaster,
};

use super::{
    api::{add_key, list_keys, revoke_key},
    deed::Deed,
    once::ShownOnce,
};
use crate::shell::loaded::{Loaded, load};

type Keys = Loaded<ListPage<ApiKey>>;

/// The keys' part of the settings.
#[component]
pub fn Keys() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("after")));
    let keys = load(move || cursor.get(), list_keys);
    let adding = RwSignal::new(false);
    let made = RwSignal::new(String::new());
    view! {
        {keys.show(
            "The keys",
            || view! { <Skeleton label="Loading the keys" /> },
            move |page| list(page, keys, adding, cursor.get_untracked().is_some()),
        )}
        <AddKey adding made keys />
        <KeyMade made />
    }
    .into_any()
}

fn list(page: ListPage<ApiKey>, keys: Keys, adding: RwSignal<bool>, later: bool) -> AnyView {
    let add = move || {
        view! {
            <Button kind=ButtonKind::Primary glyph=Glyph::Plus on:click=move |_| adding.set(true)>
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
    let revoking = RwSignal::new(None::<(KeyId, String)>);
    let rows = page
        .items
        .into_iter()
        .map(|key| row(key, revoking))
        .collect_view();
    view! {
        <Section title="API keys" aside=add>
            <div>
                <Table caption="API keys" columns>
                    {rows}
                </Table>
                <Pager shown first next />
            </div>
        </Section>
        <Revoke revoking keys />
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

fn row(key: ApiKey, revoking: RwSignal<Option<(KeyId, String)>>) -> AnyView {
    let scopes = key
        .scopes
        .into_iter()
        .map(|scope| view! { <Badge>{scope.name()}</Badge> })
        .collect_view();
    let used = match key.last_used_at {
        Some(at) => view! { <RelativeTime at=at.as_millis() /> }.into_any(),
        None => view! { <span class="faint">"Never"</span> }.into_any(),
    };
    let (id, name) = (key.id, key.name.clone());
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
                    on:click=move |_| revoking.set(Some((id, name.clone())))
                >
                    "Revoke…"
                </Button>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Revoke(revoking: RwSignal<Option<(KeyId, String)>>, keys: Keys) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if revoking.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() {
            revoking.set(None);
        }
    });
    let deed = Deed::new();
    let toaster = toaster();
    let title = move || {
        revoking.with(|key| {
            key.as_ref()
                .map_or_else(String::new, |(_, name)| format!("Revoke “{name}”?"))
        })
    };
    let confirm = move |()| {
        let Some((id, name)) = revoking.get_untracked() else {
            return;
        };
        deed.run_aloud(
            async move {
                let answer = revoke_key(id).await;
                open.set(false);
                answer
            },
            move |()| {
                toaster.done(format!("“{name}” was revoked."));
                keys.refetch();
            },
        );
    };
    view! {
        <ConfirmDialog
            open
            id="revoke-key"
            title=Signal::derive(title)
            text="The next request with it is refused. It cannot be brought back."
            verb="Revoke the key"
            confirm
            busy=deed.busy
        />
    }
    .into_any()
}

#[component]
fn AddKey(adding: RwSignal<bool>, made: RwSignal<String>, keys: Keys) -> impl IntoView {
    let deed = Deed::new();
    let name = RwSignal::new(String::new());
    let scopes = Scope::ALL.map(|scope| (scope, RwSignal::new(scope == Scope::Ingest)));
    let save = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        let wanted = scopes
            .into_iter()
            .filter(|(_, on)| on.get_untracked())
            .map(|(scope, _)| scope)
            .collect();
        deed.run(add_key(name.get_untracked(), wanted), move |secret| {
            adding.set(false);
            name.set(String::new());
            made.set(secret);
            keys.refetch();
        });
    });
    let boxes = move || {
        scopes
            .map(|(scope, on)| {
                let id = format!("scope-{}", scope.name());
                view! { <Checkbox label=scope.name() name=id value=on hint=may(scope) /> }
            })
            .collect_view()
    };
    let complaint = deed.errors.of("scopes");
    view! {
        <Dialog open=adding id="add-key" title="Make an API key">
            <form on:submit=move |event| save.run(event)>
                <DialogBody>
                    {deed.notice()}
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="What uses it: “shop backend”."
                        error=deed.errors.of("name")
                        autofocus=true
                    />
                    <fieldset class="choices-field">
                        <legend class="field__label">"It may"</legend>
                        {boxes()}
                        {move || {
                            complaint
                                .get()
                                .map(|words| {
                                    view! {
                                        <div class="field__error">
                                            <Icon glyph=Glyph::AlertCircle />
                                            <span>{words}</span>
                                        </div>
                                    }
                                })
                        }}
                    </fieldset>
                </DialogBody>
                <DialogFoot>
                    <Button on:click=move |_| adding.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                        "Make the key"
                    </Button>
                </DialogFoot>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn KeyMade(made: RwSignal<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if made.with(|made| !made.is_empty()) {
            open.set(true);
        }
    });
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if was == Some(true) && !now {
            made.set(String::new());
        }
        now
    });
    view! {
        <Dialog open id="key-made" title="The new API key">
            <DialogBody>
                <ShownOnce
                    secret=made
                    what="API key"
                    text="Programs send it as a bearer token: Authorization: Bearer …"
                />
            </DialogBody>
            <DialogFoot>
                <Button kind=ButtonKind::Primary on:click=move |_| open.set(false)>
                    "Done"
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}
