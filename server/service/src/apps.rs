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
        check_capabilities(capabilities, &mut errors);
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

fn check_capabilities(capabilities: &Capabilities, errors: &mut FieldErrors) {
    if let Some(channel) = &capabilities.android_channel_id {
        check_text("capabilities.android_channel_id", channel, 0, 128, errors);
    }
    if capabilities.ios_categories.len() > 64 {
        errors.add("capabilities.ios_categories", "are more than 64");
    }
    for (n, category) in capabilities.ios_categories.iter().enumerate() {
        let field = format!("capabilities.ios_categories[{n}]");
        check_text(&format!("{field}.id"), &category.id, 1, 128, errors);
        if category.actions.len() > 8 {
            errors.add(format!("{field}.actions"), "are more than 8");
        }
        for (m, action) in category.actions.iter().enumerate() {
            check_text(&format!("{field}.actions[{m}]"), action, 1, 128, errors);
        }
    }
}
