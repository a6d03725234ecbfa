use std::time::Duration;

use delivery::{CredentialProblem, Outcome, Scope};
use domain::time::Clock;
use serde_json::json;

use crate::rig::{Rig, fcm_push};

/// What an outcome must be, as far as a row says.
type Expectation = fn(&Outcome) -> bool;

/// Every row of the table in which the answer alone decides.
fn rows() -> Vec<(serde_json::Value, Expectation)> {
    vec![
        (
            json!({"status": 404, "reason": "UNREGISTERED"}),
            |outcome| matches!(outcome, Outcome::TokenGone { since: None, reason } if reason.starts_with("UNREGISTERED")),
        ),
        (
            json!({"status": 400, "reason": "INVALID_ARGUMENT",
                "message": "The registration token is not a valid FCM registration token"}),
            |outcome| matches!(outcome, Outcome::TokenGone { .. }),
        ),
        (
            json!({"status": 400, "reason": "INVALID_ARGUMENT", "message": "Message is too big"}),
            |outcome| matches!(outcome, Outcome::Rejected { .. }),
        ),
        (
            json!({"status": 400, "fields": [
                {"field": "message.android.ttl", "description": "Illegal duration"}]}),
            |outcome| matches!(outcome, Outcome::PushFault { reason } if reason.contains("message.android.ttl")),
        ),
        (
            json!({"status": 400, "reason": "INVALID_ARGUMENT", "fields": [
                {"field": "message.data[0].value", "description": "not a string"}]}),
            |outcome| matches!(outcome, Outcome::PushFault { .. }),
        ),
        (
            json!({"status": 403, "reason": "SENDER_ID_MISMATCH"}),
            |outcome| matches!(outcome, Outcome::TokenGone { .. }),
        ),
        (
            json!({"status": 403, "message": "Permission denied"}),
            |outcome| {
                matches!(
                    outcome,
                    Outcome::CredentialRefused {
                        scope: Scope::Project,
                        ..
                    }
                )
            },
        ),
        (
            json!({"status": 404, "message": "Requested entity was not found."}),
            |outcome| {
                matches!(
                    outcome,
                    Outcome::CredentialRefused {
                        scope: Scope::Project,
                        ..
                    }
                )
            },
        ),
        (
            json!({"status": 429, "reason": "QUOTA_EXCEEDED", "retry_after": 17}),
            |outcome| matches!(outcome, Outcome::Throttled { retry_after: Some(wait), .. } if *wait == Duration::from_secs(17)),
        ),
        (
            json!({"status": 429, "reason": "QUOTA_EXCEEDED"}),
            |outcome| matches!(outcome, Outcome::Throttled { retry_after: Some(wait), .. } if *wait == Duration::from_mins(1)),
        ),
        (json!({"status": 500, "reason": "INTERNAL"}), |outcome| {
            matches!(
                outcome,
                Outcome::Transient {
                    retry_after: None,
                    ..
                }
            )
        }),
        (
            json!({"status": 503, "reason": "UNAVAILABLE", "retry_after": "Fri, 15 Jan 2027 08:00:30 GMT"}),
            |outcome| matches!(outcome, Outcome::Transient { retry_after: Some(wait), .. } if *wait == Duration::from_secs(30)),
        ),
    ]
}

#[tokio::test]
async fn every_answer_in_the_table_has_its_outcome() {
    let rows = rows();
    let faults: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (answer, _))| json!({"token": format!("t{number}"), "do": {"answer": answer}}))
        .collect();
    let rig = Rig::with_faults(&json!({"faults": faults}).to_string()).await;
    let client = rig.fcm();
    for (number, (answer, expected)) in rows.iter().enumerate() {
        let got = client.send(&fcm_push(&format!("t{number}"))).await;
        assert!(expected(&got.outcome), "{answer}: {got:?}");
        assert_eq!(got.status.map(i64::from), answer["status"].as_i64());
        assert!(got.body.is_some());
    }
    assert_eq!(rig.sandbox.access_tokens_fetched(), 1);
}

#[tokio::test]
async fn third_party_auth_error_pauses_apple_and_web_and_fetches_no_token() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"do": {"answer": {"status": 401, "reason": "THIRD_PARTY_AUTH_ERROR"}}}]}"#,
    )
    .await;
    let answer = rig.fcm().send(&fcm_push("t")).await;
    let Outcome::Paused { scope, until, .. } = answer.outcome else {
        panic!("{answer:?}");
    };
    assert_eq!(scope, Scope::ProjectAppleAndWeb);
    assert!(until > rig.clock.now());
    assert_eq!(rig.sandbox.access_tokens_fetched(), 1);
}

