//! The editor's form, at the left, as the server writes it. The module finds each
//! control by its name and what depends on one by `data-when`.

pub mod buttons;
pub mod delivery;
pub mod message;
pub mod overrides;
pub mod place;

use leptos::prelude::*;

pub use buttons::ButtonFields;
pub use delivery::DeliveryFields;
pub use message::{FormatField, MessageFields};
pub use overrides::OverrideFields;
pub use place::PlaceFields;

use super::state::PushForm;

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub struct Editing {
    /// The fields, with what they begin with.
    pub form: PushForm,
    /// The person may only look.
    pub read_only: bool,
}

/// What is there only while a field holds a value.
#[component]
pub fn When(
    /// The name of the field's control.
    field: &'static str,
    /// What it holds then; one of several between `|`.
    is: String,
    /// What it holds now.
    now: RwSignal<String>,
    /// What is there.
    children: Children,
) -> impl IntoView {
    let away = now.with_untracked(|now| !is.split('|').any(|is| is == now));
    view! {
        <div data-when=format!("{field}={is}") hidden=away>
            {children()}
        </div>
    }
    .into_any()
}
