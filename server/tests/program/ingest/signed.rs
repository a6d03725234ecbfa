//! Apps that take a device only with a signed contact id, through every door.

use super::bare_tokens::signed_requests;
use super::devices::{app, devices, text};
use super::{Sender, counted, rows};
use crate::carillon::Carillon;
use serde_json::{Value, json};

const SECRET: &str = "thirty-two bytes and a few more of them";
/// `printf contact:ada | openssl dgst -sha256 -hmac "$SECRET"`, and of others.
const OF_ADA: &str = "7735bba88a229f0a5ead0204a4a851d911f5f535be94b15ddd8e6ebff3fb3d87";
const OF_BOB: &str = "db171abd5da1fa8940bff1055e963dfbf0b446c0000ef5f90c9d31fd4522a484";
const OF_MALLORY: &str = "67221339757a33ea98ab0d47187812d456036e6e7dd020a74f8ce9b00ca5a6d0";
/// HS256 with the same secret, of `{"sub": "ada"}` and of the same with an `exp`
/// in 2020.
const JWT_OF_ADA: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiAiYWRhIn0.ouGm1A472sCT4PM1rprEMGedcaC0e82dhWQwqGb3QxE";
const OLD_JWT_OF_ADA: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiAiYWRhIiwgImV4cCI6IDE1Nzc4MzY4MDB9.kKWNychq4bE5y7LnzH--gzverKHASurIxGiTv2MhQBw";

/// A server with an app that asks for signatures, and one that does not.
async fn asking() -> (Carillon, Sender) {
    let carillon = Carillon::start(&[]);
    app(&carillon, "shop", "Shop").await;
    app(&carillon, "news", "News").await;
    let api = carillon.api("manage");
    let asks = api
        .put("/apps/shop/signing", json!({"secret": SECRET}))
        .await;
    assert_eq!(asks.status, 204, "{asks:?}");
    let sender = Sender::to(&carillon);
    (carillon, sender)
}

#[tokio::test]
async fn an_app_asks_for_signatures_until_it_asks_no_more() {
    let (carillon, _) = asking().await;
    let api = carillon.api("manage");
    let asked = api.get("/apps/shop/signing").await.body;
    assert_eq!(asked["required"], json!(true));
    assert!(!asked.to_string().contains(SECRET));
    assert_eq!(
        api.get("/apps/news/signing").await.body,
        json!({"required": false, "since": null, "former_since": null})
    );
    let short = api
        .put("/apps/shop/signing", json!({"secret": "short"}))
        .await;
    assert_eq!(
        (short.status, &short.body["errors"][0]["field"]),
        (422, &json!("secret"))
    );

    let put = || {
        api.put(
            "/contacts/ada/devices/phone",
            json!({"app": "shop", "channel": "apns", "token": "aa01"}),
        )
    };
    assert_eq!(put().await.status, 401);
    assert_eq!(api.delete("/apps/shop/signing").await.status, 204);
    assert_eq!(api.delete("/apps/shop/signing").await.status, 404);
    assert_eq!(put().await.status, 201);
}

#[tokio::test]
async fn a_device_is_registered_by_nobody_but_its_contact() {
    let (carillon, sender) = asking().await;
    let before = rows(&carillon).await;
    for wrong in [
        None,
        Some(""),
        Some("x"),
        Some(OLD_JWT_OF_ADA),
        Some(&OF_ADA[..62]),
    ] {
        for (door, request) in signed_requests(&sender, "ada", wrong) {
            let (status, body) = text(request).await;
            assert_eq!(status, 401, "{door} {wrong:?}: {body}");
            let names = body.contains("“shop”") && body.contains("signed contact id");
            assert!(names, "{door} {wrong:?}: {body}");
        }
    }
    for signature in [OF_ADA, JWT_OF_ADA] {
        for (door, request) in signed_requests(&sender, "bob", Some(signature)) {
            assert_eq!(text(request).await.0, 401, "{door}: another's signature");
        }
    }
    assert_eq!(rows(&carillon).await, before, "nothing was written");
    for signature in [OF_ADA, JWT_OF_ADA] {
        for (door, request) in signed_requests(&sender, "ada", Some(signature)) {
            let (status, body) = text(request).await;
            assert!(matches!(status, 200 | 201), "{door}: {body}");
        }
    }
    assert_eq!(devices(&carillon, "ada").await.len(), 3);
    let free = json!({"app": "news", "channel": "apns", "token": "aa09"});
    let put = carillon
        .api("ingest")
        .put("/contacts/bob/devices/phone", free)
        .await;
    assert_eq!(put.status, 201, "another app asks for nothing");
}

