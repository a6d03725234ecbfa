//! The sign-in page.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, InputKind, Notice, TextField, Tone};

use super::{EntranceCard, api::SignIn, next::safe_next};
use crate::{AppError, shell::answer::provide_posted_error};

/// Email and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    provide_posted_error();
    let query = use_query_map();
    let next =
        query.with_untracked(|query| safe_next(&query.get("next").unwrap_or_default()).to_owned());
    let action = ServerAction::<SignIn>::new();
    let failed = Signal::derive(move || {
        action
            .value()
            .with(|value| value.as_ref().and_then(|value| value.clone().err()))
    });
    view! {
        <Title text="Sign in" />
        <EntranceCard title="Sign in">
            <ActionForm action attr:class="form">
                {move || failed.get().map(|error| view! { <Refused error /> })}
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
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>
                    "Sign in"
                </Button>
            </ActionForm>
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
    let words = match &error {
        AppError::Invalid { fields, .. } if fields.iter().any(|field| field.field == "password") => {
            "This email and password do not belong together. Check both, or ask an administrator for a new link."
                .to_owned()
        }
        other => other.to_string(),
    };
    view! {
        <Notice tone>
            <p>{words}</p>
        </Notice>
    }
    .into_any()
}
