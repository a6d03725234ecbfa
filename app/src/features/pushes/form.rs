//! The editor's form, at the left.

pub mod buttons;
pub mod delivery;
pub mod message;
pub mod place;

use domain::{app::App, validate::FieldErrors};
use leptos::prelude::*;
use ui::FormErrors;

pub use buttons::ButtonFields;
pub use delivery::DeliveryFields;
pub use message::MessageFields;
pub use place::PlaceFields;

use super::{labels::sentence, state::PushForm};

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub struct Editing {
    /// The fields.
    pub form: PushForm,
    /// What was wrong at the last attempt to save.
    pub errors: FormErrors,
    /// What is wrong with the templates right now.
    pub live: Memo<FieldErrors>,
    /// The apps there are.
    pub apps: StoredValue<Vec<App>>,
    /// The person may only look.
    pub read_only: bool,
}

impl Editing {
    /// What is wrong with a field: a template as it is typed, or anything at the
    /// last attempt to save.
    pub fn error(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        let saved = self.errors.of(field.clone());
        Signal::derive(move || {
            let live = self.live.with(|errors| {
                errors
                    .0
                    .iter()
                    .find(|error| error.field == field)
                    .map(|error| sentence(error).message)
            });
            live.or_else(|| saved.get())
        })
    }

    /// The app chosen, if one was.
    pub fn app(self) -> Option<App> {
        let id = self.form.app.get();
        self.apps
            .with_value(|apps| apps.iter().find(|app| app.id.to_string() == id).cloned())
    }
}
