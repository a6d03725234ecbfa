//! Devices through Segment's door, and devices that change hands through any.

use super::{Sender, counted, history_of};
use crate::carillon::Carillon;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

pub(super) async fn text(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.text().await.expect("text"),
    )
}

pub(super) async fn devices(carillon: &Carillon, contact: &str) -> Vec<Value> {
    let answer = carillon
        .api("read")
        .get(&format!("/contacts/{contact}/devices"))
        .await;
    answer.body["items"].as_array().cloned().unwrap_or_default()
}

pub(super) async fn app(carillon: &Carillon, slug: &str, name: &str) {
    let made = carillon
        .api("manage")
        .put(&format!("/apps/{slug}"), json!({"name": name}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
}

#[tokio::test]
async fn segments_context_registers_a_device_with_the_app_that_it_names() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let said = |user: &str, app: Value, kind: &str, token: &str| {
        json!({"userId": user, "event": "Opened", "context": {
            "app": app, "os": {"version": "18.1"}, "timezone": "Europe/Berlin", "locale": "de-DE",
            "device": {"id": format!("{user}-phone"), "type": kind, "token": token, "model": "P9"},
        }})
    };
    let refused = "carillon_segment_devices_refused_total";
    sender
        .taken("/v1/track", &said("none", json!({}), "ios", "aa01"))
        .await;
    assert_eq!(
        counted(&carillon, refused, "").await,
        1,
        "no app yet: the rest is taken"
    );
    assert_eq!(devices(&carillon, "none").await, Vec::<Value>::new());

    app(&carillon, "org.example.shop", "Shop").await;
    sender
        .taken(
            "/v1/track",
            &said("only", json!({"name": "Other"}), "ios", "AA02"),
        )
        .await;
    app(&carillon, "news", "The News").await;
    let by_namespace =
        json!({"namespace": "org.example.shop", "name": "The News", "version": "2.0"});
    sender
        .taken(
            "/v1/track",
            &said("namespace", by_namespace, "Android", "t-1"),
        )
        .await;
    sender
        .taken(
            "/v1/track",
            &said("slug", json!({"name": "NEWS"}), "android", "t-2"),
        )
        .await;
    sender
        .taken(
            "/v1/track",
            &said("name", json!({"name": "the news"}), "ios", "aa03"),
        )
        .await;
    for wrong in [
        said("wrong", json!({"name": "Unknown"}), "ios", "aa04"),
        said("wrong", json!({}), "ios", "aa04"),
        said("wrong", json!({"name": "news"}), "fridge", "aa04"),
        said(
            "wrong",
            json!({"name": "news"}),
            "web",
            "https://127.0.0.1/",
        ),
        said(
            "wrong",
            json!({"name": "news"}),
            "webpush",
            "https://127.0.0.1/",
        ),
        said("wrong", json!({"name": "news"}), "ios", "no hex"),
        json!({"userId": "wrong", "event": "Opened", "context": {
            "app": {"name": "news"}, "device": {"type": "ios", "token": "aa04"}}}),
    ] {
        sender.taken("/v1/track", &wrong).await;
    }
    assert_eq!(counted(&carillon, refused, "").await, 8);
    assert_eq!(devices(&carillon, "wrong").await, Vec::<Value>::new());
    // A server's library tells of a device without a token: nothing to register.
    let tokenless = json!({"userId": "only", "event": "x", "context": {"device": {"id": "d"}}});
    sender.taken("/v1/track", &tokenless).await;
    assert_eq!(counted(&carillon, refused, "").await, 8);
    for (user, app, channel, token) in [
        ("only", "org.example.shop", "apns", "aa02"),
        ("namespace", "org.example.shop", "fcm", "t-1"),
        ("slug", "news", "fcm", "t-2"),
        ("name", "news", "apns", "aa03"),
    ] {
        let found = devices(&carillon, user).await;
        assert_eq!(found.len(), 1, "{user}: {found:?}");
        assert_eq!(found[0]["device_id"], format!("{user}-phone"));
        assert_eq!(
            (&found[0]["app"], &found[0]["channel"]),
            (&json!(app), &json!(channel))
        );
        assert_eq!(
            (&found[0]["token"], &found[0]["os_version"]),
            (&json!(token), &json!("18.1"))
        );
        assert_eq!(found[0]["time_zone"], "Europe/Berlin");
    }
}

#[tokio::test]
async fn a_contact_has_many_devices_and_signs_out_of_one() {
    let carillon = Carillon::start(&[]);
    let (api, sender) = (carillon.api("manage"), Sender::to(&carillon));
    app(&carillon, "shop", "Shop").await;
    let ways = ["phone", "tablet", "watch"];
    for (n, device) in ways.iter().enumerate() {
        let message = json!({"userId": "ada", "event": "Opened", "context": {"device": {
            "id": device, "type": "ios", "token": format!("aa{n:02}")}}});
        sender.taken("/v1/track", &message).await;
    }
    assert_eq!(devices(&carillon, "ada").await.len(), 3);
    assert_eq!(api.delete("/contacts/ada/devices/tablet").await.status, 204);
    let states: Vec<_> = devices(&carillon, "ada").await;
    let states: Vec<_> = states.iter().map(|d| d["state"].as_str()).collect();
    assert_eq!(states, [Some("active"), Some("revoked"), Some("active")]);
    // Signing in again on it brings it back, and it alone changes.
    let message = json!({"userId": "ada", "event": "Opened", "context": {"device": {
        "id": "tablet", "type": "ios", "token": "aa01"}}});
    sender.taken("/v1/track", &message).await;
    let found = devices(&carillon, "ada").await;
    assert!(
        found.iter().all(|device| device["state"] == "active"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_device_changes_hands_through_every_door_and_both_histories_say_so() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    app(&carillon, "shop", "Shop").await;
    let segment = |user: &str| {
        let message = json!({"userId": user, "event": "Opened", "context": {"device": {
            "id": "phone", "type": "ios", "token": "aa01"}}});
        sender.post("/v1/track").json(&message)
    };
    let daily_story = |user: &str| {
        let body = json!({"device_type": "ios", "device_id": "aa01", "dsid": user});
        let path = "/api/v1/contact/registerdevice";
        sender
            .bare(path)
            .basic_auth("api", Some(&sender.key))
            .json(&body)
    };
    let recurly = |user: &str| {
        let body = json!({"token": "aa01", "type": "APNS"});
        let request = sender
            .bare("/ingest/update_push_endpoint")
            .bearer_auth(&sender.key);
        request
            .header("Rf-App", "shop")
            .header("User-Id", user)
            .json(&body)
    };
    let knocks = [
        ("ann", segment("ann")),
        ("ben", segment("ben")),
        ("cat", daily_story("cat")),
        ("dan", recurly("dan")),
    ];
    for (user, request) in knocks {
        assert_eq!(text(request).await.0, 200, "{user}");
        assert_eq!(devices(&carillon, user).await.len(), 1, "{user}");
    }
    let line = |kind: &str, who: &str| (kind.to_owned(), who.to_owned());
    for (user, before, after) in [("ben", "ann", "cat"), ("cat", "ben", "dan")] {
        assert_eq!(devices(&carillon, user).await, Vec::<Value>::new());
        let history = history_of(&carillon, user).await;
        assert_eq!(
            history,
            [line("moved_from", before), line("moved_to", after)],
            "{user}"
        );
    }
    let history = history_of(&carillon, "ann").await;
    assert_eq!(history, [line("registered", ""), line("moved_to", "ben")]);
    assert_eq!(
        history_of(&carillon, "dan").await,
        [line("moved_from", "cat")]
    );
    assert_eq!(devices(&carillon, "dan").await[0]["device_id"], "phone");
}
