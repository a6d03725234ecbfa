use std::time::Duration;

use delivery::{CredentialProblem, Outcome, Priority, Scope, Throttle};
use domain::Timestamp;
use domain::time::Clock;

use crate::rig::{Rig, TOPIC, apns_push, token};

const QUARTER: Option<Duration> = Some(Duration::from_mins(15));

fn rejected(reason: &str) -> Outcome {
    Outcome::Rejected {
        reason: reason.to_owned(),
    }
}

fn refused(scope: Scope, reason: &str) -> Outcome {
    Outcome::CredentialRefused {
        scope,
        reason: reason.to_owned(),
    }
}

fn gone(since: Option<i64>, reason: &str) -> Outcome {
    Outcome::TokenGone {
        since: since.map(Timestamp),
        reason: reason.to_owned(),
    }
}

fn transient(reason: &str, retry_after: Option<Duration>) -> Outcome {
    Outcome::Transient {
        reason: reason.to_owned(),
        retry_after,
    }
}

/// Every row of the table in which the answer alone decides.
fn rows() -> Vec<(u16, &'static str, Outcome)> {
    let mut rows = vec![
        (
            410,
            "Unregistered",
            gone(Some(1_799_999_000_000), "Unregistered"),
        ),
        (
            410,
            "ExpiredToken",
            gone(Some(1_799_999_000_000), "ExpiredToken"),
        ),
        (400, "BadDeviceToken", gone(None, "BadDeviceToken")),
        (
            400,
            "DeviceTokenNotForTopic",
            Outcome::TokenSuspect {
                reason: "DeviceTokenNotForTopic".to_owned(),
            },
        ),
        (
            429,
            "TooManyRequests",
            Outcome::Throttled {
                limit: Throttle::Device,
                retry_after: None,
                reason: "TooManyRequests".to_owned(),
            },
        ),
        (
            500,
            "InternalServerError",
            transient("InternalServerError", QUARTER),
        ),
        (
            503,
            "ServiceUnavailable",
            transient("ServiceUnavailable", QUARTER),
        ),
        (503, "Shutdown", transient("Shutdown", None)),
        (400, "IdleTimeout", transient("IdleTimeout", None)),
        (413, "PayloadTooLarge", rejected("PayloadTooLarge")),
        (404, "BadPath", rejected("BadPath")),
        (405, "MethodNotAllowed", rejected("MethodNotAllowed")),
    ];
    for reason in [
        "InvalidProviderToken",
        "MissingProviderToken",
        "Forbidden",
        "BadCertificate",
        "BadCertificateEnvironment",
        "BadEnvironmentKeyIdInToken",
    ] {
        rows.push((403, reason, refused(Scope::Team, reason)));
    }
    for reason in ["TopicDisallowed", "MissingTopic", "BadTopic"] {
        rows.push((400, reason, refused(Scope::Topic, reason)));
    }
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
        rows.push((400, reason, rejected(reason)));
    }
    rows
}

#[tokio::test]
async fn every_answer_in_the_table_has_its_outcome() {
    let rows = rows();
    let faults: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (status, reason, _))| {
            let mut answer = serde_json::json!({"status": status, "reason": reason});
            if *status == 410 {
                answer["timestamp"] = 1_799_999_000_000_i64.into();
            }
            serde_json::json!({"token": token(number), "do": {"answer": answer}})
        })
        .collect();
    let rig = Rig::with_faults(&serde_json::json!({"faults": faults}).to_string()).await;
    let client = rig.apns();
    for (number, (status, reason, outcome)) in rows.iter().enumerate() {
        let answer = client.send(&apns_push(&token(number))).await;
        assert_eq!(answer.outcome, *outcome, "{status} {reason}");
        assert_eq!(answer.status, Some(*status));
        assert!(answer.body.unwrap().contains(reason));
    }
}

