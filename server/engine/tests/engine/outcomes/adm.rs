use domain::delivery::DeliveryState::{Accepted, TokenGone};
use domain::device::{BindingState, Channel};
use serde_json::json;

use super::refusals::{Refusal, every_refusal};
use super::table::{Row, Then, answer, every_row, wait};
use crate::world::{AN_HOUR_AFTER_THE_BEGINNING, World};

on_both!(
    every_answer_of_adm_has_its_consequences,
    every_refusal_of_adm_stops_its_credential_until_it_is_mended,
);

/// What Amazon calls a registration from now on.
const NEW: &str = "amzn1.adm-registration.v3.replaced";

fn rows() -> Vec<Row> {
    let gone = |reason: &'static str| {
        let device = Then::Device(BindingState::Gone, "token_gone");
        Row::new(answer(400, reason), TokenGone, reason, device)
    };
    let rate = "MaxRateExceeded";
    let mut rows = vec![
        gone("InvalidRegistrationId"),
        gone("Unregistered"),
        Row::new(
            json!({"answer": {"status": 200, "registration_id": NEW}}),
            Accepted,
            "",
            Then::Token(NEW),
        ),
        Row::rejected(413, "MessageTooLarge"),
        Row::mended_at_once(answer(401, "AccessTokenExpired")),
        Row::again(answer(429, rate), rate, 0),
        Row::again(wait(429, rate, &json!(600)), rate, 600),
        // Half an hour of the hour is gone when it is asked for.
        Row::again(
            wait(503, "Unavailable", &json!(AN_HOUR_AFTER_THE_BEGINNING)),
            "Unavailable",
            28 * 60,
        ),
        Row::again(answer(500, "InternalServerError"), "InternalServerError", 0),
        Row::again(wait(503, "Unavailable", &json!(90)), "Unavailable", 90),
    ];
    for reason in [
        "InvalidData",
        "InvalidConsolidationKey",
        "InvalidExpiration",
        "InvalidChecksum",
        "InvalidType",
    ] {
        rows.push(Row::rejected(400, reason));
    }
    rows.extend(Row::of_the_wire());
    rows
}

async fn every_answer_of_adm_has_its_consequences(mut world: World) {
    every_row(&mut world, Channel::Adm, rows()).await;
}

async fn every_refusal_of_adm_stops_its_credential_until_it_is_mended(mut world: World) {
    let rows = vec![
        Refusal::of_a_push(&answer(401, "AccessTokenExpired"), "AccessTokenExpired"),
        Refusal::of_a_push(&answer(403, "Forbidden"), "Forbidden"),
        Refusal::of_a_token(&answer(401, "invalid_client"), "status 401 invalid_client"),
    ];
    every_refusal(&mut world, Channel::Adm, rows).await;
}
