//! What an alias moves.

use super::{Sender, events_of, history_of};
use crate::carillon::Carillon;
use serde_json::json;

#[tokio::test]
async fn an_alias_gives_devices_events_and_what_is_not_known_yet_to_the_other_contact() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let sender = Sender::to(&carillon);
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let visitor = json!({
        "first_name": "A.", "email": "visitor@example.org", "opted_in": true,
        "attributes": {"plan": "none", "source": "ad"},
    });
    api.put("/contacts/visitor", visitor).await;
    let ada = json!({"first_name": "Ada", "attributes": {"plan": "gold"}});
    api.put("/contacts/ada", ada).await;
    for (device, token) in [("phone", "aa01"), ("tablet", "aa02")] {
        let input = json!({"app": "shop", "channel": "apns", "token": token});
        api.put(&format!("/contacts/visitor/devices/{device}"), input)
            .await;
    }
    assert_eq!(
        api.delete("/contacts/visitor/devices/tablet").await.status,
        204
    );
    let seen = json!({"userId": "visitor", "event": "Seen", "timestamp": "2026-11-01T00:00:00Z"});
    sender.taken("/v1/track", &seen).await;

    let alias = json!({"userId": "ada", "previousId": "visitor", "messageId": "alias-1"});
    sender.taken("/v1/alias", &alias).await;
    let ada = api.get("/contacts/ada").await.body;
    assert_eq!(
        (&ada["first_name"], &ada["email"]),
        (&json!("Ada"), &json!("visitor@example.org"))
    );
    assert_eq!(ada["attributes"], json!({"plan": "gold", "source": "ad"}));
    assert_eq!(ada["opted_in"], json!(true));
    let devices = api.get("/contacts/ada/devices").await.body;
    let states: Vec<_> = devices["items"]
        .as_array()
        .expect("devices")
        .iter()
        .map(|device| (&device["device_id"], &device["state"]))
        .collect();
    let (phone, tablet) = (json!("phone"), json!("tablet"));
    let (active, revoked) = (json!("active"), json!("revoked"));
    assert_eq!(
        states,
        [(&phone, &active), (&tablet, &revoked)],
        "each as it was"
    );
    assert_eq!(
        api.get("/contacts/visitor/devices").await.body["items"],
        json!([])
    );

    let of = |contact: &'static str| events_of(&carillon, contact);
    let names = |events: Vec<(String, i64, serde_json::Value)>| {
        events.into_iter().map(|event| event.0).collect::<Vec<_>>()
    };
    assert_eq!(names(of("ada").await), ["Seen", "alias"]);
    assert_eq!(
        names(of("visitor").await),
        ["alias"],
        "the line that says so"
    );
    let line = of("visitor").await[0].2.clone();
    assert_eq!(line, json!({"previousId": "visitor", "userId": "ada"}));
    let moved = |kind: &str, who: &str| (kind.to_owned(), who.to_owned());
    let went = history_of(&carillon, "visitor").await;
    assert_eq!(
        went[went.len() - 2..],
        [moved("moved_to", "ada"), moved("moved_to", "ada")]
    );
    let came = history_of(&carillon, "ada").await;
    assert_eq!(
        came,
        [
            moved("moved_from", "visitor"),
            moved("moved_from", "visitor")
        ]
    );

    // The device is found where it is now: it registers again, and nothing moves.
    let input = json!({"app": "shop", "channel": "apns", "token": "aa01"});
    let again = api.put("/contacts/ada/devices/phone", input).await;
    assert_eq!(again.status, 200, "{again:?}");
    sender.taken("/v1/alias", &alias).await;
    assert_eq!(
        of("ada").await.len(),
        2,
        "an alias that comes again does nothing"
    );
}

#[tokio::test]
async fn a_batch_holds_so_many_aliases_and_no_more() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let alias =
        |n: usize| json!({"type": "alias", "userId": format!("user-{n}"), "previousId": "visitor"});
    let mut batch: Vec<_> = (0..52).map(alias).collect();
    batch.push(json!({"type": "track", "userId": "ada", "event": "Last"}));
    sender.taken("/v1/batch", &json!({"batch": batch})).await;
    let count =
        |label: &'static str| super::counted(&carillon, "carillon_segment_messages_total", label);
    assert_eq!(count("fate=\"refused\"").await, 2);
    assert_eq!(count("fate=\"taken\"").await, 51);
    assert_eq!(events_of(&carillon, "user-49").await.len(), 1);
    assert_eq!(events_of(&carillon, "user-50").await.len(), 0);
    assert_eq!(events_of(&carillon, "ada").await.len(), 1);
}

#[tokio::test]
async fn an_alias_of_nobody_is_noted_and_one_of_the_same_is_refused() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let nobody = json!({"userId": "ada", "previousId": "nobody"});
    sender.taken("/v1/alias", &nobody).await;
    assert_eq!(events_of(&carillon, "ada").await.len(), 1);
    assert_eq!(
        carillon.api("read").get("/contacts/nobody").await.status,
        404
    );
    for (message, field) in [
        (json!({"userId": "ada", "previousId": "ada"}), "previousId"),
        (json!({"userId": "ada"}), "previousId"),
        (json!({"previousId": "ada"}), "userId"),
        (json!({"anonymousId": "x", "previousId": "ada"}), "userId"),
    ] {
        let refused = sender.send("/v1/alias", &message).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{refused:?}");
    }
}