#[tokio::test]
async fn accepted_push_arrives_as_it_was_sent() {
    let rig = Rig::new().await;
    let mut push = apns_push(&token(1));
    push.options.priority = Priority::Considerate;
    push.options.expiration = Some(1_800_000_600);
    push.options.collapse_id = Some("offer-7".into());
    let answer = rig.apns().send(&push).await;
    assert_eq!(
        answer.outcome,
        Outcome::Accepted { provider_id: None },
        "it comes back under the id that it left with"
    );
    assert_eq!((answer.status, answer.body), (Some(200), None));
    let arrived = rig.sandbox.recent(&token(1));
    assert_eq!(arrived.len(), 1);
    assert_eq!(
        arrived[0].payload.as_ref().unwrap().get().as_bytes(),
        &push.body[..]
    );
    for (name, value) in [
        ("apns-topic", TOPIC),
        ("apns-push-type", "alert"),
        ("apns-priority", "5"),
        ("apns-expiration", "1800000600"),
        ("apns-collapse-id", "offer-7"),
        ("apns-id", &push.id.to_string()),
    ] {
        assert_eq!(arrived[0].headers[name], value, "{name}");
    }
}

#[tokio::test]
async fn retry_after_of_an_answer_is_handed_on() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"do": {"answer":
            {"status": 503, "reason": "ServiceUnavailable", "retry_after": 7}}}]}"#,
    )
    .await;
    let answer = rig.apns().send(&apns_push(&token(1))).await;
    let seven = Some(Duration::from_secs(7));
    assert_eq!(answer.outcome, transient("ServiceUnavailable", seven));
}

#[tokio::test]
async fn expired_provider_token_is_signed_again_and_the_push_sent_again() {
    let rig = Rig::new().await;
    let client = rig.apns();
    client.send(&apns_push(&token(1))).await;
    rig.faults(
        r#"{"faults": [{"first": 1, "do": {"answer": {"status": 403, "reason": "ExpiredProviderToken"}}}]}"#,
    );
    rig.clock.forward(21);
    let answer = client.send(&apns_push(&token(2))).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn token_that_is_expired_when_new_pauses_the_team_until_another_is_allowed() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"do": {"answer": {"status": 403, "reason": "ExpiredProviderToken"}}}]}"#,
    )
    .await;
    let client = rig.apns();
    let allowed = rig.clock.now().plus_seconds(20 * 60);
    match client.send(&apns_push(&token(1))).await.outcome {
        Outcome::Paused { scope, until, .. } => assert_eq!((scope, until), (Scope::Team, allowed)),
        other => panic!("{other:?}"),
    }
    assert_eq!(rig.sandbox.received(), 1, "it is not tried at once again");
    rig.clock.forward(20);
    // Signed again, expired again: the key is refused after exactly one more try.
    assert_eq!(
        client.send(&apns_push(&token(1))).await.outcome,
        refused(Scope::Team, "ExpiredProviderToken")
    );
    assert_eq!(rig.sandbox.received(), 3);
}

#[tokio::test]
async fn too_many_token_updates_pause_the_team_for_twenty_minutes() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"first": 1, "do": {"answer":
            {"status": 429, "reason": "TooManyProviderTokenUpdates"}}}]}"#,
    )
    .await;
    let client = rig.apns();
    let answer = client.send(&apns_push(&token(1))).await;
    assert_eq!(
        answer.outcome,
        Outcome::Paused {
            scope: Scope::Team,
            until: rig.clock.now().plus_seconds(20 * 60),
            reason: "TooManyProviderTokenUpdates".to_owned(),
        }
    );
}

#[tokio::test]
async fn unrelated_key_on_a_connection_moves_the_push_to_a_new_one() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"first": 1, "do": {"answer": {"status": 403, "reason": "UnrelatedKeyIdInToken"}}}]}"#,
    )
    .await;
    let answer = rig.apns().send(&apns_push(&token(1))).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.apns_connections(), 2);
}

#[tokio::test]
async fn shutdown_and_idle_timeout_are_followed_by_a_new_connection() {
    for (status, reason) in [(503, "Shutdown"), (400, "IdleTimeout")] {
        let rig = Rig::with_faults(&format!(
            r#"{{"faults": [{{"first": 1, "do": {{"answer": {{"status": {status}, "reason": "{reason}"}}}}}}]}}"#
        ))
        .await;
        let client = rig.apns();
        client.send(&apns_push(&token(1))).await;
        let answer = client.send(&apns_push(&token(1))).await;
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{answer:?}"
        );
        assert_eq!(rig.sandbox.apns_connections(), 2, "{reason}");
    }
}

