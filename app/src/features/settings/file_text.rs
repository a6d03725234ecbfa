//! A text that is pasted or read from a file: keys and certificates.

use leptos::prelude::*;
use ui::{Glyph, Icon, TextArea, field_id};

/// A text area, and a button that fills it from a file. The file stays in the
/// browser until the form is sent.
#[component]
pub fn FileText(
    /// The label.
    label: &'static str,
    /// The name in the form; errors carry it.
    name: &'static str,
    /// What its ids are made of.
    #[prop(into)]
    key: String,
    /// Kinds of file to offer, such as `.p8`.
    accept: &'static str,
    /// One sentence of help.
    hint: &'static str,
    /// An example of what to paste.
    placeholder: &'static str,
    /// Nothing pasted means none.
    #[prop(optional)]
    or_none: bool,
) -> impl IntoView {
    let into = format!("#{}", field_id(&key));
    view! {
        <div class="file-text">
            <TextArea label name key hint placeholder rows=4 mono=true or_none />
            <label class="button file-text__button" data-kind="secondary" data-size="small">
                <Icon glyph=Glyph::Upload />
                <span class="button__label">"Choose the file"</span>
                <input
                    class="spoken"
                    type="file"
                    accept=accept
                    aria-label=format!("{label}: choose the file")
                    data-file-into=into.clone()
                />
            </label>
            <span class="quiet small" data-file-name=into></span>
        </div>
    }
    .into_any()
}
