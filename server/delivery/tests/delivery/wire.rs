//! What the socket can do to a push.

use std::time::{Duration, Instant};

use delivery::{CredentialProblem, Outcome};

use crate::rig::{Rig, apns_push, deaf, fcm_push, token};

/// A call's time that leaves room for a cold connection, also on a slow machine.
const CONNECTED_BY_THEN: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn reset_after_the_push_left_is_ambiguous_and_not_repeated() {
    for fault in ["reset_stream", "reset_connection"] {
        let rig = Rig::with_faults(&format!(r#"{{"faults": [{{"do": "{fault}"}}]}}"#)).await;
        let answer = rig.apns().send(&apns_push(&token(1))).await;
        assert!(
            matches!(answer.outcome, Outcome::Ambiguous { .. }),
            "{fault}: {answer:?}"
        );
        let arrived = rig.sandbox.recent(&token(1));
        assert_eq!(arrived.len(), 1, "{fault}");
        assert_eq!(arrived[0].status, None);
    }
}

#[tokio::test]
async fn push_after_a_reset_goes_out_on_a_new_connection() {
    let rig = Rig::with_faults(r#"{"faults": [{"first": 1, "do": "reset_connection"}]}"#).await;
    let client = rig.apns();
    client.send(&apns_push(&token(1))).await;
    let answer = client.send(&apns_push(&token(2))).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn silence_is_ambiguous_when_the_time_is_up() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": "never_answer"}]}"#).await;
    let mut settings = rig.apns_settings();
    settings.limits.request_timeout = CONNECTED_BY_THEN;
    let client = rig.connector.apns(settings).unwrap();
    let started = Instant::now();
    let answer = client.send(&apns_push(&token(1))).await;
    assert!(
        matches!(answer.outcome, Outcome::Ambiguous { .. }),
        "{answer:?}"
    );
    let took = started.elapsed();
    assert!(took >= CONNECTED_BY_THEN, "{took:?}");
    assert!(took < CONNECTED_BY_THEN * 3, "{took:?}");
}

#[tokio::test]
async fn connection_that_has_fallen_silent_is_left() {
    let rig = Rig::with_faults(r#"{"faults": [{"first": 1, "do": "never_answer"}]}"#).await;
    let mut settings = rig.fcm_settings();
    settings.limits.request_timeout = CONNECTED_BY_THEN;
    settings.limits.connections = 1;
    let client = rig.connector.fcm(settings).unwrap();
    let answer = client.send(&fcm_push("silent")).await;
    assert!(
        matches!(answer.outcome, Outcome::Ambiguous { .. }),
        "{answer:?}"
    );
    let before = rig.sandbox.fcm_connections();
    let answer = client.send(&fcm_push("next")).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.fcm_connections(), before + 1);
}

#[tokio::test]
async fn connection_that_answers_others_is_kept_when_one_push_times_out() {
    let rig = Rig::with_faults(r#"{"faults": [{"token": "silent", "do": "never_answer"}]}"#).await;
    let mut settings = rig.fcm_settings();
    settings.limits.request_timeout = CONNECTED_BY_THEN;
    settings.limits.connections = 1;
    let client = rig.connector.fcm(settings).unwrap();
    let first = client.send(&fcm_push("first")).await;
    assert!(
        matches!(first.outcome, Outcome::Accepted { .. }),
        "{first:?}"
    );
    let before = rig.sandbox.fcm_connections();
    let silent = fcm_push("silent");
    let (silent, _) = tokio::join!(client.send(&silent), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.send(&fcm_push("other")).await
    });
    assert!(
        matches!(silent.outcome, Outcome::Ambiguous { .. }),
        "{silent:?}"
    );
    client.send(&fcm_push("last")).await;
    assert_eq!(rig.sandbox.fcm_connections(), before);
}

#[tokio::test]
async fn push_that_waits_behind_a_trial_until_its_time_is_up_was_not_sent() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": "never_answer"}]}"#).await;
    let mut settings = rig.apns_settings();
    settings.limits.request_timeout = CONNECTED_BY_THEN;
    let client = rig.connector.apns(settings).unwrap();
    let first = apns_push(&token(1));
    let (first, second) = tokio::join!(client.send(&first), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.send(&apns_push(&token(2))).await
    });
    assert!(matches!(first.outcome, Outcome::Ambiguous { .. }));
    // The first gives its place up 100 ms before the second's time is up, and
    // the second is then sent, or it is not sent at all.
    let arrived = rig.sandbox.recent(&token(2)).len();
    match second.outcome {
        // Its time may have been up while it was on its way.
        Outcome::Ambiguous { .. } => assert!(arrived <= 1, "{arrived}"),
        Outcome::NotSent { .. } => assert_eq!(arrived, 0),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn refused_streams_move_on_and_are_given_back_unsent_in_the_end() {
    let rig = Rig::with_faults(r#"{"faults": [{"first": 3, "do": "refuse_stream"}]}"#).await;
    let client = rig.apns();
    let answer = client.send(&apns_push(&token(1))).await;
    assert!(
        matches!(answer.outcome, Outcome::Accepted { .. }),
        "{answer:?}"
    );
    rig.faults(r#"{"faults": [{"do": "refuse_stream"}]}"#);
    let answer = client.send(&apns_push(&token(2))).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.received(), 1);
}

#[tokio::test]
async fn nobody_listening_means_not_sent_and_soon() {
    let rig = Rig::new().await;
    let mut settings = rig.apns_settings();
    let (address, _deaf) = deaf();
    settings.endpoint = format!("https://{address}");
    let client = rig.connector.apns(settings).unwrap();
    let started = Instant::now();
    let answer = client.send(&apns_push(&token(1))).await;
    let Outcome::NotSent {
        reason,
        retry_after,
    } = answer.outcome
    else {
        panic!("{answer:?}");
    };
    assert!(reason.contains("cannot connect"), "{reason}");
    assert!(retry_after.is_some());
    assert!(started.elapsed() < Duration::from_secs(5));
    // And the next caller hears at once.
    let started = Instant::now();
    client.send(&apns_push(&token(1))).await;
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn server_that_the_ca_does_not_vouch_for_gets_nothing() {
    let rig = Rig::new().await;
    let other = Rig::new().await;
    for ca in [None, Some(other.sandbox.ca_pem().to_owned())] {
        let mut settings = rig.apns_settings();
        settings.extra_ca_pem = ca;
        let client = rig.connector.apns(settings).unwrap();
        let answer = client.send(&apns_push(&token(1))).await;
        let Outcome::NotSent { reason, .. } = answer.outcome else {
            panic!("{answer:?}");
        };
        assert!(reason.contains("certificate"), "{reason}");
    }
    let mut settings = rig.fcm_settings();
    settings.extra_ca_pem = None;
    let client = rig.connector.fcm(settings).unwrap();
    let answer = client.send(&fcm_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
    assert!(matches!(
        client.check(None).await.unwrap_err(),
        CredentialProblem::Unreachable { .. }
    ));
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn setting_that_cannot_be_used_is_named() {
    let rig = Rig::new().await;
    let broken = |change: fn(&mut delivery::apns::Settings)| {
        let mut settings = rig.apns_settings();
        change(&mut settings);
        rig.connector.apns(settings).unwrap_err().field
    };
    assert_eq!(broken(|s| s.team_id.clear()), "team_id");
    assert_eq!(
        broken(|s| s.private_key_pem = "x".to_owned()),
        "private_key_pem"
    );
    assert_eq!(
        broken(|s| s.endpoint = "http://localhost".to_owned()),
        "endpoint"
    );
    assert_eq!(
        broken(|s| s.extra_ca_pem = Some("x".to_owned())),
        "extra_ca_pem"
    );
    assert_eq!(broken(|s| s.limits.connections = 0), "connections");
}

#[tokio::test]
async fn closing_waits_for_what_is_in_flight_and_takes_nothing_new() {
    let rig = Rig::with_faults(r#"{"faults": [{"delay_ms": 300}]}"#).await;
    let client = rig.apns();
    let sender = client.clone();
    let sent = tokio::spawn(async move { sender.send(&apns_push(&token(1))).await });
    rig.until_received(1).await;
    client.close(Duration::from_secs(5)).await;
    assert!(matches!(
        sent.await.unwrap().outcome,
        Outcome::Accepted { .. }
    ));
    let late = client.send(&apns_push(&token(2))).await;
    assert!(matches!(late.outcome, Outcome::NotSent { .. }), "{late:?}");
}
