//! What single platforms get instead: a fold for each.

use leptos::prelude::*;
use ui::{InputKind, TextArea, TextField};

use super::{Editing, When, message::ImageNote};
use crate::features::pushes::state::{OverrideForm, own_values};

/// The folds.
#[component]
pub fn OverrideFields(
    /// The form.
    editing: Editing,
) -> impl IntoView {
    let folds = editing
        .form
        .overrides
        .map(|form| fold(form, &editing))
        .collect_view();
    view! {
        <div class="form__section">
            <p class="field__hint">
                "An empty field is the common one above. Everything else, buttons too, stays common."
            </p>
            {folds}
        </div>
    }
    .into_any()
}

fn fold(form: OverrideForm, editing: &Editing) -> AnyView {
    let platform = form.platform;
    let count = untrack(|| form.count());
    let fields: Vec<_> = form
        .fields()
        .map(|(name, value)| {
            let part = name.rsplit('.').next().unwrap_or_default().to_owned();
            let field = one(
                &part,
                name.clone(),
                value.get_untracked(),
                editing.read_only,
            );
            if part == "image" {
                view! {
                    <When field="format" is="image|rich".to_owned() now=editing.form.format>
                        {field}
                        <ImageNote field=name />
                    </When>
                }
                .into_any()
            } else {
                field
            }
        })
        .collect();
    view! {
        <details class="fold" id=format!("overrides-{}", platform.name()) open={count > 0}>
            <summary>
                {platform.label()} " · " <span data-own=platform.name()>{own_values(count)}</span>
            </summary>
            <div class="form__section">{fields}</div>
        </details>
    }
    .into_any()
}

fn one(part: &str, name: String, value: String, disabled: bool) -> AnyView {
    let (label, kind, hint) = match part {
        "body" => {
            return view! { <TextArea label="Text" name value placeholder="The common one" rows=2 disabled /> }
                .into_any();
        }
        "title" => ("Title", InputKind::Text, None),
        "subtitle" => ("Subtitle", InputKind::Text, None),
        "image" => ("Image", InputKind::Url, None),
        "link" => ("Link", InputKind::Url, None),
        "sound" => (
            "Sound",
            InputKind::Mono,
            Some("default, a file in the app, or none for silence."),
        ),
        "channel_id" => (
            "Notification channel",
            InputKind::Mono,
            Some("By its id; the app’s first one where it is empty."),
        ),
        _ => ("Collapse id", InputKind::Mono, None),
    };
    let placeholder = if part == "channel_id" {
        "The app’s first"
    } else {
        "The common one"
    };
    match hint {
        Some(hint) => {
            view! { <TextField label name value kind placeholder hint disabled /> }.into_any()
        }
        None => view! { <TextField label name value kind placeholder disabled /> }.into_any(),
    }
}
