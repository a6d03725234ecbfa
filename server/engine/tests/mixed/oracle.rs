//! What must become of a push, by what its provider does: a table written by
//! hand from the providers' own pages. Nothing here is computed by the code
//! that it judges.

use domain::delivery::DeliveryState::{
    self, Accepted, Expired, Rejected, Suppressed, TokenGone, Unknown,
};
use domain::device::BindingState::{
    self, Active, Gone, Quarantined, WrongEnvironment, WrongProject,
};
use domain::device::Channel::{self, Adm, Apns, Fcm, Twilio, Webpush};

/// One thing that a provider does to a promotional push, and what must follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) channel: Channel,
    /// What the sandbox does, as its faults file says it; `{new}` is a name that
    /// nothing else has.
    pub(crate) does: &'static str,
    /// How often it does so; 0 for always.
    pub(crate) times: u64,
    /// What the delivery is in the end.
    pub(crate) ends: DeliveryState,
    /// How its reason begins in the end; none where this is empty, and any in
    /// the transport's own words where it is `*`.
    pub(crate) reason: &'static str,
    /// What the device is from then on.
    pub(crate) device: BindingState,
    /// Where it is tried again: the least and the most seconds until then.
    pub(crate) waits: Option<(i64, i64)>,
    pub(crate) reach: Reach,
}

