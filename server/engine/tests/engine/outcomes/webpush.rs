use domain::delivery::DeliveryState::{Rejected, TokenGone};
use domain::device::{BindingState, Channel};
use serde_json::json;

use super::table::{Row, Then, answer, every_row, wait};
use crate::world::{AN_HOUR_AFTER_THE_BEGINNING, World};

on_both!(every_answer_of_a_push_service_has_its_consequences,);

fn rows() -> Vec<Row> {
    let gone = |status, reason| {
        let device = Then::Device(BindingState::Gone, "token_gone");
        Row::new(answer(status, "unsubscribed"), TokenGone, reason, device)
    };
    // The key was taken before: another one made this subscription.
    let suspect = |status, reason| {
        let device = Then::Device(BindingState::Quarantined, "quarantined");
        Row::new(
            answer(status, "the key is another"),
            Rejected,
            reason,
            device,
        )
    };
    let mut rows = vec![
        gone(404, "status 404"),
        gone(410, "status 410"),
        suspect(401, "status 401"),
        suspect(403, "status 403"),
        Row::again(answer(429, "slow down"), "status 429", 0),
        Row::again(wait(429, "slow down", &json!(600)), "status 429", 600),
        Row::again(answer(500, ""), "status 500", 0),
        Row::again(wait(503, "", &json!(90)), "status 503", 90),
        // Half an hour of the hour is gone when it is asked for.
        Row::again(
            wait(503, "", &json!(AN_HOUR_AFTER_THE_BEGINNING)),
            "status 503",
            28 * 60,
        ),
    ];
    for (status, reason) in [(400, "status 400"), (413, "status 413")] {
        rows.push(Row::new(
            answer(status, ""),
            Rejected,
            reason,
            Then::Nothing,
        ));
    }
    rows.extend(Row::of_the_wire());
    rows
}

async fn every_answer_of_a_push_service_has_its_consequences(mut world: World) {
    every_row(&mut world, Channel::Webpush, rows()).await;
}
