use std::time::Duration;

use delivery::{CredentialProblem, Outcome, Scope, Throttle};
use serde_json::json;

use crate::rig::{Rig, twilio_push};

fn refused(reason: &str) -> Outcome {
    Outcome::CredentialRefused {
        scope: Scope::Account,
        reason: reason.to_owned(),
    }
}

/// Every row of the table in which the answer alone decides.
fn rows() -> Vec<(serde_json::Value, Outcome)> {
    let transient = |reason: &str, retry_after: Option<u64>| Outcome::Transient {
        reason: reason.to_owned(),
        retry_after: retry_after.map(Duration::from_secs),
    };
    let throttled = |retry_after: Option<u64>| Outcome::Throttled {
        limit: Throttle::Credential,
        retry_after: retry_after.map(Duration::from_secs),
        reason: "20429: Too Many Requests".to_owned(),
    };
    vec![
        (
            json!({"status": 400, "reason": "20001", "message": "Parameter 'Ttl' is invalid"}),
            Outcome::Rejected {
                reason: "20001: Parameter 'Ttl' is invalid".to_owned(),
            },
        ),
        (
            json!({"status": 400, "reason": "52001", "message": "Invalid destination binding"}),
            Outcome::TokenSuspect {
                reason: "52001: Invalid destination binding".to_owned(),
            },
        ),
        (json!({"status": 401}), refused("20003: Authenticate")),
        (json!({"status": 403}), refused("20403: Forbidden")),
        (
            json!({"status": 404}),
            refused("20404: The requested resource was not found"),
        ),
        (json!({"status": 429}), throttled(None)),
        (
            json!({"status": 429, "retry_after": 17}),
            throttled(Some(17)),
        ),
        (
            json!({"status": 500}),
            transient("20500: Internal Server Error", None),
        ),
        (
            json!({"status": 503, "retry_after": "Fri, 15 Jan 2027 08:00:30 GMT"}),
            transient("20503: Service Unavailable", Some(30)),
        ),
        (
            json!({"status": 502, "body": "<html>"}),
            transient("status 502", None),
        ),
    ]
}

#[tokio::test]
async fn every_answer_in_the_table_has_its_outcome() {
    let rows = rows();
    let faults: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (answer, _))| {
            json!({"token": format!("t{number}"), "do": {"answer": answer}})
        })
        .collect();
    let rig = Rig::with_faults(&json!({"faults": faults}).to_string()).await;
    let client = rig.twilio();
    for (number, (answer, expected)) in rows.iter().enumerate() {
        let got = client.send(&twilio_push(&format!("t{number}"))).await;
        assert_eq!(got.outcome, *expected, "{answer}");
        assert_eq!(got.status.map(i64::from), answer["status"].as_i64());
        assert!(got.body.is_some());
    }
}

#[tokio::test]
async fn accepted_push_arrives_as_it_was_sent() {
    let rig = Rig::new().await;
    let push = twilio_push("fcm:a+b&c=d");
    let answer = rig.twilio().send(&push).await;
    let Outcome::Accepted {
        provider_id: Some(sid),
    } = answer.outcome
    else {
        panic!("{answer:?}");
    };
    assert!(sid.starts_with("NT"), "{sid}");
    assert_eq!(answer.status, Some(201));
    let arrived = rig.sandbox.recent("fcm:a+b&c=d");
    assert_eq!(arrived.len(), 1);
    let payload: serde_json::Value =
        serde_json::from_str(arrived[0].payload.as_ref().unwrap().get()).unwrap();
    assert_eq!(payload["Title"], "Hello & good-bye");
    assert_eq!(payload["Ttl"], "3600");
    assert_eq!(payload["Data"], r#"{"carillon_id":"7"}"#);
    assert_eq!(arrived[0].headers["authorization"], "…");
}

#[tokio::test]
async fn sandbox_itself_refuses_what_twilio_would() {
    let rig = Rig::new().await;
    let client = rig.twilio();
    for (change, parameter) in [
        (json!({"Ttl": 2_419_201}), "Ttl"),
        (json!({"Priority": "urgent"}), "Priority"),
        (json!({"Data": r#"{"twi_body":"mine"}"#}), "Data"),
        (
            json!({"ToBinding": r#"{"binding_type":"fcm"}"#}),
            "ToBinding",
        ),
        (json!({"ToBinding": null}), "Identity"),
        (json!({"Identity": "ada"}), "together"),
    ] {
        let mut push = twilio_push("t");
        let mut body: serde_json::Value = serde_json::from_slice(&push.body).unwrap();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        push.body = body.to_string().into();
        let answer = client.send(&push).await;
        let Outcome::Rejected { reason } = &answer.outcome else {
            panic!("{change}: {answer:?}");
        };
        assert!(reason.contains(parameter), "{reason}");
        assert_eq!(answer.status, Some(400));
    }
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn body_that_is_no_form_never_leaves() {
    let rig = Rig::new().await;
    let mut push = twilio_push("t");
    push.body = "[]".into();
    let answer = rig.twilio().send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::Rejected { .. }) && answer.status.is_none(),
        "{answer:?}"
    );
}

#[tokio::test]
async fn credential_is_checked_by_reading_its_service() {
    let rig = Rig::new().await;
    assert_eq!(rig.twilio().check(None).await, Ok(()));
    for (change, status) in [
        (
            (|s| s.auth_token = "wrong".to_owned()) as fn(&mut delivery::twilio::Settings),
            "20003",
        ),
        (|s| s.service_sid = format!("IS{}", "a".repeat(32)), "20404"),
    ] {
        let mut settings = rig.twilio_settings();
        change(&mut settings);
        let client = rig.connector.twilio(settings).unwrap();
        let problem = client.check(None).await.unwrap_err();
        let CredentialProblem::Refused { scope, reason } = problem else {
            panic!("{problem:?}");
        };
        assert_eq!(scope, Scope::Account);
        assert!(reason.starts_with(status), "{reason}");
        let answer = client.send(&twilio_push("t")).await;
        assert!(
            matches!(answer.outcome, Outcome::CredentialRefused { .. }),
            "{answer:?}"
        );
    }
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn setting_that_cannot_be_used_is_named() {
    let rig = Rig::new().await;
    let broken = |change: fn(&mut delivery::twilio::Settings)| {
        let mut settings = rig.twilio_settings();
        change(&mut settings);
        rig.connector.twilio(settings).unwrap_err().field
    };
    assert_eq!(
        broken(|s| s.account_sid = "SK".to_owned() + &"a".repeat(32)),
        "account_sid"
    );
    assert_eq!(broken(|s| s.auth_token.clear()), "auth_token");
    assert_eq!(
        broken(|s| s.service_sid = "IS/../x".to_owned()),
        "service_sid"
    );
    assert_eq!(broken(|s| s.endpoint = "ftp://x".to_owned()), "endpoint");
}
