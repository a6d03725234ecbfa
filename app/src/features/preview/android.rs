//! A notification as Android draws it: one line each when collapsed; opened,
//! the whole text or the big picture, and up to three buttons side by side.

use leptos::prelude::*;
use ui::{Glyph, Icon};

use super::device::{Parts, actions};

/// The notification.
pub(super) fn notification(parts: Parts) -> AnyView {
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
    let actions = actions(shown.buttons, "android__action");
    view! {
        <div
            class="android"
            data-expanded=expanded.then_some("true")
            data-picture=pictured.then_some("true")
        >
            <span class="android__app" aria-hidden="true"></span>
            <div class="android__texts">
                <div class="android__head" data-part="opened" hidden=!expanded>
                    <span data-part="app">{app}</span>
                    <span aria-hidden="true">"·"</span>
                    <span data-part="when">{words}</span>
                </div>
                <div class="android__first">
                    <p class="android__title" data-part="title">
                        {title}
                    </p>
                    <span class="android__when" data-part="folded" hidden=expanded>
                        "· " <span data-part="when">{words}</span>
                    </span>
                </div>
                <p class="android__body" data-part="body">
                    {shown.body}
                </p>
                <img
                    class="android__picture"
                    data-part="picture"
                    src=shown.image.clone()
                    alt=""
                    hidden=!(pictured && expanded)
                />
                <div
                    class="android__actions"
                    data-part="actions"
                    data-item="android__action"
                    hidden=!acts
                >
                    {actions}
                </div>
            </div>
            <img
                class="android__thumb"
                data-part="thumb"
                src=shown.image
                alt=""
                hidden={!pictured || expanded}
            />
            <span class="android__fold" aria-hidden="true">
                <Icon glyph=Glyph::ChevronDown />
            </span>
        </div>
    }
    .into_any()
}
