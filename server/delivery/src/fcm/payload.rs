//! What the channel adds to a body: the dry-run flag. All else is built where
//! the push is rendered.

use bytes::{Bytes, BytesMut};

/// The same request, checked by FCM but not sent.
pub(super) fn validate_only(body: &Bytes) -> Option<Bytes> {
    let fields = body.strip_prefix(b"{")?;
    let flag: &[u8] = if fields.trim_ascii_start().starts_with(b"}") {
        br#"{"validateOnly":true"#
    } else {
        br#"{"validateOnly":true,"#
    };
    let mut out = BytesMut::with_capacity(flag.len() + fields.len());
    out.extend_from_slice(flag);
    out.extend_from_slice(fields);
    Some(out.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_joins_the_fields_of_the_request() {
        let body = Bytes::from_static(br#"{"message":{"token":"t"}}"#);
        assert_eq!(
            validate_only(&body).unwrap(),
            &br#"{"validateOnly":true,"message":{"token":"t"}}"#[..]
        );
        assert_eq!(
            validate_only(&Bytes::from_static(b"{}")).unwrap(),
            &br#"{"validateOnly":true}"#[..]
        );
        assert_eq!(validate_only(&Bytes::from_static(b"[]")), None);
    }
}
