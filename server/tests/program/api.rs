//! A client of the REST API that judges nothing.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// A client with a key.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) client: reqwest::Client,
    /// `http://127.0.0.1:<port>/api/v1`.
    pub(crate) url: String,
    pub(crate) key: String,
}

/// A status and the JSON that came with it.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.key)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        read(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        read(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        read(self.request(Method::DELETE, path)).await
    }
}

/// Sends a request; whatever fails comes as a problem.
pub(crate) async fn read(request: RequestBuilder) -> Answer {
    answer(request.send().await.expect("an answer")).await
}

/// Reads an answer; whatever fails comes as a problem.
pub(crate) async fn answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").cloned();
    let text = response.text().await.expect("a body");
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} {error}: {text}"))
    };
    if status >= 400 {
        assert_eq!(kind.expect("a type"), "application/problem+json", "{text}");
        assert_eq!(body["status"], status, "{text}");
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty()),
            "{text}"
        );
    }
    Answer { status, body }
}
