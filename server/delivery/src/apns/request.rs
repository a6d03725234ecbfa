//! A push as an HTTP request.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use super::token::ProviderToken;
use crate::pool::Origin;
use crate::{Message, Outcome};

static APNS_TOPIC: HeaderName = HeaderName::from_static("apns-topic");
static APNS_PUSH_TYPE: HeaderName = HeaderName::from_static("apns-push-type");
pub(super) static APNS_ID: HeaderName = HeaderName::from_static("apns-id");
static APNS_EXPIRATION: HeaderName = HeaderName::from_static("apns-expiration");
static APNS_PRIORITY: HeaderName = HeaderName::from_static("apns-priority");
static APNS_COLLAPSE_ID: HeaderName = HeaderName::from_static("apns-collapse-id");

/// Longest device token that is sent at all; Apple's have 64 digits today.
const TOKEN_LIMIT: usize = 400;

/// A push with everything but the credential.
pub(super) struct Prepared<'a> {
    message: &'a Message,
    uri: Uri,
    topic: Option<HeaderValue>,
    collapse_id: Option<HeaderValue>,
    id: HeaderValue,
}

impl<'a> Prepared<'a> {
    /// Refuses what cannot be put into a request.
    pub(super) fn new(origin: &Origin, message: &'a Message) -> Result<Self, Outcome> {
        let token = &*message.token;
        // Anything else would be another path, or none at all.
        if token.is_empty()
            || token.len() > TOKEN_LIMIT
            || !token.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return Err(Outcome::TokenGone {
                since: None,
                reason: "BadDeviceToken (not sent: it is not hexadecimal)".to_owned(),
            });
        }
        let path = PathAndQuery::try_from(format!("/3/device/{token}")).map_err(|error| {
            Outcome::Rejected {
                reason: error.to_string(),
            }
        })?;
        let header = |name: &str, value: &Option<Arc<str>>| {
            value
                .as_deref()
                .map(HeaderValue::from_str)
                .transpose()
                .map_err(|_| Outcome::Rejected {
                    reason: format!("{name} holds characters that a header cannot hold"),
                })
        };
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let id = message.id.hyphenated().encode_lower(&mut text);
        let mut id = HeaderValue::from_str(id).map_err(|error| Outcome::Rejected {
            reason: error.to_string(),
        })?;
        // Never repeats: kept out of HPACK's table, where it would push out
        // the headers that do.
        id.set_sensitive(true);
        Ok(Self {
            message,
            uri: origin.uri(path),
            topic: header("topic", &message.options.topic)?,
            collapse_id: header("collapse_id", &message.options.collapse_id)?,
            id,
        })
    }

    pub(super) fn request(&self, token: &ProviderToken) -> Request<Bytes> {
        let mut request = Request::new(self.message.body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers(token.header.clone());
        request
    }

    /// The headers, with a credential.
    pub(super) fn headers(&self, authorization: HeaderValue) -> HeaderMap {
        let options = &self.message.options;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::AUTHORIZATION, authorization);
        if let Some(topic) = &self.topic {
            headers.insert(APNS_TOPIC.clone(), topic.clone());
        }
        headers.insert(
            APNS_PUSH_TYPE.clone(),
            HeaderValue::from_static(options.push_type.as_str()),
        );
        headers.insert(
            APNS_PRIORITY.clone(),
            HeaderValue::from_static(options.priority.as_str()),
        );
        if let Some(expiration) = options.expiration {
            headers.insert(
                APNS_EXPIRATION.clone(),
                HeaderValue::from(expiration.max(0)),
            );
        }
        if let Some(collapse_id) = &self.collapse_id {
            headers.insert(APNS_COLLAPSE_ID.clone(), collapse_id.clone());
        }
        headers.insert(APNS_ID.clone(), self.id.clone());
        headers
    }
}

/// A push's headers, with a credential.
pub(crate) fn headers(message: &Message, authorization: HeaderValue) -> Result<HeaderMap, Outcome> {
    let nowhere =
        Origin::parse(super::PRODUCTION).map_err(|reason| Outcome::Rejected { reason })?;
    Ok(Prepared::new(&nowhere, message)?.headers(authorization))
}
