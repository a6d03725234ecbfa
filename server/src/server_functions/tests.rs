//! The status layer, with functions that exist only here.

#![expect(
    clippy::unused_async,
    reason = "server functions are async by definition"
)]

use super::*;
use leptos::{prelude::*, server_fn::ServerFn};
use tower::ServiceExt;

#[server]
async fn fail_as(kind: String) -> Result<(), AppError> {
    Err(match kind.as_str() {
        "conflict" => AppError::Conflict {
            message: "It was published already.".to_owned(),
        },
        "forbidden" => AppError::Forbidden {
            message: "Administrators only.".to_owned(),
        },
        "limited" => AppError::RateLimited {
            retry_after_seconds: 7,
        },
        "signed_out" => AppError::Unauthenticated,
        _ => app::error::internal(&"the database is on fire at 10.0.0.7"),
    })
}

#[server]
async fn double(number: u32) -> Result<u32, AppError> {
    Ok(number * 2)
}

async fn call(path: &str, body: &'static str) -> (StatusCode, http::HeaderMap, String) {
    let context = PageContext {
        watching: false,
        service: None,
        secure: false,
        sandbox: false,
        public_url: None,
    };
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let response = routes(context).oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, ERROR_LIMIT).await.expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (parts.status, parts.headers, text)
}

#[test]
fn functions_live_under_their_prefix_and_their_module() {
    assert_eq!(Double::PATH, "/_fn/server/server_functions/tests/double");
}

#[tokio::test]
async fn an_answer_passes_untouched() {
    let (status, _, body) = call(Double::PATH, "number=21").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "42"));
}

#[tokio::test]
async fn each_error_has_its_own_status() {
    for (body, expected) in [
        ("kind=conflict", StatusCode::CONFLICT),
        ("kind=forbidden", StatusCode::FORBIDDEN),
        ("kind=limited", StatusCode::TOO_MANY_REQUESTS),
        ("kind=signed_out", StatusCode::UNAUTHORIZED),
        ("kind=other", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let (status, headers, text) = call(FailAs::PATH, body).await;
        assert_eq!(status, expected, "{text}");
        assert_eq!(
            headers.contains_key(header::RETRY_AFTER),
            expected == StatusCode::TOO_MANY_REQUESTS
        );
    }
}

#[tokio::test]
async fn what_failed_inside_stays_inside() {
    let (_, _, text) = call(FailAs::PATH, "kind=other").await;
    assert!(!text.contains("10.0.0.7"), "{text}");
    assert!(text.contains("incident"), "{text}");
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_the_callers_fault() {
    for (body, field) in [("", "number"), ("number=many", "number"), ("n=1", "number")] {
        let (status, _, text) = call(Double::PATH, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {text}");
        let error = AppError::de(text.into_bytes().into());
        assert!(matches!(error, AppError::Invalid { .. }), "{error:?}");
        if !body.contains("many") {
            assert!(error.field(field).is_some(), "{error:?}");
        }
    }
}

#[tokio::test]
async fn an_oversized_body_is_refused_in_words() {
    let body: &'static str = "n".repeat(BODY_LIMIT + 1).leak();
    let (status, _, text) = call(Double::PATH, body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{text}");
    assert!(matches!(
        AppError::de(text.into_bytes().into()),
        AppError::Invalid { .. }
    ));
}

#[tokio::test]
async fn an_unknown_function_is_not_found() {
    let (status, headers, text) = call("/_fn/nothing/here", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(headers.contains_key(SERVER_FN_ERROR_HEADER));
    assert!(matches!(
        AppError::de(text.into_bytes().into()),
        AppError::NotFound { .. }
    ));
}
