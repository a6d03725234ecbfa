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
