//! Hydrates the server-rendered pages in the browser, and does nothing else.

/// Takes over the markup that the server wrote. Called by the document's script
/// once the module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