#[tokio::test]
async fn accepted_push_arrives_as_it_was_sent() {
    let rig = Rig::new().await;
    let push = fcm_push("device-1");
    let answer = rig.fcm().send(&push).await;
    let Outcome::Accepted {
        provider_id: Some(name),
    } = answer.outcome
    else {
        panic!("{answer:?}");
    };
    assert!(
        name.starts_with("projects/carillon-sandbox/messages/"),
        "{name}"
    );
    let arrived = rig.sandbox.recent("device-1");
    assert_eq!(arrived.len(), 1);
    assert_eq!(
        arrived[0].payload.as_ref().unwrap().get().as_bytes(),
        &push.body[..]
    );
}

#[tokio::test]
async fn thousand_senders_fetch_one_access_token() {
    let rig = Rig::with_faults(r#"{"faults": [{"on": "oauth", "delay_ms": 100}]}"#).await;
    let client = rig.fcm();
    let sends = (0..1000).map(|number| {
        let client = client.clone();
        async move { client.send(&fcm_push(&format!("t{number}"))).await.outcome }
    });
    for outcome in futures::future::join_all(sends).await {
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(rig.sandbox.access_tokens_fetched(), 1);
}

#[tokio::test]
async fn access_token_is_fetched_again_before_it_expires() {
    let rig = Rig::new().await;
    let client = rig.fcm();
    client.send(&fcm_push("t")).await;
    rig.clock.forward(50);
    client.send(&fcm_push("t")).await;
    assert_eq!(rig.sandbox.access_tokens_fetched(), 1);
    rig.clock.forward(6);
    client.send(&fcm_push("t")).await;
    assert_eq!(rig.sandbox.access_tokens_fetched(), 2);
}

#[tokio::test]
async fn access_token_that_is_not_taken_is_replaced_once() {
    let rig = Rig::new().await;
    let client = rig.fcm();
    client.send(&fcm_push("t")).await;
    rig.sandbox.revoke_access_tokens();
    let push = fcm_push("t");
    let sends = (0..100).map(|_| client.send(&push));
    for answer in futures::future::join_all(sends).await {
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{answer:?}"
        );
    }
    assert_eq!(rig.sandbox.access_tokens_fetched(), 2);
}

#[tokio::test]
async fn credential_is_refused_if_a_new_token_is_not_taken_either() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": {"answer": {"status": 401}}}]}"#).await;
    let answer = rig.fcm().send(&fcm_push("t")).await;
    assert!(
        matches!(
            answer.outcome,
            Outcome::CredentialRefused {
                scope: Scope::Project,
                ..
            }
        ),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.access_tokens_fetched(), 2);
    assert_eq!(rig.sandbox.received(), 2);
}

#[tokio::test]
async fn token_endpoint_that_refuses_the_account_refuses_the_credential() {
    let rig = Rig::new().await;
    let mut settings = rig.fcm_settings();
    settings.client_email = "stranger@example.com".to_owned();
    let client = rig.connector.fcm(settings).unwrap();
    let answer = client.send(&fcm_push("t")).await;
    let Outcome::CredentialRefused { reason, .. } = answer.outcome else {
        panic!("{answer:?}");
    };
    assert!(reason.contains("invalid_grant"), "{reason}");
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn token_endpoint_with_a_fault_that_passes_means_not_sent() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"on": "oauth", "first": 1, "do": {"answer":
            {"status": 503, "reason": "backend_error", "retry_after": 5}}}]}"#,
    )
    .await;
    let client = rig.fcm();
    let answer = client.send(&fcm_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { retry_after: Some(wait), .. } if wait.as_secs() == 5),
        "{answer:?}"
    );
    // Within the wait nobody asks again; after it the next push does.
    client.send(&fcm_push("t")).await;
    assert_eq!(rig.sandbox.access_tokens_fetched(), 0);
    rig.clock.forward(1);
    let answer = client.send(&fcm_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn account_of_another_project_is_refused_for_this_one() {
    let rig = Rig::new().await;
    let mut settings = rig.fcm_settings();
    settings.project_id = "somebody-elses".to_owned();
    let client = rig.connector.fcm(settings).unwrap();
    let answer = client.send(&fcm_push("t")).await;
    assert_eq!(answer.status, Some(403));
    assert!(matches!(answer.outcome, Outcome::CredentialRefused { .. }));
    assert!(matches!(
        client.check(None).await.unwrap_err(),
        CredentialProblem::Refused {
            scope: Scope::Project,
            ..
        }
    ));
}

#[tokio::test]
async fn dry_run_is_judged_like_a_push_and_reaches_no_device() {
    let rig = Rig::new().await;
    let client = rig.fcm();
    let mut push = fcm_push("t");
    push.validate_only = true;
    let answer = client.send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
    push.body = r#"{"message":{"token":"t","data":{"n":1}}}"#.into();
    let answer = client.send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::PushFault { .. }),
        "{answer:?}"
    );
    assert_eq!(client.check(None).await, Ok(()));
    assert_eq!(rig.sandbox.received(), 0);
}
