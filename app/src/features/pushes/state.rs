//! The editor's state: one signal for each field, so that a keystroke touches
//! nothing but its own field and the preview.

mod button;
mod overrides;
mod ttl;

use std::borrow::Cow;

use domain::{
    app::Category,
    device::Platform,
    push::{DeliveryClass, Overrides, Priority, PushContent, PushFormat},
    validate::FieldErrors,
};
use leptos::prelude::*;

pub use button::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE, slug_of};
pub use overrides::{OverrideForm, control, own_values};
use ttl::{amount_of, seconds_of};

/// The campaign chosen when a new one is to be made while saving.
pub const NEW_CAMPAIGN: &str = "new";

/// About as much of a title fits: past it the field says so, gently.
pub const TITLE_FITS: usize = 50;
/// The same for the text.
pub const BODY_FITS: usize = 150;

/// What stands beside the label of a text.
pub fn characters(count: usize) -> String {
    format!("{count} characters")
}

/// A push under construction, every field as the person typed it.
#[derive(Clone, Copy)]
pub struct PushForm {
    /// What the team calls it.
    pub name: RwSignal<String>,
    /// The campaign's id; empty for none, [`NEW_CAMPAIGN`] for one to be made.
    pub campaign: RwSignal<String>,
    /// The name of a campaign to be made while saving.
    pub campaign_name: RwSignal<String>,
    /// `standard`, `image` or `rich`: which fields are shown and sent.
    pub format: RwSignal<String>,
    /// First line.
    pub title: RwSignal<String>,
    /// Second line.
    pub subtitle: RwSignal<String>,
    /// The text.
    pub body: RwSignal<String>,
    /// Address of the image.
    pub image: RwSignal<String>,
    /// What a tap opens.
    pub link: RwSignal<String>,
    /// Buttons.
    pub buttons: RwSignal<Vec<ButtonForm>>,
    /// `default`, `none` or `file`.
    pub sound: RwSignal<String>,
    /// The sound's file, if `file` was chosen.
    pub sound_file: RwSignal<String>,
    /// Number on the icon.
    pub badge: RwSignal<String>,
    /// Replaces an earlier push of the same id.
    pub collapse_id: RwSignal<String>,
    /// How many units a provider keeps trying.
    pub ttl: RwSignal<String>,
    /// `days`, `hours`, `minutes` or `seconds`.
    pub ttl_unit: RwSignal<String>,
    /// `high` or `normal`.
    pub priority: RwSignal<String>,
    /// `promotional` or `transactional`.
    pub class: RwSignal<String>,
    /// The app's id; empty for every app.
    pub app: RwSignal<String>,
    /// What single platforms get instead.
    pub overrides: [OverrideForm; 4],
    next_key: StoredValue<u32>,
}

