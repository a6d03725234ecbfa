//! The account's settings, and the check that the sealing key is the data's.

use domain::people::{Permission, Principal};
use domain::validate::{FieldErrors, check_text, check_time_zone};
use domain::view::AccountSettings;
use storage::{Conn, StorageError, Store, settings};
use thiserror::Error;

use crate::sealing::SealingError;
use crate::service::require;
use crate::{Result, Service, audit};

const ACCOUNT: &str = "account";
const SEALING_KEY_ID: &str = "sealing_key_id";

impl Service {
    /// The account's settings.
    pub async fn account(&self, by: &Principal) -> Result<AccountSettings> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        account(&mut reader).await
    }

    /// Changes the account's settings.
    pub async fn save_account(&self, by: &Principal, wanted: AccountSettings) -> Result<()> {
        require(by, Permission::Administer)?;
        let mut errors = FieldErrors::default();
        check_text("name", wanted.name.trim(), 1, 128, &mut errors);
        if wanted.time_zone.is_empty() {
            errors.add("time_zone", "must not be empty");
        }
        check_time_zone("time_zone", &wanted.time_zone, &mut errors);
        crate::time_zone::check(Some(&wanted.time_zone), &mut errors);
        errors.into_result(())?;
        let wanted = AccountSettings {
            name: wanted.name.trim().to_owned(),
            ..wanted
        };

        let now = self.now();
        let mut tx = self.begin().await?;
        settings::put(&mut tx, ACCOUNT, &wanted, now).await?;
        let facts = [
            ("name", wanted.name.as_str()),
            ("time_zone", wanted.time_zone.as_str()),
        ];
        audit::note(&mut tx, by, "account.change", "account", &facts, now).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(())
    }

    /// That the sealing key is the one that this database's credentials were
    /// sealed with; a database without one takes this one for good.
    pub async fn check_sealing_key(&self) -> Result<(), KeyCheckError> {
        let mut tx = self.store().begin().await?;
        let own = self.sealer().id().to_owned();
        let expected = settings::put_once(&mut tx, SEALING_KEY_ID, &own, self.now()).await?;
        self.sealer().check_id(&expected)?;
        tx.commit().await?;
        Ok(())
    }
}

/// The account's settings, or those of an account that never set any.
pub(crate) async fn account(db: impl Into<Conn<'_>>) -> Result<AccountSettings> {
    Ok(settings::get(db, ACCOUNT).await?.unwrap_or_default())
}

/// Why a sealing key is not known to be the database's.
#[derive(Debug, Error)]
pub enum KeyCheckError {
    /// It is another one.
    #[error(transparent)]
    Key(#[from] SealingError),
    /// The database does not say.
    #[error("the database does not say which sealing key it belongs to")]
    Database(#[from] StorageError),
}

/// The id of the sealing key that a database was used with, if it ever was.
pub async fn sealing_key_id(store: &Store) -> Result<Option<String>, StorageError> {
    let mut reader = store.read().await?;
    settings::get(&mut reader, SEALING_KEY_ID).await
}
