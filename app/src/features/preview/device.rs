//! A plain device around a notification, and what surrounds its moment: how
//! long ago, collapsed or expanded, light or dark.

use domain::{app::Action, device::Platform, push::ActionKind};
use leptos::prelude::*;

use super::{
    Setting, Shown, android, ios,
    setting::{device_name, field_class, field_words, first_line, template_id},
    web,
};

/// What a notification is drawn from.
pub(super) struct Parts {
    pub(super) shown: Shown,
    /// Its first line.
    pub(super) title: String,
    /// The app's name.
    pub(super) app: String,
    /// It is opened.
    pub(super) expanded: bool,
    /// It is a banner.
    pub(super) banner: bool,
    /// How long ago it came, in words.
    pub(super) words: &'static str,
}

/// Buttons as they stand when the notification is opened: one that takes a text with
/// the field that a tap opens.
pub(super) fn actions(buttons: Vec<Action>, class: &'static str) -> AnyView {
    let drawn = buttons.into_iter().map(|button| {
        let field = button.kind == ActionKind::TextInput;
        view! {
            <span class=class>{button.title}</span>
            {field
                .then(|| {
                    view! {
                        <span class=field_class(class)>{field_words(button.placeholder.as_deref())}</span>
                    }
                })}
        }
    });
    drawn.collect_view().into_any()
}

/// A notification alone.
fn notification(shown: Shown, setting: Setting, app: String) -> AnyView {
    let platform = shown.platform;
    let browser = setting.browser;
    let parts = Parts {
        title: first_line(&shown, &app),
        shown: browser.shows(shown),
        app,
        expanded: browser.opens(platform, setting.expanded),
        banner: setting.is_banner(platform),
        words: setting.when.words(platform),
    };
    match platform {
        Platform::Ios => ios::notification(parts),
        Platform::Web => web::notification(parts, browser),
        Platform::Android | Platform::Fireos => android::notification(parts),
    }
}

/// A device that shows one notification.
#[component]
pub fn DevicePreview(
    /// What it shows.
    shown: Shown,
    /// How the device stands.
    setting: Setting,
    /// The app's name.
    #[prop(into)]
    app: String,
) -> impl IntoView {
    let platform = device_name(shown.platform);
    let banner = setting.is_banner(shown.platform);
    view! {
        <figure
            class="device"
            data-platform=platform
            data-theme=if setting.dark { "dark" } else { "light" }
            data-banner=banner.then_some("true")
        >
            <div class="device__screen">
                <div class="device__clock" aria-hidden="true">
                    <span class="device__date">"Tuesday 14 April"</span>
                    <span class="device__time">"9:41"</span>
                </div>
                {notification(shown, setting, app)}
            </div>
        </figure>
    }
    .into_any()
}

/// An empty notification of each platform, for the editor to fill.
#[component]
pub fn PreviewTemplates() -> impl IntoView {
    let template = |platform| {
        view! {
            <template id=template_id(platform)>
                {notification(Shown::nothing(platform), Setting::default(), String::new())}
            </template>
        }
    };
    view! {
        {template(Platform::Ios)}
        {template(Platform::Android)}
        {template(Platform::Web)}
    }
    .into_any()
}