impl PushForm {
    /// A form that shows `content`.
    pub fn new(name: &str, campaign: &str, content: &PushContent) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let optional = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let (sound, sound_file) = match content.sound.as_deref() {
            None => ("none", ""),
            Some("default") => ("default", ""),
            Some(file) => ("file", file),
        };
        let (ttl, unit) = amount_of(content.ttl_seconds);
        let form = Self {
            name: text(name),
            campaign: text(campaign),
            campaign_name: text(""),
            format: text(format_name(content)),
            title: text(&content.title),
            subtitle: optional(&content.subtitle),
            body: text(&content.body),
            image: optional(&content.image),
            link: optional(&content.link),
            buttons: RwSignal::new(Vec::new()),
            sound: text(sound),
            sound_file: text(sound_file),
            badge: RwSignal::new(
                content
                    .badge
                    .map(|badge| badge.to_string())
                    .unwrap_or_default(),
            ),
            collapse_id: optional(&content.collapse_id),
            ttl: RwSignal::new(ttl.to_string()),
            ttl_unit: text(unit),
            priority: text(if content.priority == Priority::High {
                "high"
            } else {
                "normal"
            }),
            class: text(class_name(content.class)),
            app: RwSignal::new(content.app.map(|app| app.to_string()).unwrap_or_default()),
            overrides: Platform::ALL
                .map(|platform| OverrideForm::new(platform, content.overrides.on(platform))),
            next_key: StoredValue::new(0),
        };
        for button in &content.buttons {
            form.add_button(|key| ButtonForm::of(key, button));
        }
        form
    }

    /// Every field but those of buttons, by the name of its control.
    pub fn fields(self) -> Vec<(Cow<'static, str>, RwSignal<String>)> {
        let own = [
            ("name", self.name),
            ("campaign", self.campaign),
            ("campaign_name", self.campaign_name),
            ("app", self.app),
            ("format", self.format),
            ("title", self.title),
            ("subtitle", self.subtitle),
            ("body", self.body),
            ("image", self.image),
            ("link", self.link),
            ("class", self.class),
            ("priority", self.priority),
            ("ttl_seconds", self.ttl),
            ("ttl_unit", self.ttl_unit),
            ("sound_choice", self.sound),
            ("sound", self.sound_file),
            ("badge", self.badge),
            ("collapse_id", self.collapse_id),
        ];
        let mut fields: Vec<_> = own
            .into_iter()
            .map(|(name, value)| (Cow::Borrowed(name), value))
            .collect();
        for form in self.overrides {
            let named = form.fields();
            fields.extend(named.map(|(name, value)| (Cow::Owned(name), value)));
        }
        fields
    }

    /// Adds the button that `make` makes, given a key of its own, at the end.
    pub fn add_button(self, make: impl FnOnce(u32) -> ButtonForm) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        let button = make(key);
        self.buttons.update(|buttons| buttons.push(button));
    }

    /// Adds an empty button with an id that no other has.
    pub fn add_empty_button(self) {
        let taken: Vec<String> = self.buttons.with_untracked(|buttons| {
            buttons
                .iter()
                .map(|button| button.id.get_untracked())
                .collect()
        });
        let id = (1..=taken.len() + 1)
            .map(|number| format!("button-{number}"))
            .find(|id| !taken.contains(id));
        self.add_button(|key| {
            let button = ButtonForm::empty(key);
            button.id.set(id.unwrap_or_default());
            button
        });
    }

    /// Makes the buttons those of a category that the app registered. Links stay where
    /// they were.
    pub fn take_category(self, category: &Category) {
        let before = self.buttons.get_untracked();
        self.buttons.set(Vec::new());
        for (place, action) in category.actions.iter().enumerate() {
            self.add_button(|key| {
                let button = ButtonForm::of_action(key, action);
                if let Some(link) = before.get(place).map(|before| before.link.get_untracked()) {
                    button.link.set(link);
                }
                button
            });
        }
    }

    /// Takes a button away.
    pub fn remove_button(self, key: u32) {
        self.buttons
            .update(|buttons| buttons.retain(|button| button.key != key));
    }

    /// Moves a button one place up.
    pub fn raise_button(self, key: u32) {
        self.buttons.update(|buttons| {
            if let Some(at) = buttons
                .iter()
                .position(|button| button.key == key)
                .filter(|at| *at > 0)
            {
                buttons.swap(at, at - 1);
            }
        });
    }

    /// What was composed, and which numbers could not be read. Follows every
    /// field.
    pub fn content(self) -> (PushContent, FieldErrors) {
        let mut errors = FieldErrors::default();
        let buttons = self.buttons.get();
        let buttons: Vec<_> = buttons.into_iter().map(ButtonForm::content).collect();
        let image = filled(self.image);
        let mut overrides = Overrides::default();
        for form in self.overrides {
            *overrides.on_mut(form.platform) = form.content();
        }
        let pictured = image.is_some() || any_image(&overrides);
        let content = PushContent {
            // It is written where it leaves something aside.
            format: match self.format.get().as_str() {
                "standard" if pictured || !buttons.is_empty() => PushFormat::Standard,
                "image" if !buttons.is_empty() => PushFormat::Image,
                _ => PushFormat::Rich,
            },
            title: self.title.get(),
            subtitle: filled(self.subtitle),
            body: self.body.get(),
            image,
            link: filled(self.link),
            buttons,
            sound: match self.sound.get().as_str() {
                "none" => None,
                "file" => Some(self.sound_file.get().trim().to_owned()),
                _ => Some("default".to_owned()),
            },
            badge: self.badge_number(&mut errors),
            collapse_id: filled(self.collapse_id),
            ttl_seconds: self.ttl_seconds(&mut errors),
            priority: if self.priority.get() == "normal" {
                Priority::Normal
            } else {
                Priority::High
            },
            class: if self.class.get() == "transactional" {
                DeliveryClass::Transactional
            } else {
                DeliveryClass::Promotional
            },
            app: self.app.get().parse().ok(),
            raw: None,
            overrides,
        };
        (content, errors)
    }

    /// What the chosen kind of push leaves aside, in words. Follows every field.
    pub fn left_aside(self) -> Option<String> {
        let (content, _) = self.content();
        let count = content.buttons.len();
        let buttons = match (content.format, count) {
            (PushFormat::Rich, _) => return None,
            (_, 0) => None,
            (_, 1) => Some("1 button".to_owned()),
            _ => Some(format!("{count} buttons")),
        };
        let pictured = content.image.is_some() || any_image(&content.overrides);
        let image = (content.format == PushFormat::Standard && pictured).then_some("the image");
        let all: Vec<&str> = image.into_iter().chain(buttons.as_deref()).collect();
        Some(format!(
            "Kept in the draft, not sent: {}.",
            all.join(" and ")
        ))
    }

    fn badge_number(self, errors: &mut FieldErrors) -> Option<u32> {
        let text = self.badge.get();
        if text.trim().is_empty() {
            return None;
        }
        let number = text.trim().parse().ok();
        if number.is_none() {
            errors.add(
                "badge",
                "must be a whole number; 0 clears it, an empty field leaves it as it is",
            );
        }
        number
    }

    fn ttl_seconds(self, errors: &mut FieldErrors) -> u32 {
        if let Some(seconds) = seconds_of(&self.ttl.get(), &self.ttl_unit.get()) {
            return seconds;
        }
        errors.add(
            "ttl_seconds",
            "must be a whole number; 0 means now or never",
        );
        PushContent::default().ttl_seconds
    }
}

/// Which kind of push it is: what was chosen, or what it holds.
fn format_name(content: &PushContent) -> &'static str {
    match content.format {
        PushFormat::Image => "image",
        PushFormat::Rich if !content.buttons.is_empty() => "rich",
        PushFormat::Rich if content.image.is_some() || any_image(&content.overrides) => "image",
        PushFormat::Standard | PushFormat::Rich => "standard",
    }
}

fn any_image(overrides: &Overrides) -> bool {
    Platform::ALL
        .iter()
        .any(|platform| overrides.on(*platform).sets("image"))
}

fn filled(text: RwSignal<String>) -> Option<String> {
    let text = text.get();
    (!text.trim().is_empty()).then_some(text)
}

const fn class_name(class: DeliveryClass) -> &'static str {
    match class {
        DeliveryClass::Promotional => "promotional",
        DeliveryClass::Transactional => "transactional",
    }
}

#[cfg(test)]
mod tests;
