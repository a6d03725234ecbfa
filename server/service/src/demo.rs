//! The demo's own app: made in an empty database, remembered by its id, and the
//! only thing that a later demo may touch.

use domain::AppId;
use domain::app::{App, Capabilities, CredentialSecret};
use domain::people::{Principal, Role};
use storage::{Tx, apps, contacts, credentials, settings, users};

use crate::chance::Secret;
use crate::credentials::{check, store, unseal};
use crate::people::FIRST_LINK_SECONDS;
use crate::service::Reads;
use crate::{Result, Service, ServiceError, audit};

/// Holds the id of the demo's own app.
const DEMO_APP: &str = "demo_app";

/// What a demo finds in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoGround {
    /// Neither apps nor contacts: samples may be put there.
    Empty,
    /// What a demo made before.
    Own,
    /// Data of somebody's own, which a demo must leave alone.
    Foreign,
}

impl Service {
    /// What a demo finds in the database.
    pub async fn demo_ground(&self) -> Result<DemoGround> {
        let mut reader = self.reader().await?;
        if own_app(&mut reader).await?.is_some() {
            return Ok(DemoGround::Own);
        }
        let empty = apps::list(&mut reader, None, 1).await?.items.is_empty()
            && contacts::list(&mut reader, None, 1).await?.items.is_empty();
        Ok(if empty {
            DemoGround::Empty
        } else {
            DemoGround::Foreign
        })
    }

    /// Makes the demo's own app, in a database that has no app called `slug`.
    pub async fn make_demo_app(
        &self,
        slug: &str,
        name: &str,
        capabilities: &Capabilities,
    ) -> Result<()> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let (app, created) = apps::put(&mut tx, slug, name, capabilities, now).await?;
        if !created {
            return Err(ServiceError::conflict(format!(
                "There is an app “{slug}” already, which the demo did not make."
            )));
        }
        settings::put(&mut tx, DEMO_APP, &app.id, now).await?;
        let by = Principal::System;
        audit::note(&mut tx, &by, "app.create", slug, &[("name", name)], now).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(())
    }

    /// Points the demo's own app at the sandbox of this start, which listens
    /// elsewhere each time. A credential that somebody entered or removed since
    /// stays as it is, and the audit log gets a line only when what is shown of
    /// the credential is another.
    pub async fn point_demo_app(&self, secret: &CredentialSecret) -> Result<()> {
        let facts = check(self.connector(), secret)?;
        let channel = secret.channel();
        let now = self.now();
        let mut tx = self.begin().await?;
        let Some(app) = own_app(&mut tx).await? else {
            return Ok(());
        };
        let stored = credentials::of_app(&mut tx, app.id).await?;
        let Some(stored) = stored
            .into_iter()
            .find(|stored| stored.credential.channel == channel)
        else {
            return Ok(());
        };
        let before = unseal(self.sealer(), app.id, channel, &stored.sealed)?;
        if before == *secret || !is_on_this_machine(&before) {
            return Ok(());
        }
        store(self, &mut tx, app.id, secret, &facts).await?;
        if stored.credential.summary != facts.summary {
            let entry = [
                ("channel", channel.name()),
                ("summary", facts.summary.as_str()),
            ];
            let by = Principal::System;
            audit::note(&mut tx, &by, "credential.put", &app.slug, &entry, now).await?;
        }
        tx.commit().await?;
        self.bell().content_changed();
        Ok(())
    }

    /// A one-time link that lets whoever started the server in as an
    /// administrator: the first, or one who is there. For `--demo` alone,
    /// where nobody chose a password to keep.
    pub async fn demo_link(&self) -> Result<Secret> {
        if let Some(link) = self.first_administrator_link().await? {
            return Ok(link);
        }
        let mut tx = self.begin().await?;
        let user = an_administrator(&mut tx).await?;
        let link = self
            .new_link(&mut tx, Some(user), Role::Administrator, FIRST_LINK_SECONDS)
            .await?;
        tx.commit().await?;
        Ok(link.0)
    }
}

/// The administrator who has been here longest.
async fn an_administrator(tx: &mut Tx) -> Result<domain::UserId> {
    let users = users::list(tx, None, 500).await?.items;
    users
        .into_iter()
        .rfind(|user| user.role == Role::Administrator && user.active)
        .map(|user| user.id)
        .ok_or_else(|| ServiceError::not_found("An administrator"))
}

/// The app that a demo made here.
async fn own_app(db: &mut (impl Reads + ?Sized)) -> Result<Option<App>> {
    let id: Option<AppId> = settings::get(db.conn(), DEMO_APP).await?;
    Ok(match id {
        Some(id) => apps::find(db.conn(), id).await?,
        None => None,
    })
}

/// Whether a credential is used at an address of this machine, as a sandbox's is.
fn is_on_this_machine(secret: &CredentialSecret) -> bool {
    secret.endpoint().is_some_and(|endpoint| {
        let host = endpoint
            .split_once("://")
            .map_or(endpoint, |(_, rest)| rest);
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|local| host.starts_with(local))
    })
}
