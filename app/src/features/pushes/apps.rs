//! What the chosen app can show.

use domain::app::{App, Capabilities};
use serde::Serialize;

/// An app, as far as a preview needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppLook {
    /// Its id, as the form holds it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it will really show.
    pub capabilities: Capabilities,
}

impl From<&App> for AppLook {
    fn from(app: &App) -> Self {
        Self {
            id: app.id.to_string(),
            name: app.name.clone(),
            capabilities: app.capabilities.clone(),
        }
    }
}

/// The app with this id.
pub fn chosen<'a>(apps: &'a [AppLook], id: &str) -> Option<&'a AppLook> {
    apps.iter().find(|app| app.id == id)
}

/// The name that a notification of this app carries.
pub fn name_of(apps: &[AppLook], id: &str) -> String {
    chosen(apps, id).map_or_else(|| "Your app".to_owned(), |app| app.name.clone())
}

/// What the app with this id can show; for every app at once, what all of them can.
pub fn capabilities(apps: &[AppLook], id: &str) -> Capabilities {
    if let Some(app) = chosen(apps, id) {
        return app.capabilities.clone();
    }
    Capabilities::shared(apps.iter().map(|app| &app.capabilities))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(id: &str, extension: bool) -> AppLook {
        AppLook {
            id: id.to_owned(),
            name: id.to_uppercase(),
            capabilities: Capabilities {
                ios_service_extension: extension,
                ..Capabilities::default()
            },
        }
    }

    #[test]
    fn without_a_choice_only_what_all_apps_can_is_shown() {
        let apps = [app("a", true), app("b", false)];
        assert!(capabilities(&apps, "a").ios_service_extension);
        assert!(!capabilities(&apps, "").ios_service_extension);
        assert_eq!(
            (name_of(&apps, "b"), name_of(&apps, "")),
            ("B".into(), "Your app".into())
        );
    }
}