/// What else it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing: it happens among others.
    Delivery,
    /// Its credential or its push, which are its own; the next push to a second
    /// device there, decided a moment later, ends in this, for this reason.
    Next(DeliveryState, &'static str),
    /// The same, and an access token that has served for half an hour is there
    /// before.
    Later(DeliveryState, &'static str),
}

const fn row(
    channel: Channel,
    does: &'static str,
    ends: DeliveryState,
    reason: &'static str,
    device: BindingState,
) -> Row {
    Row {
        channel,
        does,
        times: 0,
        ends,
        reason,
        device,
        waits: None,
        reach: Reach::Delivery,
    }
}

const fn rejected(channel: Channel, does: &'static str, reason: &'static str) -> Row {
    row(channel, does, Rejected, reason, Active)
}

/// Tried again after so many seconds, and taken then.
const fn again(channel: Channel, does: &'static str, least: i64, most: i64) -> Row {
    Row {
        times: 1,
        waits: Some((least, most)),
        ..row(channel, does, Accepted, "", Active)
    }
}

/// Done once, and the same attempt goes on to be taken.
const fn mended(channel: Channel, does: &'static str) -> Row {
    Row {
        times: 1,
        ..row(channel, does, Accepted, "", Active)
    }
}

/// The credential is refused, and the next is not even tried.
const fn refused(channel: Channel, does: &'static str) -> Row {
    Row {
        reach: Reach::Next(Suppressed, "credential_refused"),
        ..row(channel, does, Suppressed, "credential_refused", Active)
    }
}

/// The credential rests; both are taken after that.
const fn rests(channel: Channel, does: &'static str, least: i64, most: i64) -> Row {
    Row {
        reach: Reach::Next(Accepted, ""),
        ..again(channel, does, least, most)
    }
}

/// What breaks more than its own call: the connection is its own.
const fn breaks(channel: Channel) -> Row {
    Row {
        times: 1,
        reach: Reach::Next(Accepted, ""),
        ..row(channel, r#""reset_connection""#, Unknown, "*", Active)
    }
}

/// What is the same on every wire.
const fn wire(channel: Channel) -> [Row; 6] {
    [
        Row {
            times: 1,
            ..row(channel, r#""reset_stream""#, Unknown, "*", Active)
        },
        mended(channel, r#""refuse_stream""#),
        row(channel, r#""deliver""#, Accepted, "", Active),
        mended(channel, r#""goaway""#),
        row(channel, r#""never_answer""#, Unknown, "*", Active),
        breaks(channel),
    ]
}

/// A wait that nobody asked for: half to a whole of five seconds.
const OWN: (i64, i64) = (2, 6);
/// What is waited beyond what was asked for.
const SPREAD: i64 = 3;

const fn own(channel: Channel, does: &'static str) -> Row {
    again(channel, does, OWN.0, OWN.1)
}

const fn asked(channel: Channel, does: &'static str, seconds: i64) -> Row {
    again(channel, does, seconds, seconds + SPREAD)
}

const APNS: &[Row] = &[
    // 410: gone, if the registration is not newer than Apple's timestamp.
    row(
        Apns,
        r#"{"answer": {"status": 410, "reason": "Unregistered", "timestamp": 4102444800000}}"#,
        TokenGone,
        "Unregistered",
        Gone,
    ),
    row(
        Apns,
        r#"{"answer": {"status": 410, "reason": "ExpiredToken", "timestamp": 4102444800000}}"#,
        TokenGone,
        "ExpiredToken",
        Gone,
    ),
    row(
        Apns,
        r#"{"answer": {"status": 410, "reason": "Unregistered", "timestamp": 1000}}"#,
        TokenGone,
        "Unregistered",
        Active,
    ),
    row(
        Apns,
        r#"{"answer": {"status": 400, "reason": "BadDeviceToken"}}"#,
        TokenGone,
        "BadDeviceToken",
        WrongEnvironment,
    ),
    row(
        Apns,
        r#"{"answer": {"status": 400, "reason": "DeviceTokenNotForTopic"}}"#,
        Rejected,
        "DeviceTokenNotForTopic",
        Quarantined,
    ),
    own(
        Apns,
        r#"{"answer": {"status": 429, "reason": "TooManyRequests"}}"#,
    ),
    asked(
        Apns,
        r#"{"answer": {"status": 429, "reason": "TooManyRequests", "retry_after": 600}}"#,
        600,
    ),
    // Apple asks for a quarter of an hour.
    asked(
        Apns,
        r#"{"answer": {"status": 500, "reason": "InternalServerError"}}"#,
        900,
    ),
    asked(
        Apns,
        r#"{"answer": {"status": 503, "reason": "ServiceUnavailable"}}"#,
        900,
    ),
    own(Apns, r#"{"answer": {"status": 503, "reason": "Shutdown"}}"#),
    own(
        Apns,
        r#"{"answer": {"status": 400, "reason": "IdleTimeout"}}"#,
    ),
    mended(
        Apns,
        r#"{"answer": {"status": 403, "reason": "UnrelatedKeyIdInToken"}}"#,
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 413, "reason": "PayloadTooLarge"}}"#,
        "PayloadTooLarge",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "PayloadEmpty"}}"#,
        "PayloadEmpty",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "BadCollapseId"}}"#,
        "BadCollapseId",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "BadExpirationDate"}}"#,
        "BadExpirationDate",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "BadMessageId"}}"#,
        "BadMessageId",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "BadPriority"}}"#,
        "BadPriority",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "InvalidPushType"}}"#,
        "InvalidPushType",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "DuplicateHeaders"}}"#,
        "DuplicateHeaders",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "MissingDeviceToken"}}"#,
        "MissingDeviceToken",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 404, "reason": "BadPath"}}"#,
        "BadPath",
    ),
    rejected(
        Apns,
        r#"{"answer": {"status": 405, "reason": "MethodNotAllowed"}}"#,
        "MethodNotAllowed",
    ),
    // Reasons that nobody knows, by their status.
    rejected(
        Apns,
        r#"{"answer": {"status": 400, "reason": "Novel"}}"#,
        "Novel",
    ),
    // A fault that lasts, until the push's time is over.
    Row {
        times: 0,
        ..Row {
            ends: Expired,
            reason: "InternalServerError",
            ..asked(
                Apns,
                r#"{"answer": {"status": 500, "reason": "InternalServerError", "retry_after": 20000}}"#,
                20_000,
            )
        }
    },
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "InvalidProviderToken"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "MissingProviderToken"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "Forbidden"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "BadCertificate"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "BadCertificateEnvironment"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 403, "reason": "BadEnvironmentKeyIdInToken"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 400, "reason": "TopicDisallowed"}}"#,
    ),
    refused(
        Apns,
        r#"{"answer": {"status": 400, "reason": "MissingTopic"}}"#,
    ),
    refused(Apns, r#"{"answer": {"status": 400, "reason": "BadTopic"}}"#),
    // Signed just now: not again within twenty minutes.
    rests(
        Apns,
        r#"{"answer": {"status": 403, "reason": "ExpiredProviderToken"}}"#,
        19 * 60,
        21 * 60,
    ),
    rests(
        Apns,
        r#"{"answer": {"status": 429, "reason": "TooManyProviderTokenUpdates"}}"#,
        19 * 60,
        26 * 60,
    ),
    // Signed half an hour ago: signed again, and tried once more.
    Row {
        reach: Reach::Later(Accepted, ""),
        ..mended(
            Apns,
            r#"{"answer": {"status": 403, "reason": "ExpiredProviderToken"}}"#,
        )
    },
];

