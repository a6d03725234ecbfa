//! What people read and tap.

use leptos::prelude::*;
use ui::{InputKind, TextArea, TextField};

use super::Editing;
use crate::features::pushes::state::{BODY_FITS, TITLE_FITS, characters};

/// Title, subtitle, text, image, link.
#[component]
pub fn MessageFields(
    /// The form.
    editing: Editing,
    /// Characters of title and text once rendered.
    lengths: (usize, usize),
) -> impl IntoView {
    let form = editing.form;
    let disabled = editing.read_only;
    view! {
        <div class="form__section">
            <TextField
                label="Title"
                name="title"
                value=form.title.get_untracked()
                placeholder="Hi {{ contact.first_name | default: \"there\" }}"
                note=characters(lengths.0)
                over={lengths.0 > TITLE_FITS}
                disabled
            />
            <TextField
                label="Subtitle"
                name="subtitle"
                value=form.subtitle.get_untracked()
                note="iOS only"
                disabled
            />
            <TextArea
                label="Text"
                name="body"
                value=form.body.get_untracked()
                placeholder="What should they know? Put it in the first 40 characters."
                note=characters(lengths.1)
                over={lengths.1 > BODY_FITS}
                disabled
            />
            <TextField
                label="Image"
                name="image"
                value=form.image.get_untracked()
                kind=InputKind::Url
                placeholder="https://"
                hint="Twice as wide as high suits every platform. Android takes up to 1 MB, iOS up to 10 MB."
                disabled
            />
            <TextField
                label="Link"
                name="link"
                value=form.link.get_untracked()
                kind=InputKind::Url
                placeholder="shop://offers/42 or https://"
                hint="What a tap opens: a screen of the app, or a page."
                disabled
            />
        </div>
    }
    .into_any()
}
