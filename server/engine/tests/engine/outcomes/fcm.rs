use std::time::Duration;

use domain::app::CredentialState;
use domain::delivery::DeliveryState::{Accepted, Rejected, TokenGone, Waiting};
use domain::device::{BindingState, Channel, Platform};
use domain::push::DeliveryClass::Promotional;
use serde_json::json;

use super::refusals::{Refusal, every_refusal};
use super::table::{Row, Then, answer, credential, every_row, sign_in, tried, wait};
use crate::world::{AN_HOUR_AFTER_THE_BEGINNING, World, token};

on_both!(
    every_answer_of_fcm_has_its_consequences,
    every_refusal_of_fcm_stops_its_credential_until_it_is_mended,
    a_third_partys_fault_makes_apple_and_web_rest_and_not_android,
);

fn rows() -> Vec<Row> {
    let gone = || Then::Device(BindingState::Gone, "token_gone");
    let other_project = Then::Device(BindingState::WrongProject, "wrong_project");
    let quota = "QUOTA_EXCEEDED";
    let mut rows = vec![
        Row::new(
            answer(404, "UNREGISTERED"),
            TokenGone,
            "UNREGISTERED",
            gone(),
        ),
        Row::new(
            json!({"answer": {"status": 400, "reason": "INVALID_ARGUMENT",
                "message": "The registration token is not a valid FCM registration token"}}),
            TokenGone,
            "INVALID_ARGUMENT",
            gone(),
        ),
        Row::rejected(400, "INVALID_ARGUMENT"),
        Row::new(
            json!({"answer": {"status": 400, "fields": [
                {"field": "message.android.ttl", "description": "is wrong"}]}}),
            Rejected,
            "INVALID_ARGUMENT; message.android.ttl",
            Then::StopsPush,
        ),
        Row::new(
            answer(403, "SENDER_ID_MISMATCH"),
            TokenGone,
            "SENDER_ID_MISMATCH",
            other_project,
        ),
        Row::mended_at_once(json!({"answer": {"status": 401}})),
        // Google's advice where it names no time.
        Row::again(answer(429, quota), quota, 60),
        Row::again(wait(429, quota, &json!(600)), quota, 600),
        Row::again(answer(500, "INTERNAL"), "INTERNAL", 0),
        Row::again(answer(503, "UNAVAILABLE"), "UNAVAILABLE", 0),
        Row::again(
            wait(503, "UNAVAILABLE", &json!(AN_HOUR_AFTER_THE_BEGINNING)),
            "UNAVAILABLE",
            28 * 60,
        ),
    ];
    rows.extend(Row::of_the_wire());
    rows
}

async fn every_answer_of_fcm_has_its_consequences(mut world: World) {
    every_row(&mut world, Channel::Fcm, rows()).await;
}

async fn every_refusal_of_fcm_stops_its_credential_until_it_is_mended(mut world: World) {
    let denied = json!({"answer": {"status": 403, "message": "denied"}});
    let unauthenticated = json!({"answer": {"status": 401}});
    let rows = vec![
        Refusal::of_a_push(&denied, "PERMISSION_DENIED"),
        Refusal::of_a_push(&unauthenticated, "UNAUTHENTICATED"),
        Refusal::of_a_token(&answer(400, "invalid_grant"), "status 400 invalid_grant"),
    ];
    every_refusal(&mut world, Channel::Fcm, rows).await;
}

async fn a_third_partys_fault_makes_apple_and_web_rest_and_not_android(mut world: World) {
    let name = "THIRD_PARTY_AUTH_ERROR";
    sign_in(&mut world, Channel::Fcm).await;
    let push = world.push(Promotional).await;
    let devices = [
        ("met", Platform::Ios),
        ("iphone", Platform::Ios),
        ("site", Platform::Web),
        ("pixel", Platform::Android),
    ];
    for (who, platform) in devices {
        world.device(who, Channel::Fcm, platform).await;
    }
    let fault = answer(401, name);
    world.faults(
        &json!([{"channel": "fcm", "token": token("met", Channel::Fcm), "first": 1,
        "do": fault}]),
    );
    world.test(push, "met").await;
    let met = tried(&world, "met").await;
    assert_eq!((met.state, met.attempt), (Waiting, 1));
    assert!(met.reason.is_some_and(|reason| reason.starts_with(name)));
    for who in ["iphone", "site"] {
        world.test(push, who).await;
        let held = tried(&world, who).await;
        assert_eq!((held.state, held.attempt), (Waiting, 0), "{who}");
        assert_eq!(world.arrived(who, Channel::Fcm), 0, "nobody asks meanwhile");
    }
    world.test(push, "pixel").await;
    assert_eq!(world.settled("pixel", 1).await[0].state, Accepted);
    let state = credential(&world, Channel::Fcm).await;
    assert_eq!(state, (CredentialState::Usable, None));
    world.pass(Duration::from_mins(63));
    for who in ["met", "iphone", "site"] {
        assert_eq!(world.settled(who, 1).await[0].state, Accepted, "{who}");
    }
}
