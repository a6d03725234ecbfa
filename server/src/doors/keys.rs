//! Who knocks: the key, where other products' clients put theirs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::people::Principal;
use http::{HeaderMap, header};
use service::{Service, ServiceError};

use crate::rest::extract::bearer;
use crate::rest::problem::Result;

/// Which half of Basic authentication is the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// `key:`
    User,
    /// `api:key`
    Password,
}

/// The caller whose key stands in `Authorization`, as Basic or Bearer; nobody
/// when there is no such header.
///
/// # Errors
/// `Unauthenticated` for a header that holds no key of ours.
pub(super) async fn caller(
    service: &Service,
    headers: &HeaderMap,
    half: Half,
) -> Result<Option<Principal>> {
    Ok(match key(headers, half)? {
        Some(key) => Some(service.authenticate_key(&key).await?),
        None => None,
    })
}

/// The same for whoever sends messages, which ask again when they are written.
pub(super) async fn sender(service: &Service, headers: &HeaderMap) -> Result<Option<Principal>> {
    Ok(match key(headers, Half::User)? {
        Some(key) => Some(service.authenticate_sender(&key).await?),
        None => None,
    })
}

/// The key in `Authorization`, if there is such a header.
fn key(headers: &HeaderMap, half: Half) -> Result<Option<String>> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let basic = basic(headers).map(|(user, password)| match half {
        Half::User => user,
        Half::Password => password,
    });
    let key = basic
        .or_else(|| bearer(headers).map(str::to_owned))
        .ok_or(ServiceError::Unauthenticated)?;
    Ok(Some(key))
}

/// User and password of `Authorization: Basic …` (RFC 7617).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<(String, String)> {
        let value = http::HeaderValue::from_str(value).expect("a header");
        basic(&HeaderMap::from_iter([(header::AUTHORIZATION, value)]))
    }

    #[test]
    fn basic_is_read_and_nothing_else() {
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(read("Basic a2V5Og=="), pair("key", ""));
        assert_eq!(read("basic YXBpOmE6Yg=="), pair("api", "a:b"));
        for wrong in [
            "Basic",
            "Basic a2V5",
            "Basic !!",
            "Basic /w==",
            "Bearer a2V5Og==",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
