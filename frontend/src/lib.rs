//! The editors, in the pages that the server wrote: each export brings one to life.

mod ask;
mod pushes;
mod workflow;

use wasm_bindgen::prelude::wasm_bindgen;

/// The push editor.
#[wasm_bindgen]
pub fn push_editor() {
    dom::start(pushes::start);
}

/// The workflow editor.
#[wasm_bindgen]
pub fn workflow_editor() {
    dom::start(workflow::start);
}
