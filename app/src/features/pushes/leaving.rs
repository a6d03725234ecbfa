//! A guard for unsaved work: asks before the page is left.

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_navigate;
use ui::ConfirmDialog;
use wasm_bindgen::JsCast;

/// Asks before unsaved changes are lost: by a link, by closing the window, by
/// reloading.
#[component]
pub fn LeavingGuard(
    /// There are unsaved changes.
    dirty: Memo<bool>,
) -> impl IntoView {
    let wanted = RwSignal::new(None::<String>);
    let asking = RwSignal::new(false);
    watch_unload(dirty);
    watch_links(dirty, wanted, asking);
    let navigate = use_navigate();
    let leave = move |()| {
        asking.set(false);
        if let Some(href) = wanted.get_untracked() {
            navigate(&href, leptos_router::NavigateOptions::default());
        }
    };
    view! {
        <ConfirmDialog
            open=asking
            id="leaving"
            title="Leave without saving?"
            text="What you changed since the last save will be lost."
            verb="Leave"
            confirm=leave
        />
    }
    .into_any()
}

/// The browser asks in its own words when the window closes or reloads.
fn watch_unload(dirty: Memo<bool>) {
    Effect::new(move || {
        let listening = window_event_listener(ev::beforeunload, move |event| {
            if dirty.get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || listening.remove());
    });
}

/// Links within the site are followed by the router, so they are caught before
/// it sees them.
fn watch_links(dirty: Memo<bool>, wanted: RwSignal<Option<String>>, asking: RwSignal<bool>) {
    Effect::new(move || {
        let catch = move |event: &web_sys::Event| {
            let Some(press) = event.dyn_ref::<web_sys::MouseEvent>() else {
                return;
            };
            let elsewhere =
                press.ctrl_key() || press.meta_key() || press.shift_key() || press.button() != 0;
            if elsewhere || !dirty.get_untracked() {
                return;
            }
            if let Some(href) = local_link(press) {
                event.prevent_default();
                event.stop_propagation();
                wanted.set(Some(href));
                asking.set(true);
            }
        };
        let early = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let listener = EventListener::new_with_options(&document(), "click", early, catch);
        // Kept until the page goes; made in the browser alone, as no value that stays
        // on its thread may be on a server with many.
        StoredValue::new_local(listener);
    });
}

/// The path of the link that was pressed, if it leads within this site.
fn local_link(event: &web_sys::MouseEvent) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = target.closest("a[href]").ok().flatten()?;
    let href = link.get_attribute("href")?;
    let stays =
        href.starts_with('/') && !href.starts_with("//") && link.get_attribute("target").is_none();
    stays.then_some(href)
}
