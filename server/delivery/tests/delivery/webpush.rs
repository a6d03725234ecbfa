use std::time::Duration;

use bytes::Bytes;
use delivery::{Connector, CredentialProblem, Limits, Outcome, Priority, Reach, webpush};
use serde_json::json;

use crate::rig::{Rig, limits};

/// What an outcome must be, as far as a row says.
type Expectation = fn(&Outcome) -> bool;

/// Every row of the table.
fn rows() -> Vec<(serde_json::Value, Expectation)> {
    let gone: Expectation = |outcome| matches!(outcome, Outcome::TokenGone { since: None, .. });
    let suspect: Expectation = |outcome| matches!(outcome, Outcome::TokenSuspect { .. });
    let rejected: Expectation = |outcome| matches!(outcome, Outcome::Rejected { .. });
    vec![
        (json!({"status": 404}), gone),
        (
            json!({"status": 410, "message": "unsubscribed"}),
            |outcome| matches!(outcome, Outcome::TokenGone { reason, .. } if reason.contains("unsubscribed")),
        ),
        (json!({"status": 401}), suspect),
        (json!({"status": 403}), suspect),
        (json!({"status": 400}), rejected),
        (json!({"status": 413}), rejected),
        (
            json!({"status": 429, "retry_after": 17}),
            |outcome| matches!(outcome, Outcome::Throttled { retry_after: Some(wait), .. } if *wait == Duration::from_secs(17)),
        ),
        (json!({"status": 429}), |outcome| {
            matches!(
                outcome,
                Outcome::Throttled {
                    retry_after: None,
                    ..
                }
            )
        }),
        (
            json!({"status": 503, "retry_after": "Fri, 15 Jan 2027 08:00:30 GMT"}),
            |outcome| matches!(outcome, Outcome::Transient { retry_after: Some(wait), .. } if *wait == Duration::from_secs(30)),
        ),
        (json!({"status": 500}), |outcome| {
            matches!(outcome, Outcome::Transient { .. })
        }),
    ]
}

#[tokio::test]
async fn every_answer_in_the_table_has_its_outcome() {
    let rows = rows();
    let faults: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (answer, _))| json!({"token": format!("b{number}"), "do": {"answer": answer}}))
        .collect();
    let rig = Rig::with_faults(&json!({"faults": faults}).to_string()).await;
    let client = rig.webpush();
    let taken = client.send(&rig.web_push("first")).await;
    assert!(
        matches!(taken.outcome, Outcome::Accepted { .. }),
        "{taken:?}"
    );
    for (number, (answer, expected)) in rows.iter().enumerate() {
        let got = client.send(&rig.web_push(&format!("b{number}"))).await;
        assert!(expected(&got.outcome), "{answer}: {got:?}");
        assert_eq!(got.status.map(i64::from), answer["status"].as_i64());
    }
}

