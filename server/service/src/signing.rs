//! Signed registration: an app may take a device only with proof that whoever
//! registers it is the contact, made by the customer's own server.
//!
//! The proof is `contact:` and the contact's `external_id` under HMAC-SHA256, in
//! hexadecimal, or a JSON Web Token (RFC 7519) with HS256 whose `sub` is it; a
//! token's `exp` and `nbf` count.

use domain::people::{Permission, Principal};
use domain::validate::{FieldErrors, check_text};
use domain::view::SigningView;
use domain::{AppId, Timestamp};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha2::Sha256;
use storage::registration_secrets::{SealedSecret, SealedSecrets};
use storage::{Conn, registration_secrets};

use crate::chance::Secret;
use crate::service::require;
use crate::{Result, Service, ServiceError, apps, audit};

/// Shortest and longest secret, in bytes.
const SECRET_BYTES: (usize, usize) = (32, 512);
/// Stands before an `external_id` that is signed. What a token signs holds no
/// colon, so neither proof can be made into the other.
const SIGNED_PREFIX: &[u8] = b"contact:";

impl Service {
    /// Lets an app take devices only with a contact id that `secret` signed. A
    /// secret of before is replaced at once, or with `keeps_former` signs on
    /// until it is retired.
    pub async fn require_signatures(
        &self,
        by: &Principal,
        app: &str,
        secret: &str,
        keeps_former: bool,
    ) -> Result<()> {
        require(by, Permission::Administer)?;
        let mut errors = FieldErrors::default();
        check_text(
            "secret",
            secret,
            SECRET_BYTES.0,
            SECRET_BYTES.1,
            &mut errors,
        );
        errors.into_result(())?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        let sealed = self
            .sealer()
            .seal(&bound_to(app.id), secret.as_bytes(), self.chance())
            .map_err(ServiceError::internal)?;
        let known = registration_secrets::of_app(&mut tx, app.id).await?;
        let action = match known {
            Some(known) if keeps_former => {
                if known.former.is_some() {
                    return Err(ServiceError::conflict(
                        "A former secret still signs. Retire it first, then put the new one.",
                    ));
                }
                registration_secrets::rotate(&mut tx, app.id, &sealed, now).await?;
                "app.rotate_signing_secret"
            }
            Some(_) | None => {
                registration_secrets::put(&mut tx, app.id, &sealed, now).await?;
                "app.require_signatures"
            }
        };
        audit::note(&mut tx, by, action, &app.slug, &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes a secret for an app, which is shown this once: the first one lets it
    /// take devices only signed, a later one leaves the one before in force until
    /// it is retired.
    pub async fn make_signing_secret(&self, by: &Principal, app: &str) -> Result<Secret> {
        require(by, Permission::Administer)?;
        let secret = Secret::new("", self.chance()).map_err(ServiceError::internal)?;
        self.require_signatures(by, app, secret.expose(), true)
            .await?;
        Ok(secret)
    }

    /// Since when an app takes devices only with a signature, and by which
    /// secrets; `None` when it takes them without.
    pub async fn signing(&self, by: &Principal, app: &str) -> Result<Option<SigningView>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let app = apps::find(&mut reader, app).await?;
        let secrets = registration_secrets::of_app(&mut reader, app.id).await?;
        Ok(secrets.map(|secrets| SigningView {
            entered_at: secrets.current.entered_at,
            former_entered_at: secrets.former.map(|former| former.entered_at),
        }))
    }

    /// Retires an app's former secret: what it signed is taken no more.
    pub async fn retire_signing_secret(&self, by: &Principal, app: &str) -> Result<()> {
        require(by, Permission::Administer)?;
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        registration_secrets::retire(&mut tx, app.id)
            .await
            .map_err(ServiceError::finding("A former secret of this app"))?;
        let (now, action) = (self.now(), "app.retire_signing_secret");
        audit::note(&mut tx, by, action, &app.slug, &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets an app take devices without a signature again.
    pub async fn stop_requiring_signatures(&self, by: &Principal, app: &str) -> Result<()> {
        require(by, Permission::Administer)?;
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        registration_secrets::delete(&mut tx, app.id)
            .await
            .map_err(ServiceError::finding("A secret of this app"))?;
        let now = self.now();
        let action = "app.stop_requiring_signatures";
        audit::note(&mut tx, by, action, &app.slug, &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the apps ask of `by`.
    pub(crate) async fn signers(&self, by: &Principal, db: impl Into<Conn<'_>>) -> Result<Signers> {
        // A person is signed in, and a file was handed over by one.
        if !matches!(by, Principal::Key { .. }) {
            return Ok(Signers::default());
        }
        let all = registration_secrets::all(db).await?;
        let open = |secrets: SealedSecrets| {
            let bound = bound_to(secrets.app_id);
            let open = |one: SealedSecret| self.sealer().unseal(&bound, &one.sealed);
            let kept = [Some(secrets.current), secrets.former];
            let opened = kept.into_iter().flatten().map(open);
            let opened = opened.collect::<std::result::Result<Vec<_>, _>>();
            Ok((secrets.app_id, opened.map_err(ServiceError::internal)?))
        };
        all.into_iter()
            .map(open)
            .collect::<Result<_>>()
            .map(Signers)
    }
}

/// A sealed secret opens for its own app alone.
fn bound_to(app: AppId) -> Vec<u8> {
    [b"registration secret ".as_slice(), app.0.as_bytes()].concat()
}

/// The apps that ask for signatures, and their secrets, the one in force first.
#[derive(Default)]
pub(crate) struct Signers(Vec<(AppId, Vec<Vec<u8>>)>);

impl Signers {
    /// That the app asks for nothing, or `proof` signs `external_id`; else why
    /// not.
    pub(crate) fn check(
        &self,
        app: AppId,
        external_id: &str,
        proof: Option<&str>,
        now: Timestamp,
    ) -> std::result::Result<(), &'static str> {
        match self.0.iter().find(|(id, _)| *id == app) {
            Some((_, secrets)) => check_any(secrets, external_id, proof, now),
            None => Ok(()),
        }
    }

    /// The apps that do not take these proofs, each of its contact.
    pub(crate) fn refusing(&self, contacts: &[(&str, Option<&str>)], now: Timestamp) -> Vec<AppId> {
        let proved = |secrets: &[Vec<u8>]| {
            contacts
                .iter()
                .all(|(external_id, proof)| check_any(secrets, external_id, *proof, now).is_ok())
        };
        self.0
            .iter()
            .filter(|(_, secrets)| !proved(secrets))
            .map(|(app, _)| *app)
            .collect()
    }

    /// Whether no app asks for anything, or one that does is not among those
    /// that refuse.
    pub(crate) fn content(&self, refusing: &[AppId]) -> bool {
        self.0.is_empty() || refusing.len() < self.0.len()
    }
}

/// The claims that count.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: Option<f64>,
    nbf: Option<f64>,
}

/// That one of the secrets signed it; else why the one in force did not.
fn check_any(
    secrets: &[Vec<u8>],
    external_id: &str,
    proof: Option<&str>,
    now: Timestamp,
) -> std::result::Result<(), &'static str> {
    let mut judged = secrets
        .iter()
        .map(|secret| check(secret, external_id, proof, now));
    let first = judged.next().unwrap_or(Ok(()));
    if judged.any(|judged| judged.is_ok()) {
        Ok(())
    } else {
        first
    }
}

fn check(
    secret: &[u8],
    external_id: &str,
    proof: Option<&str>,
    now: Timestamp,
) -> std::result::Result<(), &'static str> {
    let proof = proof.ok_or("it came without a signature")?.trim();
    if !proof.contains('.') {
        let signature = hex(proof).ok_or("the signature is neither hexadecimal nor a JWT")?;
        return Hmac::<Sha256>::new_from_slice(secret)
            .map(|mac| {
                mac.chain_update(SIGNED_PREFIX)
                    .chain_update(external_id.as_bytes())
            })
            .is_ok_and(|mac| mac.verify_slice(&signature).is_ok())
            .then_some(())
            .ok_or("the signature is not the one of this contact under the app's secret");
    }
    // Time comes from our own clock below.
    let mut rules = Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let token = jsonwebtoken::decode::<Claims>(proof, &DecodingKey::from_secret(secret), &rules)
        .map_err(|_| "the JWT is not one that the app's secret signed with HS256, with a sub")?;
    let claims = token.claims;
    #[expect(clippy::cast_precision_loss, reason = "seconds need 31 bits of 52")]
    let seconds = now.as_seconds() as f64;
    if claims.sub != external_id {
        Err("the JWT's sub is another contact")
    } else if claims.exp.is_some_and(|end| seconds >= end) {
        Err("the JWT has run out")
    } else if claims.nbf.is_some_and(|start| seconds < start) {
        Err("the JWT is not valid yet")
    } else {
        Ok(())
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests;
