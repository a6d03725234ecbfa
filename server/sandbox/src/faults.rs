//! Scripted faults: what the sandbox does wrong on purpose, to whom and how often.

mod book;
mod plan;

use serde::{Deserialize, Serialize};

use crate::wire::Reply;

pub(crate) use book::{FaultBook, Verdict};

/// The faults file: `{"seed": 7, "faults": [ … ]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Seeds the dice of faults that have a probability.
    #[serde(default)]
    pub seed: u64,
    /// Tried in this order; the first that applies is the one that happens.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// One fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only on this channel; on all of them otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Only for this push token; for all of them otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Which of the channel's doors.
    #[serde(default)]
    pub on: Door,
    /// How likely, from 0 to 1; certain otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Leaves out this many requests that it would apply to.
    #[serde(default)]
    pub after: u64,
    /// Happens this many times, then no more; without end otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Waits this long before acting, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// What happens.
    #[serde(default, rename = "do")]
    pub action: Action,
}

/// A provider that the sandbox plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging, HTTP v1.
    Fcm,
    /// A browser's push service; a fault's token is the browser's id.
    Webpush,
    /// Amazon Device Messaging.
    Adm,
    /// Twilio Notify.
    Twilio,
}

/// Which request a fault is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// Sending a push.
    #[default]
    Send,
    /// Fetching an OAuth access token.
    Oauth,
}

/// What a fault does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Nothing else: the push is taken, after the delay.
    #[default]
    Deliver,
    /// Answers so.
    Answer(Answer),
    /// Takes the push, then resets its HTTP/2 stream.
    ResetStream,
    /// Resets the stream as not processed (`REFUSED_STREAM`).
    RefuseStream,
    /// Takes the push, then resets the TCP connection with all that is on it.
    ResetConnection,
    /// Answers the push and goes away: streams opened later on this connection
    /// are not processed. With a delay, the GOAWAY and this answer come late.
    #[serde(rename = "goaway")]
    GoAway,
    /// Takes the push and never answers.
    NeverAnswer,
}

/// A scripted answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// APNs' or ADM's reason, FCM's `errorCode`, or Twilio's error code; without
    /// it FCM's answer carries no `FcmError` detail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The `Retry-After` header: seconds or an HTTP date.
    #[serde(
        default,
        deserialize_with = "number_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry_after: Option<String>,
    /// APNs `timestamp` of a 410, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// FCM's `error.message`, or Twilio's `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What ADM's 200 calls the registration from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<String>,
    /// FCM `BadRequest.fieldViolations`: field and description.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldViolation>,
    /// The whole body, instead of the one that the provider would send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// One entry of Google's `BadRequest.fieldViolations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldViolation {
    /// Path of the field, such as `message.android.ttl`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

fn number_or_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Seconds(u64),
        Text(String),
    }
    Ok(
        Option::<Given>::deserialize(from)?.map(|given| match given {
            Given::Seconds(seconds) => seconds.to_string(),
            Given::Text(text) => text,
        }),
    )
}

/// Why a faults file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FaultsError {
    /// The file cannot be read.
    #[error("cannot read the faults file {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The text is not a faults file.
    #[error(
        "not a faults file: {0}; expected {{\"seed\": 7, \"faults\": [{{\"do\": {{\"answer\": \
         {{\"status\": 503, \"reason\": \"Shutdown\"}}}}, \"probability\": 0.01}}]}}"
    )]
    Parse(#[from] serde_json::Error),
    /// A value is out of its range.
    #[error("fault {index} has {what}")]
    Value {
        /// Position in the list, from 0.
        index: usize,
        /// What is wrong.
        what: String,
    },
}

impl Faults {
    /// Reads a faults file.
    ///
    /// # Errors
    /// If the file cannot be read or is not a faults file.
    pub fn from_file(path: &std::path::Path) -> Result<Self, FaultsError> {
        let text = std::fs::read(path).map_err(|source| FaultsError::Read {
            path: path.display().to_string(),
            source,
        })?;
        Self::from_json(&text)
    }

    /// Reads faults from JSON.
    ///
    /// # Errors
    /// If the text is not a faults file, or a value in it makes no sense.
    pub fn from_json(json: &[u8]) -> Result<Self, FaultsError> {
        let faults: Self = serde_json::from_slice(json)?;
        faults.check()?;
        Ok(faults)
    }

    fn check(&self) -> Result<(), FaultsError> {
        for (index, fault) in self.faults.iter().enumerate() {
            if let Some(probability) = fault.probability
                && !(0.0..=1.0).contains(&probability)
            {
                let what = format!("probability {probability}, not one from 0 to 1");
                return Err(FaultsError::Value { index, what });
            }
            if let Action::Answer(answer) = &fault.action
                && !(200..=599).contains(&answer.status)
            {
                let what = format!("status {}, not one from 200 to 599", answer.status);
                return Err(FaultsError::Value { index, what });
            }
        }
        Ok(())
    }
}

impl Answer {
    /// Puts what is the same for every provider into an answer.
    pub(crate) fn finish(&self, reply: &mut Reply) {
        if let Some(wait) = &self.retry_after
            && let Ok(wait) = http::HeaderValue::try_from(wait)
        {
            reply.headers.insert(http::header::RETRY_AFTER, wait);
        }
        if let Some(body) = &self.body {
            reply.body = bytes::Bytes::from(body.clone());
        }
    }
}

#[cfg(test)]
mod tests;