const FCM: &[Row] = &[
    row(
        Fcm,
        r#"{"answer": {"status": 404, "reason": "UNREGISTERED"}}"#,
        TokenGone,
        "UNREGISTERED",
        Gone,
    ),
    row(
        Fcm,
        r#"{"answer": {"status": 400, "reason": "INVALID_ARGUMENT",
            "message": "The registration token is not a valid FCM registration token"}}"#,
        TokenGone,
        "INVALID_ARGUMENT",
        Gone,
    ),
    rejected(
        Fcm,
        r#"{"answer": {"status": 400, "reason": "INVALID_ARGUMENT"}}"#,
        "INVALID_ARGUMENT",
    ),
    row(
        Fcm,
        r#"{"answer": {"status": 403, "reason": "SENDER_ID_MISMATCH"}}"#,
        TokenGone,
        "SENDER_ID_MISMATCH",
        WrongProject,
    ),
    asked(
        Fcm,
        r#"{"answer": {"status": 429, "reason": "QUOTA_EXCEEDED"}}"#,
        60,
    ),
    asked(
        Fcm,
        r#"{"answer": {"status": 429, "reason": "QUOTA_EXCEEDED", "retry_after": 600}}"#,
        600,
    ),
    own(Fcm, r#"{"answer": {"status": 500, "reason": "INTERNAL"}}"#),
    asked(
        Fcm,
        r#"{"answer": {"status": 500, "reason": "INTERNAL", "retry_after": 90}}"#,
        90,
    ),
    own(
        Fcm,
        r#"{"answer": {"status": 503, "reason": "UNAVAILABLE"}}"#,
    ),
    asked(
        Fcm,
        r#"{"answer": {"status": 503, "reason": "UNAVAILABLE", "retry_after": 90}}"#,
        90,
    ),
    Row {
        reach: Reach::Next(Suppressed, "push_stopped"),
        ..rejected(
            Fcm,
            r#"{"answer": {"status": 400, "fields": [
                {"field": "message.android.ttl", "description": "is wrong"}]}}"#,
            "INVALID_ARGUMENT; message.android.ttl",
        )
    },
    refused(Fcm, r#"{"answer": {"status": 403, "message": "denied"}}"#),
    refused(Fcm, r#"{"answer": {"status": 401}}"#),
    Row {
        reach: Reach::Next(Accepted, ""),
        ..mended(Fcm, r#"{"answer": {"status": 401}}"#)
    },
    rests(
        Fcm,
        r#"{"answer": {"status": 401, "reason": "THIRD_PARTY_AUTH_ERROR"}}"#,
        59 * 60,
        61 * 60,
    ),
];

const ADM: &[Row] = &[
    row(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidRegistrationId"}}"#,
        TokenGone,
        "InvalidRegistrationId",
        Gone,
    ),
    row(
        Adm,
        r#"{"answer": {"status": 400, "reason": "Unregistered"}}"#,
        TokenGone,
        "Unregistered",
        Gone,
    ),
    row(
        Adm,
        r#"{"answer": {"status": 200, "registration_id": "{new}"}}"#,
        Accepted,
        "",
        Active,
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidData"}}"#,
        "InvalidData",
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidConsolidationKey"}}"#,
        "InvalidConsolidationKey",
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidExpiration"}}"#,
        "InvalidExpiration",
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidChecksum"}}"#,
        "InvalidChecksum",
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 400, "reason": "InvalidType"}}"#,
        "InvalidType",
    ),
    rejected(
        Adm,
        r#"{"answer": {"status": 413, "reason": "MessageTooLarge"}}"#,
        "MessageTooLarge",
    ),
    own(
        Adm,
        r#"{"answer": {"status": 429, "reason": "MaxRateExceeded"}}"#,
    ),
    asked(
        Adm,
        r#"{"answer": {"status": 429, "reason": "MaxRateExceeded", "retry_after": 600}}"#,
        600,
    ),
    own(
        Adm,
        r#"{"answer": {"status": 500, "reason": "InternalServerError"}}"#,
    ),
    asked(
        Adm,
        r#"{"answer": {"status": 503, "reason": "Unavailable", "retry_after": 90}}"#,
        90,
    ),
    // An hour after the beginning, as a date.
    again(
        Adm,
        r#"{"answer": {"status": 503, "reason": "Unavailable",
            "retry_after": "Mon, 21 Sep 2026 15:13:20 GMT"}}"#,
        28 * 60,
        61 * 60,
    ),
    refused(
        Adm,
        r#"{"answer": {"status": 401, "reason": "AccessTokenExpired"}}"#,
    ),
    refused(Adm, r#"{"answer": {"status": 403, "reason": "Forbidden"}}"#),
    Row {
        reach: Reach::Next(Accepted, ""),
        ..mended(
            Adm,
            r#"{"answer": {"status": 401, "reason": "AccessTokenExpired"}}"#,
        )
    },
];

