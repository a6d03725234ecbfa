//! A text that is pasted or read from a file: keys and certificates.

use leptos::{ev, html, prelude::*};
use ui::{FormErrors, Glyph, Icon, TextArea};
use wasm_bindgen_futures::JsFuture;

/// A text area, and a button that fills it from a file. The file stays in the
/// browser until the form is sent.
#[component]
pub fn FileText(
    /// The label.
    label: &'static str,
    /// The name in the form; errors carry it.
    name: &'static str,
    /// Followed and set.
    value: RwSignal<String>,
    /// Kinds of file to offer, such as `.p8`.
    accept: &'static str,
    /// One sentence of help.
    hint: &'static str,
    /// An example of what to paste.
    placeholder: &'static str,
    /// The form's errors.
    errors: FormErrors,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let chosen = RwSignal::new(String::new());
    let read = move |_: ev::Event| {
        let Some(file) = input
            .get_untracked()
            .and_then(|input| input.files()?.get(0))
        else {
            return;
        };
        chosen.set(file.name());
        leptos::task::spawn_local(async move {
            let text = JsFuture::from(file.text()).await;
            if let Some(text) = text.ok().and_then(|text| text.as_string()) {
                value.set(text);
            }
        });
    };
    view! {
        <div class="file-text">
            <TextArea
                label
                name
                value
                hint
                placeholder
                rows=4
                mono=true
                error=errors.of(name)
            />
            <label class="button file-text__button" data-kind="secondary" data-size="small">
                <Icon glyph=Glyph::Upload />
                <span class="button__label">"Choose the file"</span>
                <input
                    node_ref=input
                    class="spoken"
                    type="file"
                    accept=accept
                    aria-label=format!("{label}: choose the file")
                    on:change=read
                />
            </label>
            <span class="quiet small">{chosen}</span>
        </div>
    }
    .into_any()
}
