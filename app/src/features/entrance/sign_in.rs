//! The sign-in page.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, InputKind, Notice, TextField, Tone};

use super::{EntranceCard, EntranceForm, api::SignIn, next::safe_next};
use crate::{AppError, shell::answer::posted_error};

/// Email and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let next = use_query_map()
        .with_untracked(|query| safe_next(&query.get("next").unwrap_or_default()).to_owned());
    let refused = posted_error::<SignIn>().map(|error| view! { <Refused error /> });
    view! {
        <Title text="Sign in" />
        <EntranceCard title="Sign in">
            <EntranceForm to=SignIn::url()>
                {refused}
                <input type="hidden" name="next" value=next />
                <TextField
                    label="Email"
                    name="email"
                    kind=InputKind::Email
                    autocomplete="username"
                    required=true
                    autofocus=true
                />
                <TextField
                    label="Password"
                    name="password"
                    kind=InputKind::Password
                    autocomplete="current-password"
                    required=true
                />
                <Button kind=ButtonKind::Primary submit=true>
                    "Sign in"
                </Button>
            </EntranceForm>
            <p class="entrance__foot">
                "No account, or the password is lost? An administrator can give you a link."
            </p>
        </EntranceCard>
    }
    .into_any()
}

/// Why it did not work, above the form.
#[component]
pub fn Refused(
    /// What happened.
    error: AppError,
) -> impl IntoView {
    let tone = if matches!(error, AppError::RateLimited { .. }) {
        Tone::Paused
    } else {
        Tone::Rejected
    };
    view! {
        <Notice tone>
            <p>{error.to_string()}</p>
        </Notice>
    }
    .into_any()
}