#[tokio::test]
async fn sandbox_itself_refuses_what_apns_would() {
    let rig = Rig::new().await;
    let client = rig.apns();
    let mut stranger = rig.apns_settings();
    stranger.key_id = "UNKNOWNKEY".to_owned();
    let stranger = rig.connector.apns(stranger).unwrap();
    assert_eq!(
        stranger.send(&apns_push(&token(1))).await.outcome,
        refused(Scope::Team, "InvalidProviderToken")
    );
    let mut forger = rig.apns_settings();
    forger.private_key_pem = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let forger = rig.connector.apns(forger).unwrap();
    assert_eq!(
        forger.send(&apns_push(&token(1))).await.outcome,
        refused(Scope::Team, "InvalidProviderToken")
    );

    let mut push = apns_push(&token(1));
    push.options.topic = Some("com.example.other".into());
    assert_eq!(
        client.send(&push).await.outcome,
        refused(Scope::Topic, "TopicDisallowed")
    );
    push.options.topic = None;
    assert_eq!(
        client.send(&push).await.outcome,
        refused(Scope::Topic, "MissingTopic")
    );
    let mut push = apns_push(&token(1));
    push.options.collapse_id = Some("c".repeat(65).into());
    assert_eq!(client.send(&push).await.outcome, rejected("BadCollapseId"));
    let mut push = apns_push(&token(1));
    let frame = r#"{"aps":{"alert":""}}"#.len();
    let body = |size: usize| format!(r#"{{"aps":{{"alert":"{}"}}}}"#, "x".repeat(size - frame));
    push.body = body(4097).into();
    assert_eq!(
        client.send(&push).await.outcome,
        rejected("PayloadTooLarge")
    );
    push.body = body(4096).into();
    assert!(matches!(
        client.send(&push).await.outcome,
        Outcome::Accepted { .. }
    ));
    push.body = "".into();
    assert_eq!(client.send(&push).await.outcome, rejected("PayloadEmpty"));
    assert_eq!(
        client.send(&apns_push("abcd")).await.outcome,
        gone(None, "BadDeviceToken")
    );
    assert_eq!(rig.sandbox.received(), 1, "what is refused is not received");
}

#[tokio::test]
async fn token_that_fits_no_path_never_leaves() {
    let rig = Rig::new().await;
    for token in ["", "../../3/device/00", "ab cd", "ab?c"] {
        let answer = rig.apns().send(&apns_push(token)).await;
        assert!(matches!(
            answer.outcome,
            Outcome::TokenGone { since: None, .. }
        ));
        assert_eq!(answer.status, None);
    }
    assert_eq!(rig.sandbox.apns_connections(), 0);
}

#[tokio::test]
async fn credential_is_checked_without_reaching_a_device() {
    let rig = Rig::new().await;
    let client = rig.apns();
    assert_eq!(client.check(Some(TOPIC)).await, Ok(()));
    assert_eq!(client.check(None).await, Ok(()));
    let problem = client.check(Some("com.example.other")).await.unwrap_err();
    assert!(matches!(
        problem,
        CredentialProblem::Refused {
            scope: Scope::Topic,
            ..
        }
    ));
    let mut stranger = rig.apns_settings();
    stranger.team_id = "OTHERTEAM1".to_owned();
    let stranger = rig.connector.apns(stranger).unwrap();
    assert!(matches!(
        stranger.check(Some(TOPIC)).await.unwrap_err(),
        CredentialProblem::Refused {
            scope: Scope::Team,
            ..
        }
    ));
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn new_connection_carries_one_push_until_its_token_was_accepted() {
    let rig = Rig::with_faults(r#"{"faults": [{"first": 1, "delay_ms": 2000}]}"#).await;
    let client = rig.apns();
    let sends: Vec<_> = (0..50)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&apns_push(&token(number))).await })
        })
        .collect();
    rig.until_received(1).await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(rig.sandbox.received(), 1);
    assert_eq!(rig.sandbox.apns_connections(), 1);
    for send in sends {
        let answer = send.await.unwrap();
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{answer:?}"
        );
    }
    assert_eq!(rig.sandbox.received(), 50);
}
