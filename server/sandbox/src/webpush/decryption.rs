//! How a browser reads a message (RFC 8291, section 3.4 with RFC 8188).

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, ecdh};
use sha2::Sha256;

use super::subscriptions::Keys;

/// The message; none if it was not encrypted for these keys.
pub(super) fn decrypt(body: &[u8], keys: &Keys) -> Option<Vec<u8>> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (length, rest) = rest.split_first()?;
    let (sender, record) = rest.split_at_checked(usize::from(*length))?;
    let size = usize::try_from(u32::from_be_bytes(size.try_into().ok()?)).ok()?;
    // A web push is one record (RFC 8291, section 4).
    if record.len() > size {
        return None;
    }
    let theirs = PublicKey::from_sec1_bytes(sender).ok()?;
    let secret = ecdh::diffie_hellman(keys.private.to_nonzero_scalar(), theirs.as_affine());
    let own = keys.private.public_key().to_encoded_point(false);

    let mut input = [0; 32];
    Hkdf::<Sha256>::new(Some(&keys.auth), secret.raw_secret_bytes())
        .expand_multi_info(&[b"WebPush: info\0", own.as_bytes(), sender], &mut input)
        .ok()?;
    let derived = Hkdf::<Sha256>::new(Some(salt), &input);
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    derived
        .expand(b"Content-Encoding: aes128gcm\0", &mut key)
        .ok()?;
    derived
        .expand(b"Content-Encoding: nonce\0", &mut nonce)
        .ok()?;
    let mut message = Aes128Gcm::new(&key.into())
        .decrypt(&nonce.into(), record)
        .ok()?;
    // Zeros may follow the delimiter: they hide how long the message is.
    while message.last() == Some(&0) {
        message.pop();
    }
    (message.pop() == Some(2)).then_some(message)
}
