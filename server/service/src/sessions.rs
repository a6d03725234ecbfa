//! Signing in and out. A session is a random secret in the browser's cookie;
//! its hash and the user are in the database, so that a role that changed or a
//! user who was removed counts at the next request.

use std::net::IpAddr;

use domain::people::{Principal, User};
use domain::view::Me;
use domain::{Timestamp, UserId};
use storage::{Tx, sessions, users};

use crate::chance::{self, Secret};
use crate::{Result, Service, ServiceError, audit, password};

/// How long a session lives without being used.
pub const SESSION_SECONDS: i64 = 14 * 24 * 3600;
/// How much of that must be over before it is prolonged: a write a day.
const PROLONG_AFTER_SECONDS: i64 = 24 * 3600;

/// A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What the browser's cookie holds.
    pub session: Secret,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl Service {
    /// Signs in with a password. Failures cost time, for the same email and
    /// for the same address.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        peer: Option<IpAddr>,
    ) -> Result<SignedIn> {
        let email = users::normal_email(email);
        let now = self.now();
        if let Some(retry_after) = self.throttle().wait(&email, peer, now) {
            return Err(ServiceError::RateLimited { retry_after });
        }
        let mut reader = self.reader().await?;
        let (user, hash) = users::find_by_email(&mut reader, &email).await?.unzip();
        drop(reader);
        if !self.passwords().verify(password, hash.flatten()).await? {
            self.throttle().failed(&email, peer, self.now());
            return Err(ServiceError::invalid(
                "password",
                "does not fit this email. Check both, or ask an administrator for a new link.",
            ));
        }
        let user = user.ok_or(ServiceError::Unauthenticated)?;
        self.throttle().succeeded(&email);
        let mut tx = self.begin().await?;
        let signed_in = self.new_session(&mut tx, user).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Who the session with this secret is, as they are now.
    ///
    /// # Errors
    /// `Unauthenticated` when there is no such session, or its user is gone.
    pub async fn session(&self, secret: &str) -> Result<Principal> {
        let now = self.now();
        let hash = chance::hash(secret);
        let mut reader = self.reader().await?;
        let (data, expires_at) = sessions::load(&mut reader, &hash, now)
            .await?
            .ok_or(ServiceError::Unauthenticated)?;
        let id = user_of(&data)?;
        let user = users::find(&mut reader, id)
            .await?
            .ok_or(ServiceError::Unauthenticated)?;
        drop(reader);
        let used_until = expires_at.plus_seconds(-SESSION_SECONDS);
        if now > used_until.plus_seconds(PROLONG_AFTER_SECONDS) {
            let mut tx = self.begin().await?;
            let until = now.plus_seconds(SESSION_SECONDS);
            sessions::save(&mut tx, &hash, Some(id), &data, until).await?;
            tx.commit().await?;
        }
        Ok(Principal::User {
            id,
            email: user.email,
            role: user.role,
        })
    }

    /// Ends a session.
    pub async fn sign_out(&self, secret: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        sessions::delete(&mut tx, &chance::hash(secret)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes the signed-in user's own password and ends their other
    /// sessions.
    pub async fn change_password(
        &self,
        by: &Principal,
        current: &str,
        wanted: &str,
        peer: Option<IpAddr>,
    ) -> Result<SignedIn> {
        let Principal::User { id, email, .. } = by else {
            return Err(ServiceError::Unauthenticated);
        };
        let mut errors = domain::validate::FieldErrors::default();
        password::check(wanted, &mut errors);
        errors.into_result(())?;
        if let Some(retry_after) = self.throttle().wait(email, peer, self.now()) {
            return Err(ServiceError::RateLimited { retry_after });
        }
        let mut reader = self.reader().await?;
        let known = users::find_by_email(&mut reader, email).await?;
        drop(reader);
        let Some((user, hash)) = known else {
            return Err(ServiceError::Unauthenticated);
        };
        // Somebody who came by a link may have no password yet.
        if hash.is_some() && !self.passwords().verify(current, hash).await? {
            self.throttle().failed(email, peer, self.now());
            return Err(ServiceError::invalid(
                "current_password",
                "is not your password",
            ));
        }
        let hash = self.passwords().hash(wanted, self.chance()).await?;
        let now = self.now();
        let mut tx = self.begin().await?;
        users::set_password(&mut tx, *id, &hash, now).await?;
        sessions::delete_of_user(&mut tx, *id).await?;
        audit::note(&mut tx, by, "user.password", email, &[], now).await?;
        let signed_in = self.new_session(&mut tx, user).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    pub(crate) async fn new_session(&self, tx: &mut Tx, user: User) -> Result<SignedIn> {
        let session = Secret::new("", self.chance()).map_err(ServiceError::internal)?;
        let expires_at = self.now().plus_seconds(SESSION_SECONDS);
        let data = user.id.0.as_bytes().to_vec();
        sessions::create(tx, &session.hash(), Some(user.id), &data, expires_at).await?;
        Ok(SignedIn {
            user,
            session,
            expires_at,
        })
    }
}

/// The user that a session's data names.
fn user_of(data: &[u8]) -> Result<UserId> {
    uuid::Uuid::from_slice(data)
        .map(UserId)
        .map_err(|_| ServiceError::Unauthenticated)
}

/// Who a principal is, for pages.
pub fn me(principal: &Principal) -> Option<Me> {
    match principal {
        Principal::User { id, email, role } => Some(Me {
            id: *id,
            email: email.clone(),
            role: *role,
        }),
        Principal::Key { .. } | Principal::System => None,
    }
}
