//! The people who sign in.

use domain::{
    people::{Role, User},
    view::Page as ListPage,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use serde_json::json;
use ui::{
    Button, ButtonKind, CallForm, Column, ConfirmDialog, Dialog, DialogBody, DialogFoot,
    FormFailure, Glyph, InputKind, MenuItem, MoreMenu, Pager, RelativeTime, Section, SelectField,
    SelectOption, State, StateChip, Table, TextField, Then, counted,
};

use super::{
    api::{AddUser, ChangeRole, RemoveUser, RenewLink, list_users},
    once::ShownOnce,
};
use crate::shell::loaded::load;

/// The ids of the dialogs.
const ADD: &str = "add-user";
const LINK: &str = "link-given";
const REMOVE: &str = "remove-user";

/// The users' part of the settings.
#[component]
pub fn Users() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    load(list_users(cursor)).show("The users", move |page| {
        let add = || {
            view! {
                <Button kind=ButtonKind::Primary glyph=Glyph::Plus opens=ADD>
                    "Add a user"
                </Button>
            }
        };
        view! {
            <Section title="Users" aside=add>
                {list(page, later)}
            </Section>
            {add_user()}
            <ShownOnce
                id=LINK
                title="A link to sign in"
                what="link"
                part="link_token"
                pattern="{origin}/welcome/{}"
            >
                <p
                    data-answer="user.email"
                    data-pattern="Hand this link to {}. It works once, for seven days."
                ></p>
            </ShownOnce>
            <ConfirmDialog
                id=REMOVE
                text="Their sessions end at once. What they made stays, and the audit log keeps their name."
                verb="Remove the user"
                call=RemoveUser::url()
                then=Then::say("{form.email} was removed.")
            >
                <input type="hidden" name="id" />
                <input type="hidden" name="email" disabled=true />
            </ConfirmDialog>
        }
        .into_any()
    })
}

/// What a role may do, in a few words.
const fn may(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: reads everything but payloads",
        Role::Developer => "Developer: devices, payloads, tests",
        Role::Marketer => "Marketer: contacts, pushes, workflows",
        Role::Administrator => "Administrator: everything",
    }
}

fn roles() -> Vec<SelectOption> {
    Role::ALL
        .map(|role| SelectOption::new(role.name(), may(role)))
        .to_vec()
}

fn list(page: ListPage<User>, later: bool) -> AnyView {
    let shown = counted(page.items.len() as u64, "user", "users");
    let next = page
        .next
        .map(|cursor| format!("/settings/users?after={cursor}"));
    let first = later.then(|| "/settings/users".to_owned());
    let columns = vec![
        Column::new("Email"),
        Column::new("Role"),
        Column::tight("State"),
        Column::tight("Added"),
        Column::tight(""),
    ];
    view! {
        <div>
            <Table caption="Users" columns>
                {page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

fn row(user: User) -> AnyView {
    let id = user.id.to_string();
    let state = if user.active {
        view! { <StateChip state=State::Active /> }
    } else {
        view! { <StateChip state=State::Waiting label="Invited" /> }
    };
    let removed = json!({
        "id": user.id,
        "email": user.email,
        "title": format!("Remove {}?", user.email),
    });
    let role = role_of(&user);
    let renewing = format!("renew-{id}");
    let submits = renewing.clone();
    let more = format!("More for {}", user.email);
    view! {
        <tr>
            <td>{user.email}</td>
            <td data-label="Role">{role}</td>
            <td data-label="State">{state}</td>
            <td class="quiet" data-label="Added">
                <RelativeTime at=user.created_at.as_millis() />
            </td>
            <td class="table__acts">
                <MoreMenu label=more>
                    <MenuItem label="New sign-in link" glyph=Glyph::Link submits />
                    <MenuItem
                        label="Remove…"
                        glyph=Glyph::Trash
                        danger=true
                        opens=REMOVE
                        with=removed.to_string()
                    />
                </MoreMenu>
                <CallForm call=RenewLink::url() then=Then::show(LINK) id=renewing>
                    <input type="hidden" name="id" value=id />
                </CallForm>
            </td>
        </tr>
    }
    .into_any()
}

/// The user's role, changed as soon as another is chosen.
fn role_of(user: &User) -> AnyView {
    let id = user.id.to_string();
    let label = format!("Role of {}", user.email);
    let chosen = user.role;
    let options = Role::ALL
        .map(|role| {
            view! {
                <option value=role.name() selected=role == chosen>
                    {role.name()}
                </option>
            }
        })
        .collect_view();
    view! {
        <CallForm
            call=ChangeRole::url()
            then=Then::say("The role was changed; it holds at once.")
        >
            <select
                class="input input--cell"
                id=format!("role-{id}")
                name="role"
                aria-label=label
                data-submits=""
            >
                {options}
            </select>
            <input type="hidden" name="id" value=id />
        </CallForm>
    }
    .into_any()
}

/// The dialog that adds a user and shows the link to hand over.
fn add_user() -> AnyView {
    view! {
        <Dialog id=ADD title="Add a user">
            <CallForm call=AddUser::url() then=Then::show(LINK) class="dialog__form">
                <DialogBody>
                    <FormFailure />
                    <TextField
                        label="Email"
                        name="email"
                        kind=InputKind::Email
                        hint="The name they sign in with. Nothing is mailed: you hand over a link."
                        autofocus=true
                    />
                    <SelectField
                        label="Role"
                        name="role"
                        options=roles()
                        value=Role::Marketer.name()
                    />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Add the user"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}
