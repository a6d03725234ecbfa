//! A plain device around a notification, and what surrounds its moment: how
//! long ago, collapsed or expanded, light or dark.

use domain::device::Platform;
use leptos::prelude::*;

use super::{Cut, Shown, android::AndroidNotification, ios::IosNotification};

/// How long ago the notification came: the word for it takes room from the title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// This minute.
    #[default]
    Now,
    /// Three hours ago.
    Hours,
    /// Yesterday morning.
    Yesterday,
}

impl When {
    /// Every moment.
    pub const ALL: [Self; 3] = [Self::Now, Self::Hours, Self::Yesterday];

    /// Its name in a control.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hours => "hours",
            Self::Yesterday => "yesterday",
        }
    }

    /// The moment called `name`; now for any other name.
    pub fn parse(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|when| when.name() == name)
            .unwrap_or_default()
    }

    /// The words that the platform writes.
    pub(super) const fn words(self, platform: Platform) -> &'static str {
        match (self, platform) {
            (Self::Now, _) => "now",
            (Self::Hours, Platform::Ios) => "3h ago",
            (Self::Yesterday, Platform::Ios) => "Yesterday, 8:37 AM",
            (Self::Hours, _) => "3h",
            (Self::Yesterday, _) => "1d",
        }
    }
}

/// How the device stands when the notification is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Opened by a long press or a drag.
    pub expanded: bool,
    /// How long ago it came.
    pub when: When,
    /// The device is set to dark.
    pub dark: bool,
}

/// What of a notification's texts did not fit, for the list beside it.
#[derive(Clone, Copy)]
pub struct Cuts {
    /// The title's.
    pub title: RwSignal<Option<Cut>>,
    /// The text's.
    pub body: RwSignal<Option<Cut>>,
}

impl Default for Cuts {
    fn default() -> Self {
        Self {
            title: RwSignal::new(None),
            body: RwSignal::new(None),
        }
    }
}

/// A device that shows one notification.
#[component]
pub fn DevicePreview(
    /// What it shows.
    #[prop(into)]
    shown: Signal<Shown>,
    /// How the device stands.
    #[prop(into)]
    setting: Signal<Setting>,
    /// The app's name.
    #[prop(into)]
    app: Signal<String>,
    /// Kept true for what does not fit.
    #[prop(optional)]
    cuts: Cuts,
) -> impl IntoView {
    let ios = Memo::new(move |_| shown.with(|shown| shown.platform == Platform::Ios));
    let notification = move || {
        if ios.get() {
            view! { <IosNotification shown setting app cuts /> }.into_any()
        } else {
            view! { <AndroidNotification shown setting app cuts /> }.into_any()
        }
    };
    view! {
        <figure
            class="device"
            data-platform=move || if ios.get() { "ios" } else { "android" }
            data-theme=move || if setting.get().dark { "dark" } else { "light" }
        >
            <div class="device__screen">
                <div class="device__clock" aria-hidden="true">
                    <span class="device__date">"Tuesday 14 April"</span>
                    <span class="device__time">"9:41"</span>
                </div>
                {notification}
            </div>
        </figure>
    }
    .into_any()
}
