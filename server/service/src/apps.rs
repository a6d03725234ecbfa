//! Apps: make, change, list.

use domain::app::{App, Capabilities, Credential};
use domain::people::{Permission, Principal};
use domain::validate::{FieldErrors, check_slug, check_text};
use domain::view::AppView;
use storage::{Conn, apps, credentials};

use crate::service::require;
use crate::{Result, Service, ServiceError, audit};

/// Most apps that are read: more than anybody has.
const APPS_MAX: u32 = 500;

impl Service {
    /// Creates or changes the app called `slug`; whether it was created.
    pub async fn put_app(
        &self,
        by: &Principal,
        slug: &str,
        name: &str,
        capabilities: &Capabilities,
    ) -> Result<(AppView, bool)> {
        require(by, Permission::Administer)?;
        let mut errors = FieldErrors::default();
        check_slug("app", slug, &mut errors);
        check_text("name", name.trim(), 1, 128, &mut errors);
        capabilities.check(&mut errors);
        errors.into_result(())?;

        let now = self.now();
        let mut tx = self.begin().await?;
        let (app, created) = apps::put(&mut tx, slug, name.trim(), capabilities, now).await?;
        let action = if created { "app.create" } else { "app.change" };
        audit::note(&mut tx, by, action, slug, &[("name", name.trim())], now).await?;
        let view = self.app_view(&mut tx, app).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok((view, created))
    }

    /// Changes what the installed app called `slug` can show.
    pub async fn put_capabilities(
        &self,
        by: &Principal,
        slug: &str,
        capabilities: &Capabilities,
    ) -> Result<AppView> {
        require(by, Permission::Administer)?;
        let app = find(&mut self.reader().await?, slug).await?;
        let (view, _) = self.put_app(by, slug, &app.name, capabilities).await?;
        Ok(view)
    }

    /// The same for a record in JSON, as one keeps it beside an app's code.
    ///
    /// # Errors
    /// `Invalid` at `record`: where in the text it is wrong, and how.
    pub async fn import_capabilities(
        &self,
        by: &Principal,
        slug: &str,
        record: &str,
    ) -> Result<AppView> {
        require(by, Permission::Administer)?;
        let capabilities = read_record(record)?;
        self.put_capabilities(by, slug, &capabilities).await
    }

    /// The app called `slug`, with its credentials.
    pub async fn app(&self, by: &Principal, slug: &str) -> Result<AppView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let app = find(&mut reader, slug).await?;
        self.app_view(&mut reader, app).await
    }

    /// Every app with its credentials, by slug.
    pub async fn list_apps(&self, by: &Principal) -> Result<Vec<AppView>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let apps = all(&mut reader).await?;
        let mut credentials: Vec<_> = credentials::all(&mut reader)
            .await?
            .into_iter()
            .map(|sealed| sealed.credential)
            .collect();
        Ok(apps
            .into_iter()
            .map(|app| {
                let (own, others) = credentials
                    .drain(..)
                    .partition(|credential| credential.app_id == app.id);
                credentials = others;
                self.with_calls_allowed(app, own)
            })
            .collect())
    }

    /// An app with its credentials.
    pub(crate) async fn app_view(&self, db: impl Into<Conn<'_>>, app: App) -> Result<AppView> {
        let credentials = credentials::of_app(db, app.id).await?;
        let credentials = credentials
            .into_iter()
            .map(|sealed| sealed.credential)
            .collect();
        Ok(self.with_calls_allowed(app, credentials))
    }

    fn with_calls_allowed(&self, app: App, credentials: Vec<Credential>) -> AppView {
        let allowed = |credential: &Credential| {
            let allowed = self.bell().calls_allowed(app.id, credential.channel)?;
            Some((credential.channel, allowed))
        };
        AppView {
            calls_allowed: credentials.iter().filter_map(allowed).collect(),
            app,
            credentials,
        }
    }
}

/// Every app, by slug.
pub(crate) async fn all(db: impl Into<Conn<'_>>) -> Result<Vec<App>> {
    Ok(apps::list(db, None, APPS_MAX).await?.items)
}

/// The app called `slug`.
pub(crate) async fn find(db: impl Into<Conn<'_>>, slug: &str) -> Result<App> {
    apps::find_by_slug(db, slug)
        .await?
        .ok_or_else(|| ServiceError::not_found(format!("The app “{slug}”")))
}

/// Reads a record, or says where it is wrong.
fn read_record(record: &str) -> std::result::Result<Capabilities, FieldErrors> {
    let mut errors = FieldErrors::default();
    // A derived reader would take a list for an object's fields in order.
    if record.trim_start().starts_with('[') {
        errors.add("record", "is wrong in line 1: it must be a JSON object");
        return Err(errors);
    }
    let mut json = serde_json::Deserializer::from_str(record);
    let read: std::result::Result<Capabilities, _> = serde_path_to_error::deserialize(&mut json);
    let capabilities = match read {
        Ok(capabilities) => capabilities,
        Err(error) => {
            let path = error.path().to_string();
            let at = error.inner();
            let mut message = at.to_string();
            if let Some(end) = message.rfind(" at line ") {
                message.truncate(end);
            }
            let place = if at.is_data() && path != "." {
                format!(", at {path}")
            } else {
                String::new()
            };
            errors.add(
                "record",
                format!(
                    "is wrong in line {}, column {}{place}: {message}",
                    at.line(),
                    at.column()
                ),
            );
            return Err(errors);
        }
    };
    if json.end().is_err() {
        errors.add("record", "goes on after the end of the record");
        return Err(errors);
    }
    let mut found = FieldErrors::default();
    capabilities.check(&mut found);
    for error in found.0 {
        let field = error.field.trim_start_matches("capabilities.");
        errors.add("record", format!("is wrong: {field} {}", error.message));
    }
    errors.into_result(capabilities)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(record: &str) -> String {
        let errors = read_record(record).expect_err(record);
        assert_eq!(errors.0[0].field, "record");
        errors.0[0].message.clone()
    }

    #[test]
    fn a_mistake_in_a_record_is_named_by_line_and_field() {
        let record = "{\n  \"ios_categories\": [\n    {\"id\": \"A\", \"actions\": [\"Go\", {\"title\": \"Say\", \"kind\": \"shout\"}]}\n  ]\n}";
        let message = wrong(record);
        assert!(message.contains("line 3"), "{message}");
        assert!(
            message.contains("ios_categories[0].actions[1].kind"),
            "{message}"
        );
        assert!(message.contains("quick_reply"), "{message}");
    }

    #[test]
    fn what_is_no_record_is_refused_in_words() {
        assert!(wrong("{\"channels\": [\"apns\",]}").contains("line 1, column 22"));
        assert!(wrong("{\"ios\": true}").contains("ios"));
        assert!(wrong("{} {}").contains("goes on"));
        assert!(wrong("{\"web_actions\": 9}").contains("web_actions are more than 4"));
        assert!(wrong("").contains("line 1"));
        assert!(wrong("[]").contains("line 1"));
    }
}
