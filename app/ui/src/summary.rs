//! The errors of a form, in one place, each leading to its field.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::{
    field::field_id,
    icon::{Glyph, Icon},
};

/// One thing that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// The name of the field that it belongs to.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// The errors of one form: the fields and the summary read them from here.
#[derive(Clone, Copy, Default)]
pub struct FormErrors(RwSignal<Vec<FormError>>);

impl FormErrors {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces them all.
    pub fn set(self, errors: Vec<FormError>) {
        self.0.set(errors);
    }

    /// Forgets them all.
    pub fn clear(self) {
        if !self.0.with_untracked(Vec::is_empty) {
            self.0.set(Vec::new());
        }
    }

    /// What is wrong with one field.
    pub fn of(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || {
            self.0.with(|errors| {
                errors
                    .iter()
                    .find(|error| error.field == field)
                    .map(|error| error.message.clone())
            })
        })
    }

    /// All of them.
    pub fn all(self) -> Vec<FormError> {
        self.0.get()
    }
}

/// The summary: it appears with the errors, takes the focus, and each line
/// jumps to its field.
#[component]
pub fn FormSummary(
    /// The form's errors.
    errors: FormErrors,
) -> AnyView {
    let lines = move || {
        errors
            .all()
            .into_iter()
            .map(|error| {
                let id = field_id(&error.field);
                let to = id.clone();
                view! {
                    <li>
                        <a
                            href=format!("#{id}")
                            on:click=move |event| {
                                event.prevent_default();
                                jump_to(&to);
                            }
                        >
                            {error.message}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    let title = move || match errors.all().len() {
        1 => "One thing needs another look".to_owned(),
        count => format!("{count} things need another look"),
    };
    view! {
        <Show when=move || !errors.all().is_empty()>
            <div class="notice" data-tone="rejected" role="alert">
                <Icon glyph=Glyph::AlertCircle />
                <div class="notice__body">
                    <p class="notice__title">{title}</p>
                    <ul>{lines}</ul>
                </div>
            </div>
        </Show>
    }
    .into_any()
}

fn jump_to(id: &str) {
    let Some(field) = document().get_element_by_id(id) else {
        return;
    };
    field.scroll_into_view();
    if let Ok(field) = field.dyn_into::<web_sys::HtmlElement>() {
        // A disabled field refuses focus; it is in view all the same.
        let _ = field.focus();
    }
}
