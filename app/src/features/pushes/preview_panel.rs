//! The preview, at the right: the device, what it leaves out, the bytes, and
//! whose eyes one looks through.

pub mod notes;
pub mod weight;

use std::time::Duration;

use domain::{app::Capabilities, contact::Contact, device::Platform, validate::FieldErrors};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use ui::{
    Glyph, IconButton, Notice, Segment, Segmented, SelectField, SelectOption, Tone, page_clock,
};

use super::{
    form::Editing,
    look::{Look, Viewer, look},
};
use crate::features::preview::{DevicePreview, Setting, Shown, When, device::Cuts};
use notes::Notes;
use weight::Weight;

/// How long an image's address has to stay as it is before the image is asked for.
const REST: Duration = Duration::from_millis(600);

/// Whose eyes the preview looks through.
#[derive(Clone, Copy)]
pub struct Sample {
    /// The contact.
    pub contact: RwSignal<Contact>,
    /// Properties of the event that began the journey, as JSON.
    pub event: RwSignal<String>,
}

/// What the person chose to look at.
#[derive(Clone, Copy)]
struct Choices {
    platform: RwSignal<String>,
    state: RwSignal<String>,
    when: RwSignal<String>,
    dark: RwSignal<bool>,
}

/// The looks on both platforms, following every keystroke.
#[derive(Clone, Copy)]
pub struct Looks {
    /// On iOS.
    pub ios: Memo<Result<Look, FieldErrors>>,
    /// On Android.
    pub android: Memo<Result<Look, FieldErrors>>,
}

impl Looks {
    /// Follows the form and the sample.
    pub fn follow(
        form: super::state::PushForm,
        sample: Sample,
        capabilities: Signal<Capabilities>,
    ) -> Self {
        let clock = page_clock();
        let on = move |platform: Platform| {
            Memo::new(move |_| {
                let (content, _) = form.content();
                let viewer = Viewer {
                    contact: sample.contact.get(),
                    event: sample
                        .event
                        .with(|json| serde_json::from_str(json).unwrap_or_default()),
                    capabilities: capabilities.get(),
                    platform,
                    now: domain::Timestamp(clock.map_or(0, ui::PageClock::now)),
                };
                look(&content, &viewer)
            })
        };
        Self {
            ios: on(Platform::Ios),
            android: on(Platform::Android),
        }
    }

    /// The look on one platform.
    pub fn on(self, platform: Platform) -> Memo<Result<Look, FieldErrors>> {
        if platform == Platform::Ios {
            self.ios
        } else {
            self.android
        }
    }
}

/// The panel.
#[component]
pub fn PreviewPanel(
    /// The form.
    editing: Editing,
    /// What the push looks like.
    looks: Looks,
    /// The control that chooses the sample contact.
    children: Children,
) -> impl IntoView {
    let text = |text: &str| RwSignal::new(text.to_owned());
    let choices = Choices {
        platform: text("ios"),
        state: text("collapsed"),
        when: text("now"),
        dark: RwSignal::new(false),
    };
    let platform = Memo::new(move |_| {
        choices
            .platform
            .with(|name| Platform::parse(name))
            .unwrap_or(Platform::Ios)
    });
    let look = Memo::new(move |_| looks.on(platform.get()).get());
    // What cannot be rendered now leaves the last good look standing.
    let shown = Memo::new(move |before: Option<&Shown>| match look.get() {
        Ok(look) => look.shown,
        Err(_) => before
            .filter(|shown| shown.platform == platform.get())
            .cloned()
            .unwrap_or_else(|| nothing(platform.get())),
    });
    let pictured = at_rest(shown);
    let setting = Memo::new(move |_| Setting {
        expanded: choices.state.with(|state| state == "expanded"),
        when: choices.when.with(|when| When::parse(when)),
        dark: choices.dark.get(),
    });
    let app = Memo::new(move |_| {
        editing
            .app()
            .map_or_else(|| "Your app".to_owned(), |app| app.name)
    });
    let cuts = Cuts::default();
    // Nothing written yet is no mistake.
    let broken = move || look.with(|look| look.as_ref().is_err_and(|errors| !nothing_yet(errors)));
    view! {
        <aside class="preview" aria-label="Preview">
            <Controls choices />
            <DevicePreview shown=pictured setting app cuts />
            <Show when=broken>
                <Notice tone=Tone::Paused>
                    <p>"The fields at the left have a mistake in them; this is how it looked before."</p>
                </Notice>
            </Show>
            <Weight look />
            <Notes look platform setting cuts />
            {children()}
        </aside>
    }
    .into_any()
}

/// The same with the image only once its address rests: half an address names
/// somebody else's server, which is not to be asked for anything.
fn at_rest(shown: Memo<Shown>) -> Memo<Shown> {
    let wanted = Memo::new(move |_| shown.with(|shown| shown.image.clone()));
    let image = RwSignal::new(wanted.get_untracked());
    let mut later = debounce(REST, move |wanted| image.set(wanted));
    Effect::new(move |first: Option<()>| {
        let wanted = wanted.get();
        if first.is_some() {
            later(wanted);
        }
    });
    Memo::new(move |_| {
        let shown = shown.get();
        Shown {
            image: shown.image.and(image.get()),
            ..shown
        }
    })
}

/// Platform, state, moment, light or dark.
#[component]
fn Controls(choices: Choices) -> impl IntoView {
    let moments = [
        ("now", "Just now"),
        ("hours", "Hours ago"),
        ("yesterday", "Yesterday"),
    ];
    view! {
        <div class="preview__controls">
            <Segmented
                label="Platform"
                name="preview_platform"
                parts=vec![Segment::new("ios", "iOS"), Segment::new("android", "Android")]
                value=choices.platform
            />
            <Segmented
                label="State"
                name="preview_state"
                parts=vec![Segment::new("collapsed", "Collapsed"), Segment::new("expanded", "Expanded")]
                value=choices.state
            />
            <div class="preview__moment">
                <SelectField
                    label="Seen"
                    name="preview_when"
                    options=Signal::stored(
                        moments.map(|(value, label)| SelectOption::new(value, label)).to_vec(),
                    )
                    value=choices.when
                />
            </div>
            <IconButton
                glyph=Glyph::Moon
                label="On a dark device"
                pressed=Signal::derive(move || Some(choices.dark.get()))
                on:click=move |_| choices.dark.update(|dark| *dark = !*dark)
            />
        </div>
    }
    .into_any()
}

/// Whether all that is wrong is that there is neither a title nor a text.
pub fn nothing_yet(errors: &FieldErrors) -> bool {
    errors
        .0
        .iter()
        .all(|error| error.field == "body" && error.message.starts_with("comes out empty"))
}

/// A notification before anything could be rendered.
fn nothing(platform: Platform) -> Shown {
    Shown {
        platform,
        title: String::new(),
        subtitle: None,
        body: String::new(),
        image: None,
        buttons: Vec::new(),
        silent: false,
        badge: None,
    }
}
