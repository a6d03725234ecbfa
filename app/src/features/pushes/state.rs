//! The editor's state: one signal for each field, so that a keystroke touches
//! nothing but its own field and the preview.

mod button;

use domain::{
    push::{DeliveryClass, Priority, PushContent},
    validate::FieldErrors,
};
use leptos::prelude::*;

pub use button::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE, slug_of};

/// The campaign chosen when a new one is to be made while saving.
pub const NEW_CAMPAIGN: &str = "new";

/// About as much of a title fits: past it the field says so, gently.
pub const TITLE_FITS: usize = 50;
/// The same for the text.
pub const BODY_FITS: usize = 150;

/// How a time to live is entered.
const UNITS: [(&str, u32); 4] = [
    ("days", 86_400),
    ("hours", 3600),
    ("minutes", 60),
    ("seconds", 1),
];

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
            next_key: StoredValue::new(0),
        };
        for button in &content.buttons {
            form.add_button(
                &button.id,
                &button.title,
                button.link.as_deref().unwrap_or_default(),
            );
        }
        form
    }

    /// Every field but those of buttons, by the name of its control.
    pub const fn fields(self) -> [(&'static str, RwSignal<String>); 17] {
        [
            ("name", self.name),
            ("campaign", self.campaign),
            ("campaign_name", self.campaign_name),
            ("app", self.app),
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
        ]
    }

    /// Adds a button at the end.
    pub fn add_button(self, id: &str, title: &str, link: &str) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        let button = ButtonForm::new(key, id, title, link);
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
        self.add_button(&id.unwrap_or_default(), "", "");
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
        let content = PushContent {
            title: self.title.get(),
            subtitle: filled(self.subtitle),
            body: self.body.get(),
            image: filled(self.image),
            link: filled(self.link),
            buttons: self
                .buttons
                .get()
                .into_iter()
                .map(ButtonForm::content)
                .collect(),
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
        };
        (content, errors)
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
        let unit = self.ttl_unit.get();
        let size = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map_or(3600, |(_, size)| *size);
        let amount: Option<u32> = self.ttl.get().trim().parse().ok();
        if let Some(seconds) = amount.and_then(|amount| amount.checked_mul(size)) {
            return seconds;
        }
        errors.add(
            "ttl_seconds",
            "must be a whole number; 0 means now or never",
        );
        PushContent::default().ttl_seconds
    }
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

/// The largest unit that holds a time to live without a remainder.
fn amount_of(seconds: u32) -> (u32, &'static str) {
    if seconds == 0 {
        return (0, "hours");
    }
    let whole = UNITS
        .iter()
        .find(|(name, size)| seconds.is_multiple_of(*size) && (*name != "days" || seconds > *size));
    whole.map_or((seconds, "seconds"), |(name, size)| (seconds / size, *name))
}

#[cfg(test)]
mod tests {
    use domain::push::Button;

    use super::*;

    fn round(content: &PushContent) -> PushContent {
        Owner::new().with(|| {
            let (back, errors) = PushForm::new("n", "", content).content();
            assert!(errors.is_empty(), "{errors}");
            back
        })
    }

    #[test]
    fn a_push_survives_the_form() {
        let content = PushContent {
            title: "T".into(),
            body: "B".into(),
            image: Some("https://x.test/i.png".into()),
            buttons: vec![Button {
                id: "a".into(),
                title: "A".into(),
                link: Some("app://a".into()),
            }],
            sound: Some("bell.caf".into()),
            badge: Some(0),
            collapse_id: Some("sale".into()),
            ttl_seconds: 2 * 86_400,
            priority: Priority::Normal,
            class: DeliveryClass::Transactional,
            app: Some(uuid::Uuid::from_u128(7).into()),
            ..PushContent::default()
        };
        assert_eq!(round(&content), content);
        assert_eq!(round(&PushContent::default()), PushContent::default());
    }

    #[test]
    fn a_time_to_live_that_is_no_number_is_an_error_of_its_field() {
        Owner::new().with(|| {
            let form = PushForm::new("n", "", &PushContent::default());
            form.ttl.set("soon".into());
            assert!(form.content().1.of("ttl_seconds").is_some());
        });
    }

    #[test]
    fn a_new_button_takes_an_id_that_is_free() {
        Owner::new().with(|| {
            let form = PushForm::new("n", "", &PushContent::default());
            form.add_button("button-1", "A", "");
            form.add_empty_button();
            assert_eq!(form.content().0.buttons[1].id, "button-2");
        });
    }

    #[test]
    fn a_day_is_written_as_hours_and_a_week_as_days() {
        assert_eq!(
            (amount_of(86_400), amount_of(604_800), amount_of(90)),
            ((24, "hours"), (7, "days"), (90, "seconds"))
        );
    }
}