const WEBPUSH: &[Row] = &[
    row(
        Webpush,
        r#"{"answer": {"status": 404}}"#,
        TokenGone,
        "status 404",
        Gone,
    ),
    row(
        Webpush,
        r#"{"answer": {"status": 410}}"#,
        TokenGone,
        "status 410",
        Gone,
    ),
    // The key was taken before: another made this subscription.
    row(
        Webpush,
        r#"{"answer": {"status": 401}}"#,
        Rejected,
        "status 401",
        Quarantined,
    ),
    row(
        Webpush,
        r#"{"answer": {"status": 403}}"#,
        Rejected,
        "status 403",
        Quarantined,
    ),
    rejected(Webpush, r#"{"answer": {"status": 400}}"#, "status 400"),
    rejected(Webpush, r#"{"answer": {"status": 413}}"#, "status 413"),
    own(Webpush, r#"{"answer": {"status": 429}}"#),
    asked(
        Webpush,
        r#"{"answer": {"status": 429, "retry_after": 600}}"#,
        600,
    ),
    own(Webpush, r#"{"answer": {"status": 500}}"#),
    asked(
        Webpush,
        r#"{"answer": {"status": 503, "retry_after": 90}}"#,
        90,
    ),
];

const TWILIO: &[Row] = &[
    rejected(
        Twilio,
        r#"{"answer": {"status": 400, "reason": "20001"}}"#,
        "20001",
    ),
    row(
        Twilio,
        r#"{"answer": {"status": 400, "reason": "52001"}}"#,
        Rejected,
        "52001",
        Quarantined,
    ),
    own(Twilio, r#"{"answer": {"status": 429, "reason": "20429"}}"#),
    asked(
        Twilio,
        r#"{"answer": {"status": 429, "reason": "20429", "retry_after": 600}}"#,
        600,
    ),
    own(Twilio, r#"{"answer": {"status": 500, "reason": "20500"}}"#),
    asked(
        Twilio,
        r#"{"answer": {"status": 503, "reason": "20503", "retry_after": 90}}"#,
        90,
    ),
    refused(Twilio, r#"{"answer": {"status": 401, "reason": "20003"}}"#),
    refused(Twilio, r#"{"answer": {"status": 403, "reason": "20403"}}"#),
    refused(Twilio, r#"{"answer": {"status": 404, "reason": "20404"}}"#),
];

/// Every row.
pub(crate) fn table() -> Vec<Row> {
    let answers = [APNS, FCM, ADM, WEBPUSH, TWILIO].concat();
    answers
        .into_iter()
        .chain(Channel::ALL.into_iter().flat_map(wire))
        .collect()
}
