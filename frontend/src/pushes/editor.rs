//! What the parts of the editor share.

use std::cell::Cell;

use app::features::preview::{Browser, Setting, When};
use app::features::pushes::{
    apps::{AppLook, capabilities},
    labels::sentences,
    look::{Look, Viewer, look},
    mistakes::wrong_now,
    sample::SampleContact,
    start::EditorData,
    state::PushForm,
};
use dom::{El, Timer};
use domain::{
    Timestamp,
    device::Platform,
    push::{PushContent, template_data_of},
    validate::FieldErrors,
};
use reactive_graph::{computed::Memo, prelude::*, signal::RwSignal};
use serde_json::{Map, Value};

use super::{fields, saving::Saving};

/// How often templates are given the time anew, in milliseconds.
const TICK: i32 = 20_000;

/// The editor, for as long as the page stands.
pub(super) struct Editor {
    /// The page around it.
    pub(super) page: El,
    /// The push, as it is being written.
    pub(super) form: PushForm,
    /// The apps there are.
    pub(super) apps: &'static [AppLook],
    /// Somebody who does not exist.
    pub(super) made_up: SampleContact,
    /// The person may change the push.
    pub(super) may_edit: bool,
    /// Where the push stands between the browser and the server.
    pub(super) saving: Saving,
    /// How it is looked at.
    pub(super) view: View,
    /// What it looks like now.
    pub(super) composed: Memo<Composed>,
    /// The page may be left without asking.
    pub(super) free_to_leave: Cell<bool>,
}

/// How a push is looked at.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// `ios` or `android`.
    pub(super) platform: RwSignal<String>,
    /// `collapsed`, `banner` or `expanded`.
    pub(super) state: RwSignal<String>,
    /// How long ago it came.
    pub(super) when: RwSignal<String>,
    pub(super) browser: RwSignal<String>,
    /// On a dark device.
    pub(super) dark: RwSignal<bool>,
    /// The name of whom one looks as.
    pub(super) seen_as: RwSignal<String>,
    /// The same contact, as templates see it, in JSON.
    pub(super) contact: RwSignal<String>,
    /// It does not exist.
    pub(super) made_up: RwSignal<bool>,
    /// Properties of the event that began the journey, as JSON.
    pub(super) event: RwSignal<String>,
    /// The time that templates see.
    now: RwSignal<i64>,
}

/// A push as it stands, looked at.
#[derive(Clone, PartialEq)]
pub(super) struct Composed {
    /// What it looks like, or why it cannot be rendered.
    pub(super) look: Result<Look, FieldErrors>,
    /// What is wrong with fields, in sentences.
    pub(super) wrong: FieldErrors,
}

impl Editor {
    /// Reads the form that the server wrote.
    pub(super) fn open(page: El, data: EditorData) -> &'static Self {
        let form = PushForm::new("", "", &PushContent::default());
        fields::read(&page, &form);
        let apps: &'static [AppLook] = data.apps.leak();
        let view = View::new(data.sample);
        Box::leak(Box::new(Self {
            page,
            form,
            apps,
            made_up: data.made_up,
            may_edit: data.may_edit,
            saving: Saving::new(&form, data.known),
            view,
            composed: Memo::new(move |_| compose(&form, view, apps)),
            free_to_leave: Cell::new(false),
        }))
    }
}

impl View {
    fn new(sample: SampleContact) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let now = RwSignal::new(time());
        tick(now, Timer::unset());
        Self {
            platform: text("ios"),
            state: text("collapsed"),
            when: text("now"),
            browser: text(Browser::default().name()),
            dark: RwSignal::new(false),
            seen_as: RwSignal::new(sample.name),
            contact: RwSignal::new(sample.json),
            made_up: RwSignal::new(sample.made_up),
            event: text(""),
            now,
        }
    }

    /// Looks as another contact.
    pub(super) fn look_as(self, sample: SampleContact) {
        self.seen_as.set(sample.name);
        self.contact.set(sample.json);
        self.made_up.set(sample.made_up);
    }

    /// How the device stands.
    pub(super) fn setting(self) -> Setting {
        let setting = Setting {
            when: self.when.with(|when| When::parse(when)),
            dark: self.dark.get(),
            browser: self.browser.with(|name| Browser::parse(name)),
            ..Setting::default()
        };
        let setting = self.state.with(|state| setting.standing(state));
        Setting {
            banner: setting.is_banner(self.platform()),
            ..setting
        }
    }

    /// The system whose notification is looked at.
    pub(super) fn platform(self) -> Platform {
        self.platform
            .with(|name| Platform::parse(name))
            .unwrap_or(Platform::Ios)
    }

    /// The event's properties; nothing while they cannot be read.
    fn properties(self) -> Option<Map<String, Value>> {
        self.event.with(|json| {
            if json.trim().is_empty() {
                return Some(Map::new());
            }
            match serde_json::from_str(json) {
                Ok(Value::Object(properties)) => Some(properties),
                _ => None,
            }
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit an i64 for ages"
)]
fn time() -> i64 {
    js_sys::Date::now() as i64
}

fn tick(now: RwSignal<i64>, timer: Timer) {
    timer.set(TICK, move || {
        now.set(time());
        tick(now, timer);
    });
}

fn compose(form: &PushForm, view: View, apps: &[AppLook]) -> Composed {
    let (content, _) = form.content();
    let contact = view
        .contact
        .with(|json| serde_json::from_str(json).unwrap_or_default());
    let properties = view.properties();
    let event_is_wrong = properties.is_none();
    let viewer = Viewer {
        data: &template_data_of(contact, &properties.unwrap_or_default()),
        capabilities: &form.app.with(|app| capabilities(apps, app)),
        platform: view.platform(),
        now: Timestamp(view.now.get()),
    };
    let look = look(&content, viewer);
    let mut wrong = sentences(&wrong_now(&look, &content));
    if event_is_wrong {
        wrong.add(
            "sample_event",
            "Must be a JSON object, such as {\"product\": \"Lamp\"}.",
        );
    }
    Composed { look, wrong }
}
