use domain::delivery::DeliveryState::Rejected;
use domain::device::{BindingState, Channel};
use serde_json::json;

use super::refusals::{Refusal, every_refusal};
use super::table::{Row, Then, answer, every_row, wait};
use crate::world::{AN_HOUR_AFTER_THE_BEGINNING, World};

on_both!(
    every_answer_of_twilio_has_its_consequences,
    every_refusal_of_twilio_stops_its_credential_until_it_is_mended,
);

fn rows() -> Vec<Row> {
    let quarantined = Then::Device(BindingState::Quarantined, "quarantined");
    let mut rows = vec![
        Row::rejected(400, "20001"),
        Row::new(answer(400, "52001"), Rejected, "52001", quarantined),
        Row::again(answer(429, "20429"), "20429: Too Many Requests", 0),
        Row::again(wait(429, "20429", &json!(600)), "20429", 600),
        Row::again(answer(500, "20500"), "20500", 0),
        Row::again(
            wait(503, "20503", &json!(AN_HOUR_AFTER_THE_BEGINNING)),
            "20503",
            28 * 60,
        ),
    ];
    rows.extend(Row::of_the_wire());
    rows
}

async fn every_answer_of_twilio_has_its_consequences(mut world: World) {
    every_row(&mut world, Channel::Twilio, rows()).await;
}

async fn every_refusal_of_twilio_stops_its_credential_until_it_is_mended(mut world: World) {
    let rows = vec![
        Refusal::of_a_push(&answer(401, "20003"), "20003: Authenticate"),
        Refusal::of_a_push(&answer(403, "20403"), "20403: Forbidden"),
        Refusal::of_a_push(&answer(404, "20404"), "20404"),
    ];
    every_refusal(&mut world, Channel::Twilio, rows).await;
}
