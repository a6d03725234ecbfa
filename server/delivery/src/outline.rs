//! A request as it will go out, for people to read: made by the code that sends,
//! with `…` in place of the credential and without the device's own address.

use domain::Timestamp;
use domain::device::Channel;
use http::HeaderValue;

use crate::{Message, Outcome, adm, apns, fcm, twilio, webpush};

/// A request's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Method and address; what stands in braces differs from device to device.
    pub line: String,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
}

/// The outline of the request for `message`, if it left at `now`.
///
/// # Errors
/// Why there would be none.
pub fn outline(channel: Channel, message: &Message, now: Timestamp) -> Result<Outline, String> {
    let (address, headers) = match channel {
        Channel::Apns => {
            let headers = apns::headers(message, hidden("bearer …")?);
            let address = format!("{}/3/device/{{token}}", apns::PRODUCTION);
            (address, headers.map_err(reason_of)?)
        }
        Channel::Fcm => {
            let address = format!("{}/v1/projects/{{project}}/messages:send", fcm::ENDPOINT);
            (address, fcm::headers(hidden("Bearer …")?))
        }
        Channel::Adm => {
            let path = "messaging/registrations/{registration}/messages";
            let address = format!("{}/{path}", adm::ENDPOINT);
            (address, adm::headers(hidden("Bearer …")?))
        }
        Channel::Webpush => {
            let headers = webpush::headers(message, hidden("vapid t=…, k=…")?, now);
            ("{the subscription's endpoint}".to_owned(), headers)
        }
        Channel::Twilio => {
            let path = "v1/Services/{service}/Notifications";
            let mut headers = http::HeaderMap::new();
            headers.insert(http::header::AUTHORIZATION, hidden("Basic …")?);
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.insert(http::header::CONTENT_TYPE, form);
            (format!("{}/{path}", twilio::ENDPOINT), headers)
        }
    };
    let headers = headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), value.into_owned())
        })
        .collect();
    Ok(Outline {
        line: format!("POST {address}"),
        headers,
    })
}

fn hidden(credential: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(credential.as_bytes()).map_err(|error| error.to_string())
}

fn reason_of(outcome: Outcome) -> String {
    match outcome {
        Outcome::Rejected { reason } | Outcome::TokenGone { reason, .. } => reason,
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use domain::payload;
    use uuid::Uuid;

    use super::*;
    use crate::Options;

    #[test]
    fn each_channel_has_its_headers_and_none_a_credential() {
        let options = payload::Options {
            collapse_id: Some("sale".to_owned()),
            priority: domain::push::Priority::Normal,
            ttl_seconds: 60,
        };
        let now = Timestamp(1_790_000_000_000);
        let message = Message {
            id: Uuid::from_u128(1),
            token: "aabb".into(),
            body: Bytes::from_static(b"{}"),
            options: Options::of(options, Some("org.example.shop".into()), now),
            validate_only: false,
        };
        let of = |channel| outline(channel, &message, now).expect("an outline");
        let header = |channel, wanted: &str| {
            let headers = of(channel).headers;
            let found = headers.into_iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value)
        };
        let apns = |name: &str| header(Channel::Apns, name);
        assert_eq!(apns("apns-topic").as_deref(), Some("org.example.shop"));
        assert_eq!(apns("apns-priority").as_deref(), Some("5"));
        assert_eq!(apns("apns-expiration").as_deref(), Some("1790000060"));
        assert_eq!(apns("apns-collapse-id").as_deref(), Some("sale"));
        assert_eq!(header(Channel::Webpush, "ttl").as_deref(), Some("60"));
        assert!(header(Channel::Adm, "x-amzn-type-version").is_some());
        for channel in Channel::ALL {
            let authorization = header(channel, "authorization").expect("a header");
            assert!(authorization.contains('…'), "{authorization}");
            assert!(of(channel).line.starts_with("POST "));
        }
    }
}
