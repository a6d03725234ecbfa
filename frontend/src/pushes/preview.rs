//! The device at the right, following every key.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use app::features::{
    preview::{
        Cut, Setting, Shown,
        setting::{device_name, field_class, field_words, first_line, template_id},
    },
    pushes::{apps::name_of, mistakes::nothing_yet},
};
use dom::{El, Timer, follow, next_frame};
use domain::{device::Platform, push::ActionKind};
use reactive_graph::{prelude::*, signal::RwSignal};

use super::{editor::Editor, measure::measure};

/// How long an image's address has to stay as it is before the image is asked for, in
/// milliseconds: half an address names somebody else's server.
const REST: i32 = 600;

/// What of a notification's title and text did not fit.
pub(super) type Cuts = [Option<Cut>; 2];

/// Brings the device and the controls above it to life.
pub(super) fn start(editor: &'static Editor) -> RwSignal<Cuts> {
    let cuts = RwSignal::new(Cuts::default());
    let view = editor.view;
    editor
        .page
        .part("dark")
        .truth_of("aria-pressed", move || view.dark.get())
        .listen("click", move |_| view.dark.update(|dark| *dark = !*dark));
    let Some(device) = editor.page.find(".preview .device") else {
        return cuts;
    };
    editor
        .page
        .part("browser")
        .flag_of("hidden", move || view.platform() != Platform::Web);
    let banner = editor.page.find("[name=preview_state][value=banner]");
    if let Some(banner) = banner.and_then(|radio| radio.closest(".segmented__part")) {
        banner.flag_of("hidden", move || view.platform() != Platform::Ios);
    }
    // Nothing written yet is no mistake.
    editor.page.part("broken").flag_of("hidden", move || {
        editor.composed.with(|composed| {
            let errors = composed.look.as_ref().err();
            errors.is_none_or(nothing_yet)
        })
    });
    let theme = device.clone();
    follow(move || theme.set("data-theme", if view.dark.get() { "dark" } else { "light" }));
    let screen = Screen {
        device,
        cuts,
        drawn: RefCell::new(None),
        image: Image::new(),
    };
    let screen = Rc::new(screen);
    follow(move || screen.show(editor));
    cuts
}

/// What stands on the screen.
struct Screen {
    device: El,
    cuts: RwSignal<Cuts>,
    drawn: RefCell<Option<Drawn>>,
    image: Image,
}

/// A notification on the screen.
struct Drawn {
    element: El,
    /// The last that could be rendered.
    last: Shown,
    /// What the element shows.
    now: Option<(Shown, Setting, String)>,
}

impl Screen {
    fn show(&self, editor: &'static Editor) {
        let view = editor.view;
        let platform = view.platform();
        let setting = view.setting();
        let banner = setting.is_banner(platform).then_some("true");
        self.device.set_or_not("data-banner", banner);
        let app = editor.form.app.with(|app| name_of(editor.apps, app));
        let mut drawn = self.drawn.borrow_mut();
        let before = drawn.take().filter(|drawn| drawn.last.platform == platform);
        let Some(mut notification) = before.or_else(|| self.place(platform)) else {
            return;
        };
        // What cannot be rendered now leaves the last good look standing.
        editor.composed.with(|composed| {
            if let Ok(look) = &composed.look {
                notification.last.clone_from(&look.shown);
            }
        });
        let mut shown = setting.browser.shows(notification.last.clone());
        shown.image = self.image.rested(shown.image);
        let now = Some((shown, setting, app));
        if notification.now != now {
            notification.now = now;
            notification.draw();
            self.measure(&notification.element);
        }
        *drawn = Some(notification);
    }

    /// An empty notification of a platform, in the place of what stood there.
    fn place(&self, platform: Platform) -> Option<Drawn> {
        let element = El::from_template(template_id(platform))?;
        let screen = self.device.find(".device__screen")?;
        let clock = screen.find(".device__clock")?;
        screen.fill(&[clock, element.clone()]);
        self.device.set("data-platform", device_name(platform));
        Some(Drawn {
            element,
            last: Shown::nothing(platform),
            now: None,
        })
    }

    /// Looks, once it is laid out, where its texts are cut.
    fn measure(&self, notification: &El) {
        let lines = ["title", "body"].map(|name| notification.part(name));
        let cuts = self.cuts;
        next_frame(move || {
            let found = lines.each_ref().map(measure);
            if cuts.with_untracked(|before| *before != found) {
                cuts.set(found);
            }
        });
    }
}

impl Drawn {
    /// Writes what is to be shown into the parts of the notification.
    fn draw(&self) {
        let Some((shown, setting, app)) = &self.now else {
            return;
        };
        let element = &self.element;
        let expanded = setting.browser.opens(shown.platform, setting.expanded);
        let say = |name: &str, words: &str| {
            for part in element.all(&format!("[data-part={name}]")) {
                part.say(words);
            }
        };
        let hide = |name: &str, away: bool| element.part(name).flag("hidden", away);
        say("title", &first_line(shown, app));
        say("subtitle", shown.subtitle.as_deref().unwrap_or_default());
        say("body", &shown.body);
        say("app", app);
        say("when", setting.when.words(shown.platform));
        hide("subtitle", shown.subtitle.is_none());
        hide("opened", !expanded);
        hide("folded", expanded);
        for (name, seen) in [("picture", expanded), ("thumb", !expanded)] {
            let image = element.part(name);
            if image.attribute("src") != shown.image {
                image.set_or_not("src", shown.image.as_deref());
            }
            image.flag("hidden", !seen || shown.image.is_none());
        }
        if shown.platform == Platform::Web {
            element.set("data-browser", setting.browser.name());
        }
        let truth = |on: bool| on.then_some("true");
        element.set_or_not("data-banner", truth(setting.is_banner(shown.platform)));
        element.set_or_not("data-expanded", truth(expanded));
        element.set_or_not("data-picture", truth(shown.image.is_some()));
        let actions = element.part("actions");
        let class = actions.attribute("data-item").unwrap_or_default();
        let mut items = Vec::new();
        for button in &shown.buttons {
            items.push(El::new("span").class(&class).text(&button.title));
            if button.kind == ActionKind::TextInput {
                let words = field_words(button.placeholder.as_deref());
                let field = El::new("span").class(&field_class(&class));
                items.push(field.text(&words));
            }
        }
        actions.fill(&items);
        actions.flag("hidden", !expanded || items.is_empty());
    }
}

/// The image that is shown: the one whose address has rested.
struct Image {
    /// What was asked for last; nothing was before the first.
    wanted: RefCell<Option<String>>,
    begun: Cell<bool>,
    rested: RwSignal<Option<String>>,
    timer: Timer,
}

impl Image {
    fn new() -> Self {
        Self {
            wanted: RefCell::new(None),
            begun: Cell::new(false),
            rested: RwSignal::new(None),
            timer: Timer::unset(),
        }
    }

    /// The image to show where `wanted` is asked for now. The first is shown at once.
    fn rested(&self, wanted: Option<String>) -> Option<String> {
        let before = self.wanted.replace(wanted.clone());
        if !self.begun.replace(true) {
            self.rested.set(wanted.clone());
        } else if before != wanted {
            let (rested, wanted) = (self.rested, wanted.clone());
            self.timer.set(REST, move || rested.set(wanted));
        }
        wanted.and(self.rested.get())
    }
}
