//! Registrations that were refused, as the devices' page tells them.

use crate::carillon::{Carillon, client};
use crate::functions::{path_of, sign_in};
use domain::people::Role;
use reqwest::header;
use serde_json::{Value, json};

const TOKEN: &str = "d1f3a97b00c4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7";

/// What the devices' page is told of refusals.
async fn refusals(carillon: &Carillon) -> Vec<Value> {
    let cookie = sign_in(carillon, Role::Developer).await;
    let path = path_of(carillon, "list_refusals");
    let answer = client()
        .post(format!("{}{path}", carillon.url))
        .header(header::COOKIE, cookie)
        .json(&json!({"cursor": null}))
        .send()
        .await
        .expect("an answer");
    let found: Value = answer.json().await.expect("JSON");
    found["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn every_refused_registration_is_told_with_its_reason_and_without_its_secrets() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("ingest");
    let path = "/contacts/ada/devices/phone";
    let unknown_app = json!({"app": "shop", "channel": "apns", "token": format!("{TOKEN}a")});
    assert_eq!(api.put(path, unknown_app).await.status, 422);
    let odd_token = json!({"app": "shop", "channel": "apns", "token": TOKEN});
    assert_eq!(api.put(path, odd_token).await.status, 422);
    let misspelt = json!({"app": "shop", "chanel": "apns", "token": TOKEN});
    assert_eq!(api.put(path, misspelt).await.status, 422);
    let url = format!("{}/api/v1{path}", carillon.url);
    let unsigned = client().put(&url).json(&json!({"token": TOKEN}));
    assert_eq!(unsigned.send().await.expect("an answer").status(), 401);
    let cut = client()
        .put(&url)
        .bearer_auth(&api.key)
        .header(header::CONTENT_TYPE, "application/json")
        .body(format!("{{\"token\": \"{TOKEN}\""));
    assert_eq!(cut.send().await.expect("an answer").status(), 400);
    // Neither a registration nor a refusal.
    assert_eq!(
        api.put("/contacts/ada", json!({"emial": "x"})).await.status,
        422
    );

    let told = refusals(&carillon).await;
    let reasons: Vec<_> = told
        .iter()
        .map(|refused| refused["reason"].as_str().expect("a reason"))
        .collect();
    assert_eq!(told.len(), 5, "{reasons:?}");
    for (reason, part) in reasons.iter().zip([
        "400: the body is not JSON",
        "401: sign in",
        "422: chanel is not a field here",
        "422: token is not an APNs token",
        "422: app “shop” is not an app",
    ]) {
        assert!(reason.starts_with(part), "{reason}");
    }
    assert_eq!(told[3]["contact"], "ada");
    assert_eq!(told[3]["device"], "phone");
    assert_eq!(told[3]["app"], "shop");
    assert_eq!(told[3]["door"], format!("PUT /api/v1{path}"));
    let request = told[3]["request"].as_str().expect("a request");
    assert!(request.contains("\"channel\": \"apns\""), "{request}");
    let whole = Value::from(told).to_string();
    assert!(!whole.contains(&TOKEN[..16]), "{whole}");
    assert!(!whole.contains(&api.key), "{whole}");
}

#[tokio::test]
async fn what_other_clients_doors_refuse_is_told_too() {
    let carillon = Carillon::start(&[]);
    let key = carillon.api("ingest").key.clone();
    let engage = client()
        .post(format!("{}/ingest/update_push_endpoint", carillon.url))
        .bearer_auth(&key)
        .header("Rf-App", "nowhere")
        .header("User-Id", "ada")
        .json(&json!({"token": TOKEN, "channel_type": "FCM"}));
    assert_eq!(engage.send().await.expect("an answer").status(), 422);
    let story = client()
        .post(format!("{}/api/v1/contact/registerdevice", carillon.url))
        .basic_auth("api", Some(&key))
        .json(&json!({"device_type": "symbian", "device_id": TOKEN, "dsid": "bob"}));
    assert_eq!(story.send().await.expect("an answer").status(), 422);
    let told = refusals(&carillon).await;
    let doors: Vec<&str> = told
        .iter()
        .filter_map(|refusal| refusal["door"].as_str())
        .collect();
    assert_eq!(
        doors,
        [
            "POST /api/v1/contact/registerdevice",
            "POST /ingest/update_push_endpoint"
        ]
    );
    assert_eq!(
        (&told[0]["contact"], &told[1]["contact"]),
        (&json!("bob"), &json!("ada"))
    );
    assert_eq!(told[1]["app"], "nowhere");
    assert!(!json!(told).to_string().contains(TOKEN), "{told:?}");
}

#[tokio::test]
async fn a_device_that_a_message_of_segments_does_not_register_is_told_too() {
    let carillon = Carillon::start(&[]);
    let sender = crate::ingest::Sender::to(&carillon);
    let said = |user: &str, kind: &str| {
        json!({"type": "track", "userId": user, "event": "Opened", "context": {
            "app": {"name": "Shop"}, "device": {"id": "phone", "type": kind, "token": TOKEN}}})
    };
    let unsaid = json!({"type": "track", "userId": "carl", "event": "Opened"});
    sender.taken("/v1/track", &said("ada", "ios")).await;
    sender.taken("/v1/track", &unsaid).await;
    // Neither of these two messages is one.
    let nameless =
        json!({"type": "track", "userId": "dora", "context": said("", "ios")["context"]});
    let answer = sender.send("/v1/track", &nameless).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let eventless = json!({"type": "track", "userId": "carl"});
    let batch = json!({"batch": [said("bob", "android"), unsaid, nameless, eventless]});
    sender.taken("/v1/batch", &batch).await;
    let mut keyed = said("eve", "ios");
    keyed["writeKey"] = json!("carillon_wrong");
    let wrong = sender.bare("/v1/track").json(&keyed);
    assert_eq!(wrong.send().await.expect("an answer").status(), 401);

    let told = refusals(&carillon).await;
    let seen: Vec<_> = told
        .iter()
        .map(|refusal| {
            let text = |name: &str| refusal[name].as_str().unwrap_or_default();
            (text("door"), text("contact"))
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("POST /v1/track", "eve"),
            ("POST /v1/batch", "bob"),
            ("POST /v1/batch", "dora"),
            ("POST /v1/track", "dora"),
            ("POST /v1/track", "ada"),
        ]
    );
    let reason = |n: usize| told[n]["reason"].as_str().expect("a reason");
    assert!(reason(0).starts_with("401: "), "{}", reason(0));
    assert!(
        reason(1).contains("context.app.name “Shop”"),
        "{}",
        reason(1)
    );
    assert!(
        reason(3).starts_with("400: event is missing"),
        "{}",
        reason(3)
    );
    assert_eq!(
        (&told[4]["device"], &told[4]["app"]),
        (&json!("phone"), &json!("Shop"))
    );
    let whole = json!(told).to_string();
    assert!(!whole.contains(&TOKEN[..16]), "{whole}");
    assert!(!whole.contains("carillon_wrong"), "{whole}");
}