#[tokio::test]
async fn where_nothing_was_taken_yet_a_refusal_is_held_against_nobody() {
    let rig = Rig::with_faults(
        r#"{"faults": [{"first": 2, "do": {"answer": {"status": 403, "message": "no"}}}]}"#,
    )
    .await;
    let client = rig.webpush();
    for id in ["ada", "bob"] {
        let answer = client.send(&rig.web_push(id)).await;
        assert!(
            matches!(answer.outcome, Outcome::Rejected { .. }),
            "{answer:?}"
        );
    }
    let answer = client.send(&rig.web_push("ada")).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_browser_alone_reads_what_was_sent() {
    let rig = Rig::new().await;
    let mut push = rig.web_push("ada");
    push.options.collapse_id = Some("offers/summer".into());
    push.options.priority = Priority::Considerate;
    let answer = rig.webpush().send(&push).await;
    let Outcome::Accepted { provider_id } = answer.outcome else {
        panic!("{answer:?}");
    };
    assert!(provider_id.unwrap().contains("/message/"));
    let arrivals = rig.sandbox.recent(&push.token);
    let payload = arrivals[0].payload.as_ref().expect("it could be decrypted");
    assert_eq!(payload.get().as_bytes(), push.body);
    let headers = &arrivals[0].headers;
    assert_eq!(
        (&headers["ttl"], &headers["urgency"]),
        (&json!("60"), &json!("normal"))
    );
    assert_eq!(headers["topic"].as_str().unwrap().len(), 32);
    // Another browser's keys do not open it: each has its own.
    assert_ne!(push.token, rig.web_push("bob").token);
    assert!(rig.sandbox.recent(&rig.web_push("bob").token).is_empty());
}

#[tokio::test]
async fn the_largest_message_is_taken_and_one_byte_more_is_refused() {
    let rig = Rig::new().await;
    let client = rig.webpush();
    let mut push = rig.web_push("ada");
    for (length, taken) in [(3993, true), (3994, false)] {
        let text = format!("{{\"title\":\"{}\"}}", "x".repeat(length - 12));
        assert_eq!(text.len(), length);
        push.body = Bytes::from(text);
        let answer = client.send(&push).await;
        let accepted = matches!(answer.outcome, Outcome::Accepted { .. });
        assert_eq!(accepted, taken, "{length}: {answer:?}");
    }
}

#[tokio::test]
async fn what_was_surely_not_processed_differs_from_what_nobody_can_know() {
    let rig = Rig::with_faults(
        r#"{"faults": [
            {"token": "reset", "do": "reset_stream"},
            {"token": "cut", "do": "reset_connection"},
            {"token": "silent", "do": "never_answer"}
        ]}"#,
    )
    .await;
    let mut settings = rig.webpush_settings();
    settings.limits = Limits {
        request_timeout: Duration::from_secs(2),
        ..limits()
    };
    let client = rig.connector.webpush(settings.clone()).unwrap();
    for id in ["reset", "cut", "silent"] {
        let answer = client.send(&rig.web_push(id)).await;
        assert!(
            matches!(answer.outcome, Outcome::Ambiguous { .. }),
            "{id}: {answer:?}"
        );
    }
    let token = rig.web_push("away").token;
    let address = rig.sandbox.webpush_addr().unwrap();
    rig.sandbox.stop().unwrap();
    // Who connects while it stops may still be let in.
    let refused = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused)
        .await
        .expect("it stops");
    // The first client may find its connection open a moment longer, and could not know either.
    let client = rig.connector.webpush(settings).unwrap();
    let mut push = Rig::new().await.web_push("away");
    push.token = token;
    let answer = client.send(&push).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_the_limit() {
    let rig = Rig::with_faults(r#"{"faults": [{"delay_ms": 300}]}"#).await;
    let mut settings = rig.webpush_settings();
    settings.limits.max_in_flight = 2;
    let client = rig.connector.webpush(settings).unwrap();
    let begun = std::time::Instant::now();
    let pushes: Vec<_> = (0..4).map(|n| rig.web_push(&format!("b{n}"))).collect();
    let answers = futures::future::join_all(pushes.iter().map(|push| client.send(push))).await;
    assert!(
        answers
            .iter()
            .all(|a| matches!(a.outcome, Outcome::Accepted { .. }))
    );
    // Four calls of 0.3 seconds through two places take two turns.
    assert!(begun.elapsed() >= Duration::from_millis(600));
}

#[tokio::test]
async fn an_endpoint_that_points_inside_is_refused_unsent() {
    let rig = Rig::new().await;
    let outside_only = Connector::new(rig.clock.clone(), Reach::default());
    let client = outside_only.webpush(rig.webpush_settings()).unwrap();
    let mut push = rig.web_push("ada");
    let by_address = push.token.clone();
    let by_name = by_address.replace("127.0.0.1", "localhost");
    for token in [by_address, by_name.into()] {
        push.token = token;
        let answer = client.send(&push).await;
        let Outcome::Rejected { reason } = &answer.outcome else {
            panic!("{answer:?}");
        };
        assert!(reason.contains("private network"), "{reason}");
    }
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn a_sound_key_pair_is_as_much_as_can_be_told_beforehand() {
    let rig = Rig::new().await;
    let problem = rig.webpush().check(None).await.unwrap_err();
    assert!(matches!(problem, CredentialProblem::Undecided { .. }));
    let mut settings = rig.webpush_settings();
    settings.private_key = "short".to_owned();
    assert_eq!(
        rig.connector.webpush(settings).unwrap_err().field,
        "private_key"
    );
    let mut dry = rig.web_push("ada");
    dry.validate_only = true;
    let answer = rig.webpush().send(&dry).await;
    assert!(
        matches!(answer.outcome, Outcome::Rejected { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn one_token_serves_a_push_service_for_hours_and_is_renewed_in_time() {
    let rig = Rig::new().await;
    let client = rig.webpush();
    for _ in 0..4 {
        let push = rig.web_push("ada");
        let answer = client.send(&push).await;
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{answer:?}"
        );
        rig.clock.forward(10 * 60);
    }
    assert_eq!(
        webpush::public_key_of(&rig.webpush_settings().private_key)
            .unwrap()
            .len(),
        87
    );
}
