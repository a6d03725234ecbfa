//! A provider that goes away with many pushes in flight.

use std::collections::HashMap;

use delivery::{Client, Outcome};

use crate::rig::{Rig, apns_push, fcm_push, token};

/// Sends `count` pushes at once; the outcomes that are not `Accepted`.
async fn send_all(
    client: &Client,
    count: usize,
    push: fn(&str) -> delivery::Message,
) -> Vec<Outcome> {
    let sends: Vec<_> = (0..count)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.send(&push(&token(number))).await.outcome })
        })
        .collect();
    let mut lost = Vec::new();
    for send in sends {
        let outcome = send.await.unwrap();
        if !matches!(outcome, Outcome::Accepted { .. }) {
            lost.push(outcome);
        }
    }
    lost
}

fn times_received(rig: &Rig) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for arrival in rig.sandbox.recent_all() {
        *times.entry(arrival.token.clone()).or_insert(0) += 1;
    }
    times
}

#[tokio::test]
async fn goaway_with_eight_hundred_in_flight_loses_none_and_repeats_none() {
    let rig = Rig::new().await;
    let mut settings = rig.apns_settings();
    settings.limits.connections = 1;
    let client = rig.connector.apns(settings).unwrap();
    // The connection is proven first, so that all of them leave together.
    client.send(&apns_push(&token(9_999))).await;
    // The 401st goes away half a second after it came, when all 800 have left;
    // the first 400 are answered after that, the last 399 never were seen.
    rig.faults(
        r#"{"faults": [
            {"after": 400, "first": 1, "delay_ms": 500, "do": "goaway"},
            {"first": 400, "delay_ms": 700}
        ]}"#,
    );
    let lost = send_all(&client, 800, apns_push).await;
    assert!(lost.is_empty(), "{} lost, first {:?}", lost.len(), lost[0]);
    let times = times_received(&rig);
    assert_eq!(times.len(), 801);
    assert!(times.values().all(|times| *times == 1));
    assert_eq!(rig.sandbox.apns_connections(), 2);
}

#[tokio::test]
async fn three_thousand_pushes_survive_a_goaway_every_two_hundred() {
    for (push, is_apns) in [(apns_push as fn(&str) -> _, true), (fcm_push as _, false)] {
        let rig = Rig::new().await;
        let goaways: Vec<_> = (1..15)
            .map(|n| serde_json::json!({"after": n * 200, "first": 1, "do": "goaway"}))
            .collect();
        rig.faults(&serde_json::json!({"faults": goaways}).to_string());
        let client = if is_apns { rig.apns() } else { rig.fcm() };
        let lost = send_all(&client, 3000, push).await;
        assert!(lost.is_empty(), "{} lost, first {:?}", lost.len(), lost[0]);
        let times = times_received(&rig);
        assert_eq!(times.len(), 3000);
        assert!(times.values().all(|times| *times == 1));
    }
}
