//! The browsers' subscriptions. Their keys follow from their id and one secret,
//! so that every id is a browser and none has to be remembered.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::device::Subscription;
use hkdf::Hkdf;
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::json;
use sha2::Sha256;

/// Longest id, in characters.
const ID_MAX: usize = 128;

/// Whether `id` can be a browser's.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=ID_MAX).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// What a browser keeps to itself.
pub(super) struct Keys {
    pub(super) private: SecretKey,
    pub(super) auth: [u8; 16],
}

/// The browsers of one sandbox.
pub(crate) struct Subscriptions {
    secret: String,
    origin: String,
}

/// The secret stays out of logs.
impl std::fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriptions")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Subscriptions {
    pub(crate) fn new(secret: String, origin: String) -> Self {
        Self { secret, origin }
    }

    /// The keys of the browser `id`. HKDF and the curve could refuse, and do not.
    pub(super) fn keys(&self, id: &str) -> Option<Keys> {
        let hkdf = Hkdf::<Sha256>::new(None, self.secret.as_bytes());
        let mut auth = [0; 16];
        // HKDF with SHA-256 gives up to 8160 bytes.
        hkdf.expand_multi_info(&[b"auth ", id.as_bytes()], &mut auth)
            .ok()?;
        // One in 2³² choices is no key: the next one is.
        let private = (0_u8..=255).find_map(|turn| {
            let mut bytes = [0; 32];
            hkdf.expand_multi_info(&[b"key ", &[turn], id.as_bytes()], &mut bytes)
                .ok()?;
            SecretKey::from_slice(&bytes).ok()
        });
        private.map(|private| Keys { private, auth })
    }

    /// The subscription of the browser `id`, as `PushSubscription.toJSON()` gives
    /// it; none if that is no id.
    pub(crate) fn json(&self, id: &str) -> Option<String> {
        let keys = self.keys(id).filter(|_| is_id(id))?;
        let point = keys.private.public_key().to_encoded_point(false);
        let subscription = json!({
            "endpoint": format!("{}/push/{id}", self.origin),
            "expirationTime": null,
            "keys": {
                "p256dh": BASE64_URL_SAFE_NO_PAD.encode(point.as_bytes()),
                "auth": BASE64_URL_SAFE_NO_PAD.encode(keys.auth),
            },
        });
        Some(subscription.to_string())
    }

    /// The same as a push token: in the one form in which Carillon keeps it.
    pub(crate) fn token(&self, id: &str) -> Option<String> {
        let subscription = Subscription::parse(&self.json(id)?).ok()?;
        Some(subscription.canonical())
    }

    /// Where the push service is, as the tokens of its senders must say.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}
