use std::time::Duration;

use delivery::{CredentialProblem, Outcome, Scope, Throttle};
use serde_json::json;

use crate::rig::{Rig, adm_push, registration};

fn gone(reason: &str) -> Outcome {
    Outcome::TokenGone {
        since: None,
        reason: reason.to_owned(),
    }
}

fn rejected(reason: &str) -> Outcome {
    Outcome::Rejected {
        reason: reason.to_owned(),
    }
}

fn refused(reason: &str) -> Outcome {
    Outcome::CredentialRefused {
        scope: Scope::Account,
        reason: reason.to_owned(),
    }
}

fn throttled(seconds: Option<u64>) -> Outcome {
    Outcome::Throttled {
        limit: Throttle::Credential,
        retry_after: seconds.map(Duration::from_secs),
        reason: "MaxRateExceeded".to_owned(),
    }
}

fn transient(reason: &str, seconds: Option<u64>) -> Outcome {
    Outcome::Transient {
        reason: reason.to_owned(),
        retry_after: seconds.map(Duration::from_secs),
    }
}

/// Every row of the table in which the answer alone decides.
fn rows() -> Vec<(serde_json::Value, Outcome)> {
    let answer = |status: u16, reason: &str| json!({"status": status, "reason": reason});
    let mut rows = vec![
        (
            answer(400, "InvalidRegistrationId"),
            gone("InvalidRegistrationId"),
        ),
        (answer(400, "Unregistered"), gone("Unregistered")),
        (answer(413, "MessageTooLarge"), rejected("MessageTooLarge")),
        (json!({"status": 400}), rejected("status 400")),
        (answer(403, "Forbidden"), refused("Forbidden")),
        (answer(429, "MaxRateExceeded"), throttled(None)),
        (
            json!({"status": 429, "reason": "MaxRateExceeded", "retry_after": 17}),
            throttled(Some(17)),
        ),
        (
            json!({"status": 429, "reason": "MaxRateExceeded",
                "retry_after": "Fri, 15 Jan 2027 08:00:30 GMT"}),
            throttled(Some(30)),
        ),
        (
            answer(500, "InternalServerError"),
            transient("InternalServerError", None),
        ),
        (
            json!({"status": 503, "retry_after": 120}),
            transient("status 503", Some(120)),
        ),
        (
            json!({"status": 503, "reason": "ServiceUnavailable",
                "retry_after": "Fri, 15 Jan 2027 08:01:00 GMT"}),
            transient("ServiceUnavailable", Some(60)),
        ),
    ];
    for reason in [
        "InvalidData",
        "InvalidConsolidationKey",
        "InvalidExpiration",
        "InvalidChecksum",
        "InvalidType",
        "SomethingNew",
    ] {
        rows.push((answer(400, reason), rejected(reason)));
    }
    rows
}

#[tokio::test]
async fn every_answer_in_the_table_has_its_outcome() {
    let rows = rows();
    let token = |number: usize| registration(&format!("t{number}"));
    let faults: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (answer, _))| json!({"token": token(number), "do": {"answer": answer}}))
        .collect();
    let rig = Rig::with_faults(&json!({"faults": faults}).to_string()).await;
    let client = rig.adm();
    for (number, (answer, expected)) in rows.iter().enumerate() {
        let got = client.send(&adm_push(&token(number))).await;
        assert_eq!(got.outcome, *expected, "{answer}");
        assert_eq!(got.status.map(i64::from), answer["status"].as_i64());
        assert_eq!(got.body.is_some(), answer.get("reason").is_some());
    }
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 1);
}

#[tokio::test]
async fn accepted_push_arrives_as_it_was_sent() {
    let rig = Rig::new().await;
    let push = adm_push(&registration("a/b+c"));
    let answer = rig.adm().send(&push).await;
    let Outcome::Accepted {
        provider_id: Some(id),
    } = answer.outcome
    else {
        panic!("{answer:?}");
    };
    assert!(!id.is_empty());
    let arrived = rig.sandbox.recent(&registration("a/b+c"));
    assert_eq!(arrived.len(), 1);
    assert_eq!(
        arrived[0].payload.as_ref().unwrap().get().as_bytes(),
        &push.body[..]
    );
    assert_eq!(
        arrived[0].headers["x-amzn-type-version"],
        "com.amazon.device.messaging.ADMMessage@1.0"
    );
}

