//! Bodies, packed or plain, bounded before and after unpacking.

use std::io::Read;

use axum::extract::Request;
use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use http::{HeaderMap, StatusCode, header};

use crate::rest::extract::read_within;
use crate::rest::problem::{ApiError, Result};

/// The body as text, of at most `limit` bytes: packed with gzip if
/// `Content-Encoding` says so.
pub(super) async fn read(request: Request, limit: usize) -> Result<String> {
    let packed = is_packed(request.headers())?;
    let body = read_within(request, limit).await?;
    let body = if packed {
        Bytes::from(unpack(&body, limit)?)
    } else {
        body
    };
    String::from_utf8(body.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        bad(format!("the body is not UTF-8 text: see byte {at}"))
    })
}

fn is_packed(headers: &HeaderMap) -> Result<bool> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else {
        return Ok(false);
    };
    match value.to_str().map(str::to_ascii_lowercase).as_deref() {
        Ok("gzip" | "x-gzip") => Ok(true),
        Ok("" | "identity") => Ok(false),
        _ => Err(ApiError::field(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding",
            "must be gzip, or absent",
        )),
    }
}

/// Unpacks no further than one byte past the limit: a small body may hold a
/// large one.
fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(packed)
        .take(most)
        .read_to_end(&mut body)
        .map_err(|_| bad("the body is not what Content-Encoding says: it is no gzip".to_owned()))?;
    if body.len() > limit {
        return Err(ApiError::request(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body, unpacked, is larger than the {limit} bytes that this door takes; send \
                 less at once"
            ),
        ));
    }
    Ok(body)
}

fn bad(detail: String) -> ApiError {
    ApiError::request(StatusCode::BAD_REQUEST, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn a_body_is_unpacked_up_to_its_limit() {
        assert_eq!(unpack(&packed(b"{}"), 2).expect("a body"), b"{}");
        let error = unpack(&packed(b"{ }"), 2).expect_err("too large");
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn a_bomb_is_left_packed() {
        let bomb = packed(&vec![b' '; 64 * 1024 * 1024]);
        assert!(bomb.len() < 500 * 1024, "{}", bomb.len());
        let error = unpack(&bomb, 500 * 1024).expect_err("too large");
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[test]
    fn what_is_not_gzip_or_was_cut_is_refused() {
        let whole = packed(b"{\"a\": 1}");
        for wrong in [&b"{}"[..], b"", &whole[..whole.len() - 4]] {
            let error = unpack(wrong, 100).expect_err("no gzip");
            assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        }
    }
}
