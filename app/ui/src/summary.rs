//! The errors of a form, in one place, each leading to its field.

use leptos::prelude::*;

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

/// The summary: it appears with the errors, and each line leads to its field.
#[component]
pub fn FormSummary(
    /// What is wrong.
    #[prop(optional)]
    errors: Vec<FormError>,
) -> AnyView {
    let title = match errors.len() {
        0 => String::new(),
        1 => "One thing needs another look".to_owned(),
        count => format!("{count} things need another look"),
    };
    let none = errors.is_empty();
    let lines = errors
        .into_iter()
        .map(|error| {
            view! {
                <li>
                    <a href=format!("#{}", field_id(&error.field))>{error.message}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="notice" data-tone="rejected" role="alert" data-part="summary" hidden=none>
            <Icon glyph=Glyph::AlertCircle />
            <div class="notice__body">
                <p class="notice__title">{title}</p>
                <ul>{lines}</ul>
            </div>
        </div>
    }
    .into_any()
}
