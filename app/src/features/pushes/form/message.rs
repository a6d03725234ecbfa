//! What people read and tap.

use leptos::prelude::*;
use ui::{InputKind, TextArea, TextField};

use super::Editing;

/// About what fits: past it the field says so, gently.
const TITLE_FITS: usize = 50;
const BODY_FITS: usize = 150;

/// Title, subtitle, text, image, link.
#[component]
pub fn MessageFields(
    /// The form.
    editing: Editing,
    /// Characters of title and text once rendered.
    #[prop(into)]
    lengths: Signal<(usize, usize)>,
) -> impl IntoView {
    let form = editing.form;
    let disabled = editing.read_only;
    let title_note = Signal::derive(move || Some(format!("{} characters", lengths.get().0)));
    let body_note = Signal::derive(move || Some(format!("{} characters", lengths.get().1)));
    view! {
        <div class="form__section">
            <TextField
                label="Title"
                name="title"
                value=form.title
                placeholder="Hi {{ contact.first_name | default: \"there\" }}"
                note=title_note
                over=Signal::derive(move || lengths.get().0 > TITLE_FITS)
                error=editing.error("title")
                disabled
            />
            <TextField
                label="Subtitle"
                name="subtitle"
                value=form.subtitle
                note="iOS only"
                error=editing.error("subtitle")
                disabled
            />
            <TextArea
                label="Text"
                name="body"
                value=form.body
                placeholder="What should they know? Put it in the first 40 characters."
                note=body_note
                over=Signal::derive(move || lengths.get().1 > BODY_FITS)
                error=editing.error("body")
                disabled
            />
            <TextField
                label="Image"
                name="image"
                value=form.image
                kind=InputKind::Url
                placeholder="https://"
                hint="Twice as wide as high suits every platform. Android takes up to 1 MB, iOS up to 10 MB."
                error=editing.error("image")
                disabled
            />
            <TextField
                label="Link"
                name="link"
                value=form.link
                kind=InputKind::Url
                placeholder="shop://offers/42 or https://"
                hint="What a tap opens: a screen of the app, or a page."
                error=editing.error("link")
                disabled
            />
        </div>
    }
    .into_any()
}