#[tokio::test]
async fn a_secret_is_rotated_without_a_gap() {
    let (carillon, sender) = asking().await;
    let api = carillon.api("manage");
    let new = "another secret, of more than thirty-two bytes";
    let rotated = json!({"secret": new, "keep_former": true});
    let path = "/apps/shop/signing";
    assert_eq!(api.put(path, rotated.clone()).await.status, 204);
    assert!(api.get(path).await.body["former_since"].is_string());
    let third = api.put(path, rotated.clone()).await;
    assert_eq!(third.status, 409, "{third:?}");
    // printf contact:ada | openssl dgst -sha256 -hmac "$NEW"
    let of_new = "f51b3baeb5b8172293c460e7f373391aa9cdac99fa7b75104332dd137fc3d937";
    for signature in [OF_ADA, JWT_OF_ADA, of_new] {
        for (door, request) in signed_requests(&sender, "ada", Some(signature)) {
            let (status, body) = text(request).await;
            assert!(matches!(status, 200 | 201), "{door}: {body}");
        }
    }
    let retire = "/apps/shop/signing/former";
    assert_eq!(api.delete(retire).await.status, 204);
    assert_eq!(api.delete(retire).await.status, 404);
    for (signature, expected) in [(OF_ADA, 401), (JWT_OF_ADA, 401), (of_new, 200)] {
        for (door, request) in signed_requests(&sender, "ada", Some(signature)) {
            let (status, body) = text(request).await;
            assert_eq!(status, expected, "{door}: {body}");
        }
    }
    // Without keeping it, the one before is replaced at once.
    let back = json!({"secret": SECRET});
    assert_eq!(api.put(path, back).await.status, 204);
    assert_eq!(api.get(path).await.body["former_since"], Value::Null);
    for (door, request) in signed_requests(&sender, "ada", Some(of_new)) {
        assert_eq!(text(request).await.0, 401, "{door}");
    }
}

#[tokio::test]
async fn segments_messages_are_taken_and_their_unsigned_devices_are_not() {
    let (carillon, sender) = asking().await;
    let opened = |user: &str, signature: Value| {
        json!({"userId": user, "event": "Opened", "context": {
            "app": {"name": "Shop"}, "signature": signature,
            "device": {"id": "phone", "type": "ios", "token": "aa01"},
        }})
    };
    let refused = "carillon_segment_devices_refused_total";
    for message in [
        opened("ada", Value::Null),
        opened("ada", json!("wrong")),
        opened("bob", json!(OF_ADA)),
    ] {
        sender.taken("/v1/track", &message).await;
    }
    assert_eq!(counted(&carillon, refused, "").await, 3);
    assert_eq!(super::events_of(&carillon, "ada").await.len(), 2);
    assert_eq!(devices(&carillon, "ada").await, Vec::<Value>::new());
    sender
        .taken("/v1/track", &opened("ada", json!(OF_ADA)))
        .await;
    assert_eq!(devices(&carillon, "ada").await.len(), 1);

    // Nor does an alias carry a device to somebody else's contact.
    let free = json!({"app": "news", "channel": "apns", "token": "aa09"});
    carillon
        .api("ingest")
        .put("/contacts/ada/devices/reader", free)
        .await;
    let alias = json!({"userId": "bob", "previousId": "ada"});
    sender.taken("/v1/alias", &alias).await;
    let ids = |found: Vec<Value>| {
        found
            .iter()
            .map(|device| device["device_id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(devices(&carillon, "ada").await), ["phone"]);
    assert_eq!(ids(devices(&carillon, "bob").await), ["reader"]);
    assert_eq!(counted(&carillon, refused, "").await, 4);
    let signed = json!({"userId": "ada", "previousId": "bob", "context": {
        "signature": JWT_OF_ADA, "previousSignature": OF_BOB,
    }});
    sender.taken("/v1/alias", &signed).await;
    assert_eq!(ids(devices(&carillon, "ada").await), ["phone", "reader"]);
    assert_eq!(counted(&carillon, refused, "").await, 4);
}

#[tokio::test]
async fn an_alias_takes_nothing_from_a_contact_that_did_not_sign() {
    let (carillon, sender) = asking().await;
    let api = carillon.api("manage");
    let known = json!({"email": "ada@example.org", "opted_in": true});
    api.put("/contacts/ada", known).await;
    let opened = json!({"userId": "ada", "event": "Opened", "context": {
        "app": {"name": "Shop"}, "signature": OF_ADA,
        "device": {"id": "phone", "type": "ios", "token": "aa01"},
    }});
    sender.taken("/v1/track", &opened).await;
    let names = async |contact: &str| {
        let events = super::events_of(&carillon, contact).await;
        events.into_iter().map(|e| e.0).collect::<Vec<_>>()
    };
    let alias = |own: Value, before: Value| {
        json!({"userId": "mallory", "previousId": "ada", "context": {
            "signature": own, "previousSignature": before,
        }})
    };
    let own = json!(OF_MALLORY);
    let tried = [
        alias(own.clone(), Value::Null),
        alias(own.clone(), own.clone()),
        alias(Value::Null, json!(OF_ADA)),
        alias(json!(OF_ADA), json!(OF_ADA)),
    ];
    for message in &tried {
        sender.taken("/v1/alias", message).await;
        assert_eq!(devices(&carillon, "mallory").await, Vec::<Value>::new());
        let mallory = api.get("/contacts/mallory").await.body;
        assert_eq!(
            (&mallory["email"], &mallory["opted_in"]),
            (&Value::Null, &Value::Null)
        );
    }
    assert_eq!(devices(&carillon, "ada").await.len(), 1);
    assert_eq!(names("mallory").await, ["alias"; 4], "the lines alone");
    assert!(names("ada").await.contains(&"Opened".to_owned()));
    let refused = counted(&carillon, "carillon_segment_devices_refused_total", "").await;
    assert_eq!(refused, 4);

    sender.taken("/v1/alias", &alias(own, json!(OF_ADA))).await;
    assert_eq!(devices(&carillon, "mallory").await.len(), 1);
    let mallory = api.get("/contacts/mallory").await.body;
    assert_eq!(mallory["email"], json!("ada@example.org"));
    assert_eq!(mallory["opted_in"], json!(true));
    assert!(names("mallory").await.contains(&"Opened".to_owned()));
}
