//! What people read and tap.

use leptos::prelude::*;
use ui::{Glyph, InputKind, Segment, Segmented, TextArea, TextField};

use super::{Editing, When};
use crate::features::pushes::state::{BODY_FITS, TITLE_FITS, characters};

/// What kind of push it is: the fields that it needs are shown, what others hold is kept.
#[component]
pub fn FormatField(
    /// The form.
    editing: Editing,
) -> impl IntoView {
    let format = editing.form.format;
    let hint = |is: &str, words: &'static str| {
        let is = is.to_owned();
        view! {
            <When field="format" is now=format>
                <p class="field__hint">{words}</p>
            </When>
        }
    };
    view! {
        <fieldset class="field" disabled=editing.read_only>
            <Segmented
                label="Kind of push"
                name="format"
                parts=vec![
                    Segment::new("standard", "Standard"),
                    Segment::new("image", "Image").with(Glyph::Image),
                    Segment::new("rich", "Rich").with(Glyph::Push),
                ]
                value=format.get_untracked()
            />
            {hint("standard", "Title and text, shown everywhere.")}
            {hint("image", "With an image, where the platform and the app show one.")}
            {hint("rich", "With an image and buttons: links, quick replies, text input.")}
            <p class="field__hint" data-part="aside" hidden></p>
        </fieldset>
    }
    .into_any()
}

/// What was found at an image's address, once it was looked at.
#[component]
pub fn ImageNote(
    /// The name of the field.
    #[prop(into)]
    field: String,
) -> impl IntoView {
    view! { <p class="image-note" data-image-note=field aria-live="polite" hidden></p> }.into_any()
}

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
            <When field="format" is="image|rich".to_owned() now=form.format>
                <TextField
                    label="Image"
                    name="image"
                    value=form.image.get_untracked()
                    kind=InputKind::Url
                    placeholder="https://"
                    hint="Twice as wide as high suits every platform. Android takes up to 1 MB, iOS up to 10 MB."
                    disabled
                />
                <ImageNote field="image" />
            </When>
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
