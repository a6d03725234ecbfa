use std::time::Duration;

use domain::delivery::DeliveryState::{Rejected, TokenGone};
use domain::device::{BindingState, Channel};
use serde_json::json;

use super::pauses::every_pause;
use super::refusals::{Refusal, every_refusal};
use super::table::{Row, Then, answer, every_row, wait};
use crate::world::World;

on_both!(
    every_answer_of_apns_has_its_consequences,
    every_refusal_of_apns_stops_its_credential_until_it_is_mended,
    a_provider_token_that_cannot_be_renewed_yet_makes_apns_rest,
);

/// Apple asks for a quarter of an hour after a fault of its own.
const QUARTER: u64 = 15 * 60;
/// Later than any registration, in milliseconds.
const LATER: i64 = 4_102_444_800_000;

fn rows() -> Vec<Row> {
    let gone = |reason: &'static str, timestamp: i64, then: Then| {
        let does = json!({"answer": {"status": 410, "reason": reason, "timestamp": timestamp}});
        Row::new(does, TokenGone, reason, then)
    };
    let set_aside = || Then::Device(BindingState::Gone, "token_gone");
    let mut rows = vec![
        gone("Unregistered", LATER, set_aside()),
        gone("ExpiredToken", LATER, set_aside()),
        // Registered since: the token is kept.
        gone("Unregistered", 1_000, Then::Nothing),
        Row::new(
            answer(400, "BadDeviceToken"),
            TokenGone,
            "BadDeviceToken",
            Then::Device(BindingState::WrongEnvironment, "wrong_environment"),
        ),
        Row::new(
            answer(400, "DeviceTokenNotForTopic"),
            Rejected,
            "DeviceTokenNotForTopic",
            Then::Device(BindingState::Quarantined, "quarantined"),
        ),
        Row::mended_at_once(answer(403, "ExpiredProviderToken")),
        Row::mended_at_once(answer(403, "UnrelatedKeyIdInToken")),
        Row::again(answer(429, "TooManyRequests"), "TooManyRequests", 0),
        Row::again(
            wait(429, "TooManyRequests", &json!(600)),
            "TooManyRequests",
            600,
        ),
        Row::again(
            answer(500, "InternalServerError"),
            "InternalServerError",
            QUARTER,
        ),
        Row::again(
            answer(503, "ServiceUnavailable"),
            "ServiceUnavailable",
            QUARTER,
        ),
        Row::again(answer(503, "Shutdown"), "Shutdown", 0),
        Row::again(answer(400, "IdleTimeout"), "IdleTimeout", 0),
        Row::rejected(413, "PayloadTooLarge"),
        Row::rejected(404, "BadPath"),
        Row::rejected(405, "MethodNotAllowed"),
    ];
    for reason in [
        "PayloadEmpty",
        "BadCollapseId",
        "BadExpirationDate",
        "BadMessageId",
        "BadPriority",
        "InvalidPushType",
        "DuplicateHeaders",
        "MissingDeviceToken",
    ] {
        rows.push(Row::rejected(400, reason));
    }
    rows.extend(Row::of_the_wire());
    rows
}

async fn every_answer_of_apns_has_its_consequences(mut world: World) {
    every_row(&mut world, Channel::Apns, rows()).await;
}

async fn every_refusal_of_apns_stops_its_credential_until_it_is_mended(mut world: World) {
    let refusal =
        |status: u16, reason: &'static str| Refusal::of_a_push(&answer(status, reason), reason);
    let mut rows = Vec::new();
    for reason in [
        "InvalidProviderToken",
        "MissingProviderToken",
        "Forbidden",
        "BadCertificate",
        "BadCertificateEnvironment",
        "BadEnvironmentKeyIdInToken",
    ] {
        rows.push(refusal(403, reason));
    }
    for reason in ["TopicDisallowed", "MissingTopic", "BadTopic"] {
        rows.push(refusal(400, reason));
    }
    every_refusal(&mut world, Channel::Apns, rows).await;
}

async fn a_provider_token_that_cannot_be_renewed_yet_makes_apns_rest(mut world: World) {
    let rest = Duration::from_mins(20);
    let updates = "TooManyProviderTokenUpdates";
    let expired = "ExpiredProviderToken";
    let rows = vec![
        (answer(429, updates), updates, rest),
        (answer(403, expired), expired, rest),
    ];
    every_pause(&mut world, Channel::Apns, rows).await;
}
