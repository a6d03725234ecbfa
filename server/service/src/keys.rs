//! API keys: make, list, revoke, recognize.

mod remembered;

use domain::KeyId;
use domain::people::{ApiKey, Permission, Principal, Scope};
use domain::validate::{FieldErrors, check_text};
use domain::view::Page;
use storage::{Tx, keys};

use crate::chance::{self, Secret};
use crate::service::{page, require};
use crate::{PageRequest, Result, Service, ServiceError, audit};

pub(crate) use remembered::Remembered;

/// How every key begins, so that scanners for leaked secrets know them.
const KEY_PREFIX: &str = "carillon_";
/// Characters of a key that are shown to tell keys apart.
const SHOWN: usize = KEY_PREFIX.len() + 6;

impl Service {
    /// Makes a key; its secret is shown this once.
    pub async fn add_key(
        &self,
        by: &Principal,
        name: &str,
        scopes: &[Scope],
    ) -> Result<(ApiKey, Secret)> {
        require(by, Permission::Administer)?;
        let mut errors = FieldErrors::default();
        check_text("name", name.trim(), 1, 128, &mut errors);
        if scopes.is_empty() {
            errors.add(
                "scopes",
                "must name at least one of ingest, read and manage",
            );
        }
        errors.into_result(())?;
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();

        let secret = Secret::new(KEY_PREFIX, self.chance()).map_err(ServiceError::internal)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let shown = &secret.expose()[..SHOWN];
        let key = keys::add(&mut tx, name.trim(), shown, &secret.hash(), &scopes, now).await?;
        let names: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
        let facts = [("name", name.trim()), ("scopes", &names.join(","))];
        audit::note(&mut tx, by, "key.create", &key.id.to_string(), &facts, now).await?;
        tx.commit().await?;
        Ok((key, secret))
    }

    /// The keys in use, newest first.
    pub async fn list_keys(&self, by: &Principal, wish: &PageRequest) -> Result<Page<ApiKey>> {
        require(by, Permission::Administer)?;
        let mut reader = self.reader().await?;
        let keys = keys::list(&mut reader, wish.after()?.as_ref(), wish.limit).await?;
        Ok(page(keys, |key| key))
    }

    /// Revokes a key: the next request with it is refused.
    pub async fn revoke_key(&self, by: &Principal, id: KeyId) -> Result<()> {
        require(by, Permission::Administer)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let name = keys::revoke(&mut tx, id, now)
            .await
            .map_err(ServiceError::finding("This key"))?;
        audit::note(
            &mut tx,
            by,
            "key.revoke",
            &id.to_string(),
            &[("name", &name)],
            now,
        )
        .await?;
        tx.commit().await?;
        self.remembered_keys().forget(id);
        Ok(())
    }

    /// Who shows this secret, to post events or messages: those use cases ask
    /// again whether a key is in use, when they write.
    ///
    /// # Errors
    /// `Unauthenticated` when it is not a key in use.
    pub async fn authenticate_sender(&self, secret: &str) -> Result<Principal> {
        let (hash, now) = (chance::hash(secret), self.now());
        if let Some(principal) = self.remembered_keys().find(&hash, now) {
            return Ok(principal);
        }
        let principal = self.authenticate_key(secret).await?;
        self.remembered_keys().keep(hash, principal.clone(), now);
        Ok(principal)
    }

    /// That a key was not revoked since it was recognized.
    pub(crate) async fn require_in_use(&self, tx: &mut Tx, by: &Principal) -> Result<()> {
        let Principal::Key { id, .. } = by else {
            return Ok(());
        };
        if keys::in_use(tx, [*id]).await?.contains(id) {
            return Ok(());
        }
        self.remembered_keys().forget(*id);
        Err(ServiceError::Unauthenticated)
    }

    /// Who shows this secret.
    ///
    /// # Errors
    /// `Unauthenticated` when it is not a key in use.
    pub async fn authenticate_key(&self, secret: &str) -> Result<Principal> {
        if !secret.starts_with(KEY_PREFIX) {
            return Err(ServiceError::Unauthenticated);
        }
        let mut reader = self.reader().await?;
        let key = keys::find_by_secret(&mut reader, &chance::hash(secret))
            .await?
            .ok_or(ServiceError::Unauthenticated)?;
        drop(reader);
        let now = self.now();
        if keys::is_stale(&key, now) {
            let mut tx = self.begin().await?;
            keys::touch(&mut tx, key.id, now).await?;
            tx.commit().await?;
        }
        Ok(Principal::Key {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
        })
    }
}
