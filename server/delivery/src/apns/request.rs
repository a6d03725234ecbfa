//! A push as an HTTP request.

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

/// A push that can be put into a request.
pub(super) struct Prepared<'a> {
    origin: &'a Origin,
    message: &'a Message,
}

impl<'a> Prepared<'a> {
    /// Refuses what cannot be put into a request.
    pub(super) fn new(origin: &'a Origin, message: &'a Message) -> Result<Self, Outcome> {
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
        let options = &message.options;
        for (name, value) in [
            ("topic", &options.topic),
            ("collapse_id", &options.collapse_id),
        ] {
            let header = value.as_deref().map(HeaderValue::from_str).transpose();
            if header.is_err() {
                return Err(Outcome::Rejected {
                    reason: format!("{name} holds characters that a header cannot hold"),
                });
            }
        }
        Ok(Self { origin, message })
    }

    pub(super) fn request(&self, token: &ProviderToken) -> Request<Bytes> {
        let mut request = Request::new(self.message.body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri();
        *request.headers_mut() = self.headers(token.header.clone());
        request
    }

    /// Whether `apns_id` is the id that it went out with.
    pub(super) fn is_called(&self, apns_id: &str) -> bool {
        uuid::Uuid::try_parse(apns_id).is_ok_and(|id| id == self.message.id)
    }

    fn uri(&self) -> Uri {
        const PATH: &str = "/3/device/";
        let token = &*self.message.token;
        let mut path = String::with_capacity(PATH.len() + token.len());
        path.push_str(PATH);
        path.push_str(token);
        // Letters and digits, as was looked at before: always a path.
        PathAndQuery::try_from(path)
            .map(|path| self.origin.uri(path))
            .unwrap_or_default()
    }

    /// The headers, with a credential.
    pub(super) fn headers(&self, authorization: HeaderValue) -> HeaderMap {
        let options = &self.message.options;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(header::AUTHORIZATION, authorization);
        insert(&mut headers, &APNS_TOPIC, options.topic.as_deref());
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
        let collapse_id = options.collapse_id.as_deref();
        insert(&mut headers, &APNS_COLLAPSE_ID, collapse_id);
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let id = self.message.id.hyphenated().encode_lower(&mut text);
        if let Some(id) = insert(&mut headers, &APNS_ID, Some(id)) {
            // Never repeats: kept out of HPACK's table, where it would push out
            // the headers that do.
            id.set_sensitive(true);
        }
        headers
    }
}

/// Adds a header that was looked at before, and returns its value.
fn insert<'h>(
    headers: &'h mut HeaderMap,
    name: &'static HeaderName,
    value: Option<&str>,
) -> Option<&'h mut HeaderValue> {
    let value = HeaderValue::from_str(value?).ok()?;
    Some(headers.entry(name).or_insert(value))
}

/// A push's headers, with a credential.
pub(crate) fn headers(message: &Message, authorization: HeaderValue) -> Result<HeaderMap, Outcome> {
    let nowhere =
        Origin::parse(super::PRODUCTION).map_err(|reason| Outcome::Rejected { reason })?;
    Ok(Prepared::new(&nowhere, message)?.headers(authorization))
}