#[tokio::test]
async fn another_registration_id_in_the_answer_replaces_the_token() {
    let new = registration("new");
    let rig = Rig::with_faults(
        &json!({"faults": [{"do": {"answer": {"status": 200, "registration_id": new}}}]})
            .to_string(),
    )
    .await;
    let answer = rig.adm().send(&adm_push(&registration("old"))).await;
    assert!(
        matches!(&answer.outcome, Outcome::TokenReplaced { new: to, provider_id: Some(_) }
            if *to == new),
        "{answer:?}"
    );
    let answer = rig.adm().send(&adm_push(&new)).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn sandbox_itself_refuses_what_amazon_would() {
    let rig = Rig::new().await;
    let client = rig.adm();
    let long = "x".repeat(65);
    let large = "x".repeat(6200);
    for (body, reason) in [
        ("{}".to_owned(), "InvalidData"),
        (r#"{"data":{"n":1}}"#.to_owned(), "InvalidData"),
        ("not json".to_owned(), "InvalidData"),
        (
            format!(r#"{{"data":{{}},"consolidationKey":"{long}"}}"#),
            "InvalidConsolidationKey",
        ),
        (
            r#"{"data":{},"expiresAfter":59}"#.to_owned(),
            "InvalidExpiration",
        ),
        (r#"{"data":{},"md5":"x"}"#.to_owned(), "InvalidChecksum"),
        (
            format!(r#"{{"data":{{"body":"{large}"}}}}"#),
            "MessageTooLarge",
        ),
    ] {
        let mut push = adm_push(&registration("t"));
        push.body = body.into();
        assert_eq!(client.send(&push).await.outcome, rejected(reason));
    }
    let answer = client.send(&adm_push("somebody")).await;
    assert_eq!(answer.outcome, gone("InvalidRegistrationId"));
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn registration_that_fits_no_path_never_leaves() {
    let rig = Rig::new().await;
    let client = rig.adm();
    for token in ["", ".", ".."] {
        let answer = client.send(&adm_push(token)).await;
        assert!(
            matches!(answer.outcome, Outcome::Rejected { .. }) && answer.status.is_none(),
            "{token}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn thousand_senders_fetch_one_access_token() {
    let rig = Rig::with_faults(r#"{"faults": [{"on": "oauth", "delay_ms": 100}]}"#).await;
    let client = rig.adm();
    let sends = (0..1000).map(|number| {
        let client = client.clone();
        async move {
            let push = adm_push(&registration(&format!("t{number}")));
            client.send(&push).await.outcome
        }
    });
    for outcome in futures::future::join_all(sends).await {
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 1);
}

#[tokio::test]
async fn access_token_is_fetched_again_before_it_expires() {
    let rig = Rig::new().await;
    let client = rig.adm();
    let push = adm_push(&registration("t"));
    client.send(&push).await;
    rig.clock.forward(50);
    client.send(&push).await;
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 1);
    rig.clock.forward(6);
    client.send(&push).await;
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 2);
}

#[tokio::test]
async fn access_token_that_is_not_taken_is_replaced_once() {
    let rig = Rig::new().await;
    let client = rig.adm();
    let push = adm_push(&registration("t"));
    client.send(&push).await;
    rig.sandbox.revoke_access_tokens();
    let sends = (0..100).map(|_| client.send(&push));
    for answer in futures::future::join_all(sends).await {
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{answer:?}"
        );
    }
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 2);
}

#[tokio::test]
async fn credential_is_refused_if_a_new_token_is_not_taken_either() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"do": {"answer": {"status": 401, "reason": "AccessTokenExpired"}}}]}"#,
    )
    .await;
    let answer = rig.adm().send(&adm_push(&registration("t"))).await;
    assert_eq!(answer.outcome, refused("AccessTokenExpired"));
    assert_eq!(rig.sandbox.adm_access_tokens_fetched(), 2);
    assert_eq!(rig.sandbox.received(), 2);
}

#[tokio::test]
async fn token_endpoint_that_refuses_the_profile_refuses_the_credential() {
    let rig = Rig::new().await;
    let mut settings = rig.adm_settings();
    settings.client_secret = "wrong".to_owned();
    let client = rig.connector.adm(settings).unwrap();
    let answer = client.send(&adm_push(&registration("t"))).await;
    let Outcome::CredentialRefused { reason, .. } = answer.outcome else {
        panic!("{answer:?}");
    };
    assert!(reason.contains("invalid_client"), "{reason}");
    assert!(matches!(
        client.check(None).await.unwrap_err(),
        CredentialProblem::Refused {
            scope: Scope::Account,
            ..
        }
    ));
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn token_endpoint_with_a_fault_that_passes_means_not_sent() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"on": "oauth", "first": 1, "do": {"answer":
            {"status": 503, "reason": "server_error", "retry_after": 5}}}]}"#,
    )
    .await;
    let client = rig.adm();
    let push = adm_push(&registration("t"));
    let answer = client.send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { retry_after: Some(wait), .. } if wait.as_secs() == 5),
        "{answer:?}"
    );
    rig.clock.forward(1);
    let answer = client.send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn credential_is_checked_without_reaching_a_device() {
    let rig = Rig::new().await;
    assert_eq!(rig.adm().check(None).await, Ok(()));
    assert_eq!(rig.sandbox.received(), 0);
    let mut push = adm_push(&registration("t"));
    push.validate_only = true;
    let answer = rig.adm().send(&push).await;
    assert!(matches!(answer.outcome, Outcome::Rejected { .. }));
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn setting_that_cannot_be_used_is_named() {
    let rig = Rig::new().await;
    let broken = |change: fn(&mut delivery::adm::Settings)| {
        let mut settings = rig.adm_settings();
        change(&mut settings);
        rig.connector.adm(settings).unwrap_err().field
    };
    assert_eq!(broken(|s| s.client_id.clear()), "client_id");
    assert_eq!(broken(|s| s.client_secret.clear()), "client_secret");
    assert_eq!(
        broken(|s| s.endpoint = "http://localhost".to_owned()),
        "endpoint"
    );
    assert_eq!(
        broken(|s| s.extra_ca_pem = Some("x".to_owned())),
        "extra_ca_pem"
    );
}
