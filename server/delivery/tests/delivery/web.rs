//! What may have been processed and what certainly was not, for the channels
//! over reqwest: ADM stands for both, Twilio where a call needs no token.

use std::time::{Duration, Instant};

use delivery::{Client, Limits, Outcome};

use crate::rig::{Rig, adm_push, limits, registration, twilio_push};

/// A client whose calls take so long at the most.
fn within(rig: &Rig, request_timeout: Duration) -> Client {
    let mut settings = rig.twilio_settings();
    settings.limits = Limits {
        request_timeout,
        ..limits()
    };
    rig.connector.twilio(settings).unwrap()
}

#[tokio::test]
async fn reset_after_the_push_left_is_ambiguous_and_not_repeated() {
    for fault in ["reset_stream", "reset_connection"] {
        let rig = Rig::with_faults(&format!(
            r#"{{"faults": [{{"first": 1, "do": "{fault}"}}]}}"#
        ))
        .await;
        let push = adm_push(&registration("t"));
        let answer = rig.adm().send(&push).await;
        assert!(
            matches!(answer.outcome, Outcome::Ambiguous { .. }),
            "{fault}: {answer:?}"
        );
        let answer = rig.twilio().send(&twilio_push("t")).await;
        assert!(matches!(answer.outcome, Outcome::Accepted { .. }));
        assert_eq!(rig.sandbox.received(), 2, "{fault}");
        let answer = rig.adm().send(&push).await;
        assert!(
            matches!(answer.outcome, Outcome::Accepted { .. }),
            "{fault}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn silence_is_ambiguous_when_the_time_is_up() {
    let rig = Rig::with_faults(r#"{"faults": [{"first": 1, "do": "never_answer"}]}"#).await;
    let client = within(&rig, Duration::from_millis(400));
    let answer = client.send(&twilio_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::Ambiguous { .. }),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.received(), 1);
}

#[tokio::test]
async fn what_was_refused_or_came_after_a_goaway_goes_out_again() {
    for fault in [r#""refuse_stream""#, r#""goaway""#] {
        let rig =
            Rig::with_faults(&format!(r#"{{"faults": [{{"first": 3, "do": {fault}}}]}}"#)).await;
        let client = rig.twilio();
        let pushes: Vec<_> = (0..50).map(|n| twilio_push(&format!("t{n}"))).collect();
        let sends = pushes.iter().map(|push| client.send(push));
        for answer in futures::future::join_all(sends).await {
            assert!(
                matches!(answer.outcome, Outcome::Accepted { .. }),
                "{fault}: {answer:?}"
            );
        }
        assert_eq!(rig.sandbox.received(), 50, "{fault}");
    }
}

#[tokio::test]
async fn server_that_refuses_every_stream_was_sent_nothing() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": "refuse_stream"}]}"#).await;
    let answer = rig.twilio().send(&twilio_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let rig = Rig::new().await;
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut settings = rig.twilio_settings();
    settings.endpoint = format!("https://{port}");
    let client = rig.connector.twilio(settings).unwrap();
    let started = Instant::now();
    let answer = client.send(&twilio_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn handshake_that_never_ends_means_not_sent() {
    let rig = Rig::new().await;
    // Takes connections and says nothing.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = rig.twilio_settings();
    settings.endpoint = format!("https://{}", mute.local_addr().unwrap());
    settings.limits.request_timeout = Duration::from_millis(400);
    let client = rig.connector.twilio(settings).unwrap();
    let answer = client.send(&twilio_push("t")).await;
    assert!(
        matches!(answer.outcome, Outcome::NotSent { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn server_that_the_ca_does_not_vouch_for_gets_nothing() {
    let rig = Rig::new().await;
    let mut settings = rig.adm_settings();
    settings.extra_ca_pem = None;
    let client = rig.connector.adm(settings).unwrap();
    let answer = client.send(&adm_push(&registration("t"))).await;
    let Outcome::NotSent { reason, .. } = answer.outcome else {
        panic!("{answer:?}");
    };
    assert!(reason.contains("certificate"), "{reason}");
    assert_eq!(rig.sandbox.received(), 0);
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_allowed() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": "never_answer"}]}"#).await;
    let mut settings = rig.twilio_settings();
    settings.limits.max_in_flight = 3;
    settings.limits.request_timeout = Duration::from_millis(600);
    let client = rig.connector.twilio(settings).unwrap();
    let pushes: Vec<_> = (0..10).map(|n| twilio_push(&format!("t{n}"))).collect();
    let sends = pushes.iter().map(|push| client.send(push));
    let answers = futures::future::join_all(sends).await;
    let count = |wanted: fn(&Outcome) -> bool| {
        answers
            .iter()
            .filter(|answer| wanted(&answer.outcome))
            .count()
    };
    assert_eq!(count(|o| matches!(o, Outcome::Ambiguous { .. })), 3);
    assert_eq!(count(|o| matches!(o, Outcome::NotSent { .. })), 7);
    assert_eq!(rig.sandbox.received(), 3);
}

#[tokio::test]
async fn closing_waits_for_what_is_in_flight_and_takes_nothing_new() {
    let rig = Rig::with_faults(r#"{"faults": [{"delay_ms": 300}]}"#).await;
    let client = rig.twilio();
    let sender = client.clone();
    let sent = tokio::spawn(async move { sender.send(&twilio_push("t")).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    client.close(Duration::from_secs(5)).await;
    assert!(matches!(
        sent.await.unwrap().outcome,
        Outcome::Accepted { .. }
    ));
    let late = client.send(&twilio_push("t")).await;
    assert!(matches!(late.outcome, Outcome::NotSent { .. }), "{late:?}");
}
