//! Passwords: Argon2id with the parameters of RFC 9106's second choice as the
//! `argon2` crate has them (19 MiB, two passes; OWASP's minimum).

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::validate::FieldErrors;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::chance::Chance;
use crate::{Result, ServiceError};

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes.
pub const PASSWORD_MAX: usize = 512;
/// Hashes computed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Hashes and verifies passwords, a few at a time, off the async threads.
#[derive(Clone, Debug)]
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Checks a new password.
pub(crate) fn check(password: &str, errors: &mut FieldErrors) {
    if password.chars().count() < PASSWORD_MIN {
        errors.add(
            "password",
            format!("must have at least {PASSWORD_MIN} characters"),
        );
    } else if password.len() > PASSWORD_MAX {
        errors.add(
            "password",
            format!("must have at most {PASSWORD_MAX} bytes"),
        );
    }
}

impl Passwords {
    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: &str, chance: &dyn Chance) -> Result<String> {
        let mut salt = [0; 16];
        chance.fill(&mut salt).map_err(ServiceError::internal)?;
        let password = password.to_owned();
        self.off_thread(move || {
            let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
            Argon2::default()
                .hash_password(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| error.to_string())
        })
        .await?
        .map_err(ServiceError::internal)
    }

    /// Whether `password` is the one behind `hash`. Without a hash, or with a
    /// password longer than any, it works as long and says no, so that nobody
    /// learns which emails have accounts.
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some() && password.len() <= PASSWORD_MAX;
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let password = if known {
            password.to_owned()
        } else {
            "nobody's".to_owned()
        };
        let same = self
            .off_thread(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await?;
        Ok(known && same)
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let _permit = self.0.acquire().await.map_err(ServiceError::internal)?;
        spawn_blocking(work).await.map_err(ServiceError::internal)
    }
}

/// A hash of nothing that anybody knows, with today's parameters.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y2FyaWxsb25jYXJpbGxvbg\
                      $Zm9yIG5vYm9keSBhdCBhbGwgaW4gdGhpcyB3b3JsZCE";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SystemChance;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords
            .hash("correct horse", &SystemChance)
            .await
            .expect("hashed");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("correct horse", Some(hash.clone()))
                .await
                .expect("verified")
        );
        assert!(
            !passwords
                .verify("correct house", Some(hash))
                .await
                .expect("verified")
        );
        assert!(!passwords.verify("nobody's", None).await.expect("verified"));
    }

    #[test]
    fn the_hash_for_unknown_emails_costs_as_much_as_a_real_one() {
        let hash = PasswordHash::new(NOBODY).expect("well formed");
        assert_eq!(hash.algorithm.as_str(), "argon2id");
        assert_eq!(hash.params.get_decimal("m"), Some(19456));
        assert!(hash.hash.is_some_and(|output| output.len() == 32));
    }
}
