//! The page behind a one-time link: it makes the first administrator, or lets a
//! user choose a password. Opening it uses nothing up.

use domain::{people::Role, view::LinkView};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{Button, ButtonKind, InputKind, LinkButton, TextField};

use super::{
    EntranceCard,
    api::{UseLink, look_at_link},
    sign_in::Refused,
};
use crate::shell::loaded::load_first;
use crate::{
    AppError,
    shell::answer::{Failure, provide_posted_error},
};

/// The page.
#[component]
pub fn WelcomePage() -> impl IntoView {
    provide_posted_error();
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()));
    let link = load_first(move || token.get(), look_at_link);
    let action = ServerAction::<UseLink>::new();
    view! {
        <Title text="Welcome" />
        {link
            .show_answer(
                || (),
                move |answer| match answer {
                    Ok(link) => {
                        view! { <LinkForm link token=token.get_untracked() action /> }.into_any()
                    }
                    Err(AppError::NotFound { .. }) => view! { <StaleLink /> }.into_any(),
                    Err(error) => {
                        view! {
                            <main>
                                <Failure error what="This link" />
                            </main>
                        }
                            .into_any()
                    }
                },
            )}
    }
    .into_any()
}

/// Email, where nobody is known yet, and a password.
#[component]
fn LinkForm(link: LinkView, token: String, action: ServerAction<UseLink>) -> impl IntoView {
    let failed = Signal::derive(move || {
        action
            .value()
            .with(|value| value.as_ref().and_then(|value| value.clone().err()))
    });
    let field = move |name: &'static str| {
        Signal::derive(move || {
            failed
                .get()
                .and_then(|error| error.field(name).map(str::to_owned))
        })
    };
    let above = move || {
        let error = failed.get()?;
        let at_a_field = ["email", "password"]
            .iter()
            .any(|name| error.field(name).is_some());
        (!at_a_field).then(|| view! { <Refused error /> })
    };
    let (title, lead, verb) = words(&link);
    let named = link.email.clone();
    view! {
        <EntranceCard title lead>
            <ActionForm action attr:class="form">
                {above}
                <input type="hidden" name="token" value=token />
                {named
                    .is_none()
                    .then(|| {
                        view! {
                            <TextField
                                label="Your email"
                                name="email"
                                kind=InputKind::Email
                                autocomplete="username"
                                hint="The name you sign in with. Nothing is mailed to it."
                                error=field("email")
                                required=true
                                autofocus=true
                            />
                        }
                    })}
                {link
                    .needs_password
                    .then(|| {
                        view! {
                            <TextField
                                label="Choose a password"
                                name="password"
                                kind=InputKind::Password
                                autocomplete="new-password"
                                hint="At least 10 characters; a few words that do not belong together are good."
                                error=field("password")
                                required=true
                            />
                        }
                    })}
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>
                    {verb}
                </Button>
            </ActionForm>
        </EntranceCard>
    }
    .into_any()
}

/// Title, lead and verb for what the link is for.
fn words(link: &LinkView) -> (String, String, &'static str) {
    match (&link.email, link.needs_password) {
        (None, _) => (
            "Welcome".to_owned(),
            "You will be the first administrator: you add people, apps and their credentials."
                .to_owned(),
            "Create the administrator",
        ),
        (Some(email), true) => (
            "Welcome".to_owned(),
            format!(
                "{email} joins as {}. Choose a password to sign in with.",
                article(link.role)
            ),
            "Start",
        ),
        (Some(email), false) => (
            "Welcome back".to_owned(),
            format!("This link signs you in as {email}, once."),
            "Sign in",
        ),
    }
}

const fn article(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Developer => "a developer",
        Role::Marketer => "a marketer",
        Role::Administrator => "an administrator",
    }
}

/// The link was used, ran out, or never was.
#[component]
fn StaleLink() -> impl IntoView {
    view! {
        <EntranceCard
            title="This link no longer works"
            lead="A link works once, and for a limited time. Ask an administrator for a new one; whoever started the server finds a new one in its log after a restart."
        >
            <LinkButton href="/sign-in">"Sign in with a password"</LinkButton>
        </EntranceCard>
    }
    .into_any()
}
