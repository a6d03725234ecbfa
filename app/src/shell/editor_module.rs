//! The module that brings an editor to life, on the pages that have one.

use std::sync::Arc;

use leptos::{nonce::use_nonce, prelude::*};
use serde::Serialize;

use super::document::SiteFiles;

/// The id of the element that holds what the editor starts with.
pub const DATA_ID: &str = "editor-data";

/// What an editor starts with, and the script that starts it. Once to a page.
#[component]
pub fn EditorModule<T: Serialize + 'static>(
    /// The module's function that brings the markup to life.
    start: &'static str,
    /// What it starts with.
    data: T,
) -> impl IntoView {
    let nonce = use_nonce();
    let files = use_context::<Arc<SiteFiles>>().unwrap_or_default();
    let Some((script, wasm)) = files.script.clone().zip(files.wasm.clone()) else {
        return ().into_any();
    };
    let code = format!(
        "import load, {{ {start} }} from {script:?};\
         await load({{ module_or_path: {wasm:?} }});\
         {start}();\
         document.documentElement.dataset.ready = '';"
    );
    view! {
        <link rel="modulepreload" href=script crossorigin="anonymous" nonce=nonce.clone() />
        <link
            rel="preload"
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
            href=wasm
        />
        <script type="application/json" id=DATA_ID inner_html=in_script(&data)></script>
        <script type="module" nonce=nonce inner_html=code></script>
    }
    .into_any()
}

/// JSON that may stand in a script element: nothing in it ends the element.
fn in_script<T: Serialize>(data: &T) -> String {
    serde_json::to_string(data)
        .unwrap_or_default()
        .replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_script_that_holds_it() {
        let json = in_script(&"</script><!--");
        assert!(!json.contains('<'));
        let read: String = serde_json::from_str(&json).expect("still JSON");
        assert_eq!(read, "</script><!--");
    }
}
