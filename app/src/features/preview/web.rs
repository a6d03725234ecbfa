//! A notification as a browser on a desktop draws it: a card in a corner of the
//! screen. How much of it is read, the style says for each browser.

use leptos::prelude::*;

use super::{
    browser::Browser,
    device::{Parts, actions},
};

/// The notification.
pub(super) fn notification(parts: Parts, browser: Browser) -> AnyView {
    let Parts {
        shown,
        title,
        app,
        expanded,
        words,
        ..
    } = parts;
    let pictured = shown.image.is_some();
    let acts = expanded && !shown.buttons.is_empty();
    let actions = actions(shown.buttons, "web__action");
    view! {
        <div
            class="web"
            data-browser=browser.name()
            data-expanded=expanded.then_some("true")
            data-picture=pictured.then_some("true")
        >
            <img
                class="web__picture"
                data-part="picture"
                src=shown.image
                alt=""
                hidden=!(pictured && expanded)
            />
            <div class="web__row">
                <span class="web__icon" aria-hidden="true"></span>
                <div class="web__texts">
                    <p class="web__title" data-part="title">
                        {title}
                    </p>
                    <p class="web__body" data-part="body">
                        {shown.body}
                    </p>
                    <p class="web__site">
                        <span data-part="app">{app}</span>
                        <span aria-hidden="true">" · "</span>
                        <span data-part="when">{words}</span>
                    </p>
                </div>
            </div>
            <div class="web__actions" data-part="actions" data-item="web__action" hidden=!acts>
                {actions}
            </div>
        </div>
    }
    .into_any()
}
