//! A notification as iOS draws it: lock screen and Notification Centre, and
//! opened by a long press; and as a banner over an app in use. Title one line; body four
//! lines, seven when opened, two in a banner.

use leptos::prelude::*;

use super::device::{Parts, actions};

/// The notification.
pub(super) fn notification(parts: Parts) -> AnyView {
    let Parts {
        shown,
        title,
        expanded,
        banner,
        words,
        ..
    } = parts;
    let pictured = shown.image.is_some();
    let plain = shown.subtitle.is_none();
    let acts = expanded && !shown.buttons.is_empty();
    let actions = actions(shown.buttons, "ios__action");
    view! {
        <div
            class="ios"
            data-expanded=expanded.then_some("true")
            data-banner=banner.then_some("true")
        >
            <div class="ios__card">
                <img
                    class="ios__picture"
                    data-part="picture"
                    src=shown.image.clone()
                    alt=""
                    hidden=!(pictured && expanded)
                />
                <div class="ios__row">
                    <span class="ios__app" aria-hidden="true"></span>
                    <div class="ios__texts">
                        <div class="ios__head">
                            <p class="ios__title" data-part="title">
                                {title}
                            </p>
                            <span class="ios__when" data-part="when">
                                {words}
                            </span>
                        </div>
                        <p class="ios__subtitle" data-part="subtitle" hidden=plain>
                            {shown.subtitle}
                        </p>
                        <p class="ios__body" data-part="body">
                            {shown.body}
                        </p>
                    </div>
                    <img
                        class="ios__thumb"
                        data-part="thumb"
                        src=shown.image
                        alt=""
                        hidden={!pictured || expanded}
                    />
                </div>
            </div>
            <div class="ios__actions" data-part="actions" data-item="ios__action" hidden=!acts>
                {actions}
            </div>
        </div>
    }
    .into_any()
}
