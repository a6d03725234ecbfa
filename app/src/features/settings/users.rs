//! The people who sign in.

use domain::{
    UserId,
    people::{Role, User},
    view::{NewUser, Page as ListPage},
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{
    Button, ButtonKind, Column, ConfirmDialog, Dialog, DialogBody, DialogFoot, Glyph, InputKind,
    MenuItem, MoreMenu, Pager, RelativeTime, Section, SelectField, SelectOption, Skeleton, State,
    StateChip, Table, TextField, counted, toaster,
};

use super::{
    api::{add_user, change_role, list_users, remove_user, renew_link},
    deed::Deed,
    once::ShownOnce,
};
use crate::shell::loaded::{Loaded, load};

type Users = Loaded<ListPage<User>>;

/// The users' part of the settings.
#[component]
pub fn Users() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("after")));
    let users = load(move || cursor.get(), list_users);
    let adding = RwSignal::new(false);
    let given = RwSignal::new(None::<NewUser>);
    let add = move || {
        view! {
            <Button kind=ButtonKind::Primary glyph=Glyph::Plus on:click=move |_| adding.set(true)>
                "Add a user"
            </Button>
        }
    };
    view! {
        {users.show("The users", || view! { <Skeleton label="Loading the users" /> }, move |page| {
                let table = list(page, users, given, cursor.get_untracked().is_some());
                view! {
                    <Section title="Users" aside=add>
                        {table}
                    </Section>
                }
                .into_any()
            })}
        <AddUser adding given users />
        <LinkGiven given />
    }
    .into_any()
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

fn list(
    page: ListPage<User>,
    users: Users,
    given: RwSignal<Option<NewUser>>,
    later: bool,
) -> AnyView {
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
    let removing = RwSignal::new(None::<(UserId, String)>);
    let rows = page
        .items
        .into_iter()
        .map(|user| row(user, given, removing))
        .collect_view();
    view! {
        <div>
            <Table caption="Users" columns>
                {rows}
            </Table>
            <Pager shown first next />
        </div>
        <Remove removing users />
    }
    .into_any()
}

fn row(
    user: User,
    given: RwSignal<Option<NewUser>>,
    removing: RwSignal<Option<(UserId, String)>>,
) -> AnyView {
    let id = user.id;
    let changing = Deed::new();
    let toaster = toaster();
    let shown = RwSignal::new(user.role.name());
    let choose = move |event: ev::Event| {
        let Some(role) = Role::parse(&event_target_value(&event)) else {
            return;
        };
        let before = shown.get_untracked();
        shown.set(role.name());
        changing.run_aloud(
            async move {
                let answer = change_role(id, role).await;
                if answer.is_err() {
                    shown.set(before);
                }
                answer
            },
            move |()| toaster.done("The role was changed; it holds at once."),
        );
    };
    let options = Role::ALL
        .map(|role| {
            view! {
                <option value=role.name() selected=role == user.role>
                    {role.name()}
                </option>
            }
        })
        .collect_view();
    let state = if user.active {
        view! { <StateChip state=State::Active /> }
    } else {
        view! { <StateChip state=State::Waiting label="Invited" /> }
    };
    let renewing = Deed::new();
    let email = user.email.clone();
    let label = format!("More for {}", user.email);
    let role_label = format!("Role of {}", user.email);
    view! {
        <tr>
            <td>{user.email}</td>
            <td data-label="Role">
                <select class="input input--cell" aria-label=role_label prop:value=shown on:change=choose>
                    {options}
                </select>
            </td>
            <td data-label="State">{state}</td>
            <td class="quiet" data-label="Added">
                <RelativeTime at=user.created_at.as_millis() />
            </td>
            <td class="table__acts">
                <MoreMenu label>
                    <MenuItem
                        label="New sign-in link"
                        glyph=Glyph::Link
                        act=move |()| {
                            renewing.run_aloud(renew_link(id), move |new| given.set(Some(new)));
                        }
                    />
                    <MenuItem
                        label="Remove…"
                        glyph=Glyph::Trash
                        danger=true
                        act={
                            let email = email.clone();
                            move |()| removing.set(Some((id, email.clone())))
                        }
                    />
                </MoreMenu>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Remove(removing: RwSignal<Option<(UserId, String)>>, users: Users) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if removing.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() {
            removing.set(None);
        }
    });
    let deed = Deed::new();
    let toaster = toaster();
    let title = move || {
        removing.with(|who| {
            who.as_ref()
                .map_or_else(String::new, |(_, email)| format!("Remove {email}?"))
        })
    };
    let confirm = move |()| {
        let Some((id, email)) = removing.get_untracked() else {
            return;
        };
        deed.run_aloud(
            async move {
                let answer = remove_user(id).await;
                open.set(false);
                answer
            },
            move |()| {
                toaster.done(format!("{email} was removed."));
                users.refetch();
            },
        );
    };
    view! {
        <ConfirmDialog
            open
            id="remove-user"
            title=Signal::derive(title)
            text="Their sessions end at once. What they made stays, and the audit log keeps their name."
            verb="Remove the user"
            confirm
            busy=deed.busy
        />
    }
    .into_any()
}

#[component]
fn AddUser(
    adding: RwSignal<bool>,
    given: RwSignal<Option<NewUser>>,
    users: Users,
) -> impl IntoView {
    let deed = Deed::new();
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Marketer.name().to_owned());
    let save = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(role) = role.with_untracked(|role| Role::parse(role)) else {
            return;
        };
        deed.run(add_user(email.get_untracked(), role), move |new| {
            adding.set(false);
            email.set(String::new());
            given.set(Some(new));
            users.refetch();
        });
    });
    view! {
        <Dialog open=adding id="add-user" title="Add a user">
            <form on:submit=move |event| save.run(event)>
                <DialogBody>
                    {deed.notice()}
                    <TextField
                        label="Email"
                        name="email"
                        value=email
                        kind=InputKind::Email
                        hint="The name they sign in with. Nothing is mailed: you hand over a link."
                        error=deed.errors.of("email")
                        autofocus=true
                    />
                    <SelectField label="Role" name="role" options=roles() value=role />
                </DialogBody>
                <DialogFoot>
                    <Button on:click=move |_| adding.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                        "Add the user"
                    </Button>
                </DialogFoot>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The one-time link to hand over.
#[component]
fn LinkGiven(given: RwSignal<Option<NewUser>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let link = RwSignal::new(String::new());
    let text = RwSignal::new(String::new());
    Effect::new(move || {
        given.with(|given| {
            if let Some(new) = given {
                let here = window().location().origin().unwrap_or_default();
                link.set(format!("{here}/welcome/{}", new.link_token));
                text.set(format!(
                    "Hand this link to {}. It works once, for seven days.",
                    new.user.email
                ));
                open.set(true);
            }
        });
    });
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if was == Some(true) && !now {
            given.set(None);
            link.set(String::new());
        }
        now
    });
    view! {
        <Dialog open id="link-given" title="A link to sign in">
            <DialogBody>
                <ShownOnce secret=link what="link" text />
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
