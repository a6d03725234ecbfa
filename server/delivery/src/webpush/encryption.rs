//! Message encryption for Web Push (RFC 8291, over the content coding
//! `aes128gcm` of RFC 8188): only the browser can read what passes its push
//! service.

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit};
use domain::device::Subscription;
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use sha2::Sha256;

/// Length of the salt, in bytes.
pub(super) const SALT: usize = 16;
/// The one record's size: with its tag and padding it must hold the message
/// (RFC 8291, section 4).
const RECORD_SIZE: u32 = 4096;
/// What ends the last record (RFC 8188, section 2).
const LAST_RECORD: u8 = 2;

/// The subscription's key is no point of the curve, so that nothing can be
/// encrypted for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subscription's p256dh is not a point of P-256")]
pub(super) struct NoPoint;

/// Encrypts `message` for a browser. `own` and `salt` are fresh for each one.
///
/// # Errors
/// [`NoPoint`] when the subscription's key is none.
pub(super) fn encrypt(
    message: &[u8],
    to: &Subscription,
    own: &SecretKey,
    salt: &[u8; SALT],
) -> Result<Vec<u8>, NoPoint> {
    let theirs = to.public_key();
    let point = PublicKey::from_sec1_bytes(&theirs).map_err(|_| NoPoint)?;
    let ours = own.public_key().to_encoded_point(false);
    let shared = ecdh::diffie_hellman(own.to_nonzero_scalar(), point.as_affine());
    let info = [b"WebPush: info\0", theirs.as_slice(), ours.as_bytes()].concat();
    let input: [u8; 32] = expand(&to.auth_secret(), shared.raw_secret_bytes(), &info);
    let key: [u8; 16] = expand(salt, &input, b"Content-Encoding: aes128gcm\0");
    let nonce: [u8; 12] = expand(salt, &input, b"Content-Encoding: nonce\0");

    let mut record = Vec::with_capacity(message.len() + 1);
    record.extend_from_slice(message);
    record.push(LAST_RECORD);
    let sealed = Aes128Gcm::new(&key.into())
        .encrypt(&nonce.into(), record.as_slice())
        // Only a message of gigabytes is too long for it.
        .map_err(|_| NoPoint)?;

    let mut body = Vec::with_capacity(SALT + 5 + ours.len() + sealed.len());
    body.extend_from_slice(salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    // A point's length is 65.
    body.extend_from_slice(&[ours.len().to_le_bytes()[0]]);
    body.extend_from_slice(ours.as_bytes());
    body.extend_from_slice(&sealed);
    Ok(body)
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    // HKDF with SHA-256 gives up to 8160 bytes.
    let expanded = Hkdf::<Sha256>::new(Some(salt), input).expand(info, &mut output);
    debug_assert!(expanded.is_ok());
    output
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

    use super::*;

    /// RFC 8291, appendix A, and section 5 for the whole body.
    #[test]
    fn the_example_of_the_rfc_is_encrypted_byte_for_byte() {
        let subscription = serde_json::json!({
            "endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
            "keys": {
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            },
        });
        let subscription = Subscription::parse(&subscription.to_string()).unwrap();
        let own = BASE64
            .decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
            .unwrap();
        let own = SecretKey::from_slice(&own).unwrap();
        let salt = BASE64.decode("DGv6ra1nlYgDCS1FRnbzlw").unwrap();
        let body = encrypt(
            b"When I grow up, I want to be a watermelon",
            &subscription,
            &own,
            salt.as_slice().try_into().unwrap(),
        )
        .unwrap();
        assert_eq!(
            BASE64.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6\
             TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        let no_point = [&[4_u8][..], &[1; 64]].concat();
        let subscription = serde_json::json!({
            "endpoint": "https://push.example/1",
            "keys": {"p256dh": BASE64.encode(no_point), "auth": BASE64.encode([0; 16])},
        });
        let subscription = Subscription::parse(&subscription.to_string()).unwrap();
        let own = SecretKey::from_slice(&[1; 32]).unwrap();
        assert_eq!(encrypt(b"x", &subscription, &own, &[0; SALT]), Err(NoPoint));
    }
}
