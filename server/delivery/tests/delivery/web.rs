//! What may have been processed and what certainly was not, for the channels
//! over reqwest: ADM stands for both, Twilio where a call needs no token.

use std::sync::Arc;
use std::time::{Duration, Instant};

use delivery::{Client, Limits, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::rig::{Rig, adm_push, deaf, limits, registration, twilio_push};

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
    let client = within(&rig, Duration::from_millis(1500));
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
    let (address, _deaf) = deaf();
    let mut settings = rig.twilio_settings();
    settings.endpoint = format!("https://{address}");
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
    let rig = Rig::with_faults(r#"{"faults": [{"delay_ms": 300}]}"#).await;
    let mut settings = rig.twilio_settings();
    settings.limits.max_in_flight = 3;
    settings.limits.request_timeout = Duration::from_secs(20);
    let client = rig.connector.twilio(settings).unwrap();
    let pushes: Vec<_> = (0..7).map(|n| twilio_push(&format!("t{n}"))).collect();
    let begun = std::time::Instant::now();
    let answers = futures::future::join_all(pushes.iter().map(|push| client.send(push))).await;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.outcome, Outcome::Accepted { .. })),
        "{answers:?}"
    );
    // Seven calls of 0.3 seconds through three places take three turns.
    assert!(begun.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn what_finds_no_place_until_its_time_is_up_was_not_sent() {
    let rig = Rig::with_faults(r#"{"faults": [{"do": "never_answer"}]}"#).await;
    let mut settings = rig.twilio_settings();
    settings.limits.max_in_flight = 3;
    settings.limits.request_timeout = Duration::from_millis(1500);
    let client = rig.connector.twilio(settings).unwrap();
    let pushes: Vec<_> = (0..10).map(|n| twilio_push(&format!("t{n}"))).collect();
    let answers = futures::future::join_all(pushes.iter().map(|push| client.send(push))).await;
    let count = |wanted: fn(&Outcome) -> bool| {
        answers
            .iter()
            .filter(|answer| wanted(&answer.outcome))
            .count()
    };
    let called = count(|outcome| matches!(outcome, Outcome::Ambiguous { .. }));
    let unsent = count(|outcome| matches!(outcome, Outcome::NotSent { .. }));
    // A place that is given up at the last moment may serve one more.
    assert!(called >= 3 && unsent >= 1, "{answers:?}");
    assert_eq!(called + unsent, 10, "{answers:?}");
}

#[tokio::test]
async fn closing_waits_for_what_is_in_flight_and_takes_nothing_new() {
    let rig = Rig::with_faults(r#"{"faults": [{"delay_ms": 300}]}"#).await;
    let client = rig.twilio();
    let sender = client.clone();
    let sent = tokio::spawn(async move { sender.send(&twilio_push("t")).await });
    rig.until_received(1).await;
    client.close(Duration::from_secs(5)).await;
    assert!(matches!(
        sent.await.unwrap().outcome,
        Outcome::Accepted { .. }
    ));
    let late = client.send(&twilio_push("t")).await;
    assert!(matches!(late.outcome, Outcome::NotSent { .. }), "{late:?}");
}

/// A server that speaks HTTP/1.1 alone, answers one request as Twilio does, and
/// gives what it read.
async fn old_fashioned() -> (String, String, tokio::task::JoinHandle<String>) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", socket.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (tcp, _) = socket.accept().await.unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
        let mut tls = acceptor.accept(tcp).await.unwrap();
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains("ToBinding=") {
            let mut piece = [0; 4096];
            let n = tls.read(&mut piece).await.unwrap();
            assert_ne!(n, 0, "the request ended early");
            read.extend_from_slice(&piece[..n]);
        }
        let answer = b"HTTP/1.1 201 Created\r\ncontent-length: 14\r\n\r\n{\"sid\":\"NT01\"}";
        tls.write_all(answer).await.unwrap();
        tls.flush().await.unwrap();
        String::from_utf8(read).unwrap()
    });
    (url, cert.pem(), served)
}

#[tokio::test]
async fn server_that_speaks_http_1_gets_the_body_in_one_piece() {
    let rig = Rig::new().await;
    let (url, ca, served) = old_fashioned().await;
    let mut settings = rig.twilio_settings();
    settings.endpoint = url;
    settings.extra_ca_pem = Some(ca);
    let client = rig.connector.twilio(settings).unwrap();
    let answer = client.send(&twilio_push("t")).await;
    let accepted = Outcome::Accepted {
        provider_id: Some("NT01".to_owned()),
    };
    assert_eq!(answer.outcome, accepted);
    let request = served.await.unwrap().to_lowercase();
    assert!(request.starts_with("post /v1/services/is"), "{request}");
    assert!(request.contains("\r\ncontent-length: "), "{request}");
    assert!(!request.contains("transfer-encoding"), "{request}");
}
