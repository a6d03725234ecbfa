//! Yes or no.

use leptos::prelude::*;

use super::frame::{field_id, hint_id};

fn choice(
    role: Option<&'static str>,
    label: Signal<String>,
    name: &str,
    value: RwSignal<bool>,
    hint: MaybeProp<String>,
    disabled: Signal<bool>,
) -> AnyView {
    let id = hint_id(name);
    let described = {
        let id = id.clone();
        move || hint.get().map(|_| id.clone())
    };
    view! {
        <label class="choice">
            <input
                class="choice__box"
                type="checkbox"
                role=role
                id=field_id(name)
                name=name.to_owned()
                value="true"
                checked=value.get_untracked()
                prop:checked=value
                disabled=disabled
                aria-describedby=described
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span class="choice__words">
                <span>{label}</span>
                {move || {
                    let id = id.clone();
                    hint.get()
                        .map(|words| {
                            view! {
                                <span class="choice__hint" id=id>
                                    {words}
                                </span>
                            }
                        })
                }}
            </span>
        </label>
    }
    .into_any()
}

/// A box to tick; it takes effect when its form is saved.
#[component]
pub fn Checkbox(
    /// The words beside it.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form; it posts `true` when ticked.
    #[prop(into)]
    name: String,
    /// Followed and set.
    value: RwSignal<bool>,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    choice(None, label, &name, value, hint, disabled)
}

/// A switch; it takes effect at once.
#[component]
pub fn Switch(
    /// The words beside it.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form; it posts `true` when on.
    #[prop(into)]
    name: String,
    /// Followed and set.
    value: RwSignal<bool>,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    choice(Some("switch"), label, &name, value, hint, disabled)
}
