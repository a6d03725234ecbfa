//! The page behind a one-time link: it makes the first administrator, or lets a
//! user choose a password. Opening it uses nothing up.

use domain::{people::Role, view::LinkView};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{Button, ButtonKind, InputKind, LinkButton, TextField};

use super::{
    EntranceCard, EntranceForm,
    api::{UseLink, look_at_link},
    sign_in::Refused,
};
use crate::{
    AppError,
    shell::{
        answer::{Failure, posted_error},
        loaded::load,
    },
};

/// The page.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let refused = posted_error::<UseLink>();
    let page = load(look_at_link(token.clone())).show_answer(move |answer| match answer {
        Ok(link) => view! { <LinkForm link token refused /> }.into_any(),
        Err(AppError::NotFound { .. }) => view! { <StaleLink /> }.into_any(),
        Err(error) => view! {
            <main>
                <Failure error what="This link" />
            </main>
        }
        .into_any(),
    });
    view! {
        <Title text="Welcome" />
        {page}
    }
    .into_any()
}

/// Email, where nobody is known yet, and a password. `refused` is what was wrong with
/// what was posted before.
#[component]
fn LinkForm(link: LinkView, token: String, refused: Option<AppError>) -> impl IntoView {
    let field = |name: &str| {
        refused
            .as_ref()
            .and_then(|error| error.field(name))
            .map(str::to_owned)
    };
    let (wrong_email, wrong_password) = (field("email"), field("password"));
    let above = (wrong_email.is_none() && wrong_password.is_none())
        .then_some(refused)
        .flatten()
        .map(|error| view! { <Refused error /> });
    let (title, lead, verb) = words(&link);
    let named = link.email.clone();
    view! {
        <EntranceCard title lead>
            <EntranceForm to=UseLink::url()>
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
                                error=wrong_email
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
                                error=wrong_password
                                required=true
                            />
                        }
                    })}
                <Button kind=ButtonKind::Primary submit=true>
                    {verb}
                </Button>
            </EntranceForm>
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
