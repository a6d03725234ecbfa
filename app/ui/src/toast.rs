//! Short messages about what was just done.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    badge::Tone,
    button::{ButtonSize, IconButton},
    icon::{Glyph, Icon},
};

const STAYS_FOR: Duration = Duration::from_secs(6);

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    number: u64,
    tone: Tone,
    words: String,
}

/// Says things in the corner of the page. Take it from context with
/// [`toaster`].
#[derive(Clone, Copy)]
pub struct Toaster {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

impl Toaster {
    fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Says that something was done; it goes by itself.
    pub fn done(self, words: impl Into<String>) {
        let number = self.add(Tone::Accepted, words.into());
        set_timeout(move || self.remove(number), STAYS_FOR);
    }

    /// Says that something failed; it stays until dismissed.
    pub fn failed(self, words: impl Into<String>) {
        self.add(Tone::Rejected, words.into());
    }

    fn add(self, tone: Tone, words: String) -> u64 {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let toast = Toast {
            number,
            tone,
            words,
        };
        self.shown.update(|shown| shown.push(toast));
        number
    }

    fn remove(self, number: u64) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// The toaster that the frame provides. Without a frame around, what is said is
/// heard by nobody.
pub fn toaster() -> Toaster {
    use_context().unwrap_or_else(Toaster::new)
}

/// Makes a toaster for everything below and gives it back.
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster::new();
    provide_context(toaster);
    toaster
}

/// Where toasts appear. One to a page.
#[component]
pub fn ToastRegion() -> AnyView {
    let toaster = toaster();
    view! {
        <div class="toasts" role="region" aria-label="Messages" aria-live="polite">
            <For each=move || toaster.shown.get() key=|toast| toast.number let:toast>
                <div class="toast" data-tone=toast.tone.name()>
                    <Icon glyph=toast.tone.glyph() />
                    <p class="toast__words">{toast.words}</p>
                    <IconButton
                        glyph=Glyph::Close
                        label="Dismiss"
                        size=ButtonSize::Small
                        on:click=move |_| toaster.remove(toast.number)
                    />
                </div>
            </For>
        </div>
    }
    .into_any()
}
