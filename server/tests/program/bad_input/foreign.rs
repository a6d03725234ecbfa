//! Bad input at every door for other products' clients. The doors come from the
//! list that the router is made of, so that a new one cannot be forgotten.

use crate::carillon::Carillon;
use crate::ingest::{Sender, rows};
use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::doors::segment::{Call, Kind};
use server::doors::{DOORS, Manner};
use std::io::Write;

/// A body that a door takes.
pub(crate) fn good_body(manner: Manner) -> Value {
    match manner {
        Manner::Segment(Call::One(Kind::Identify)) => {
            json!({"userId": "u", "traits": {"email": "u@example.org"}})
        }
        Manner::Segment(Call::One(Kind::Track)) => {
            json!({"userId": "u", "event": "e", "properties": {}})
        }
        Manner::Segment(Call::One(Kind::Page | Kind::Screen)) => {
            json!({"userId": "u", "name": "n", "properties": {}})
        }
        Manner::Segment(Call::One(Kind::Group)) => {
            json!({"userId": "u", "groupId": "g", "traits": {}})
        }
        Manner::Segment(Call::One(Kind::Alias)) => json!({"userId": "u", "previousId": "p"}),
        Manner::Segment(Call::Batch | Call::Import) => {
            json!({"batch": [], "sentAt": "2026-11-22T00:00:00Z"})
        }
        Manner::DailyStory => json!({"device_type": "ios", "device_id": "aa01", "dsid": "u"}),
        Manner::RecurlyEngage => json!({"token": "aa01", "channel_type": "APNS"}),
    }
}

/// A request as a door's clients make it, but for the body.
pub(crate) fn request(
    sender: &Sender,
    path: &str,
    manner: Manner,
    key: Option<&str>,
) -> RequestBuilder {
    let request = sender.bare(path).header("content-type", "application/json");
    match manner {
        Manner::Segment(_) => match key {
            Some(key) => request.basic_auth(key, Some("")),
            None => request,
        },
        Manner::DailyStory => match key {
            Some(key) => request.basic_auth("api", Some(key)),
            None => request,
        },
        Manner::RecurlyEngage => {
            let request = request.header("Rf-App", "shop").header("User-Id", "u");
            match key {
                Some(key) => request.bearer_auth(key),
                None => request,
            }
        }
    }
}

/// Knocks, and checks that what is refused is refused in the door's own form,
/// with a sentence.
async fn knock(manner: Manner, request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let text = response.text().await.expect("text");
    if status >= 400 {
        let body: Value = serde_json::from_str(&text).expect("JSON");
        let (told, sentence) = match manner {
            Manner::DailyStory => (&body["Code"], &body["Message"]),
            Manner::Segment(_) | Manner::RecurlyEngage => (&body["status"], &body["detail"]),
        };
        assert_eq!(told, &json!(status), "{text}");
        assert!(sentence.as_str().is_some_and(|s| s.len() > 10), "{text}");
    }
    (status, text)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn with_an_app() -> (Carillon, Sender) {
    let carillon = Carillon::start(&[]);
    let made = carillon
        .api("manage")
        .put("/apps/shop", json!({"name": "Shop"}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let sender = Sender::to(&carillon);
    (carillon, sender)
}

#[tokio::test]
async fn hostile_bodies_are_refused_at_every_foreign_door_and_nothing_is_half_written() {
    let (carillon, sender) = with_an_app().await;
    let before = rows(&carillon).await;
    let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
    let bodies: Vec<(&str, Vec<u8>, &str, &[u16])> = vec![
        ("empty", vec![], "", &[400]),
        ("cut", b"{".to_vec(), "", &[400]),
        ("cut in a text", b"{\"".to_vec(), "", &[400]),
        ("control", b"\x01".to_vec(), "", &[400]),
        ("no JSON", b"{'a': 1}".to_vec(), "", &[400]),
        ("two", b"{}{}".to_vec(), "", &[400, 422]),
        ("list", b"[]".to_vec(), "", &[400, 422]),
        ("number", b"17".to_vec(), "", &[400, 422]),
        ("text", b"\"text\"".to_vec(), "", &[400, 422]),
        ("null", b"null".to_vec(), "", &[400, 422]),
        ("no UTF-8", b"{\"userId\": \"\xff\"}".to_vec(), "", &[400]),
        ("half a surrogate", b"{\"dsid\": \"\\ud800\", \"token\": \"\\ud800\", \"userId\": \"\\ud800\", \"batch\": \"\\ud800\"}".to_vec(), "", &[400, 422]),
        ("deep list", b"[".repeat(10_000), "", &[400, 422]),
        ("deep and closed", deep.clone().into_bytes(), "", &[400, 413, 422]),
        ("deep context", format!("{{\"userId\": \"u\", \"event\": \"e\", \"context\": {}}}", &deep[..2000]).into_bytes(), "", &[400, 422]),
        ("huge number", b"{\"userId\": 1e999999, \"token\": 1e999999, \"dsid\": 1e999999}".to_vec(), "", &[400, 422]),
        ("10 MB", vec![b' '; 10 * 1024 * 1024], "", &[413]),
        ("10 MB of text", format!("{{\"userId\": \"{}\"}}", "x".repeat(10 * 1024 * 1024)).into_bytes(), "", &[413]),
        ("bomb", gzip(&vec![b' '; 16 * 1024 * 1024]), "gzip", &[413]),
        ("bomb in a bomb", gzip(&gzip(&vec![b' '; 4 * 1024 * 1024])), "gzip", &[400]),
        ("no gzip", b"{}".to_vec(), "gzip", &[400]),
        ("other packing", b"{}".to_vec(), "br", &[415]),
    ];
    for (path, manner) in DOORS {
        for (name, body, packing, wanted) in &bodies {
            let mut request = request(&sender, path, manner, Some(&sender.key)).body(body.clone());
            if !packing.is_empty() {
                request = request.header("content-encoding", *packing);
            }
            let (status, text) = knock(manner, request).await;
            assert!(wanted.contains(&status), "{path} {name}: {status} {text}");
        }
    }
    assert_eq!(rows(&carillon).await, before);
}

#[tokio::test]
async fn wrong_fields_are_refused_at_every_foreign_door() {
    let (carillon, sender) = with_an_app().await;
    let before = rows(&carillon).await;
    for (path, manner) in DOORS {
        let good = good_body(manner);
        for field in good.as_object().expect("an object").keys() {
            let wrong = if good[field].is_object() || good[field].is_array() {
                vec![json!("text"), json!(17), json!(true)]
            } else {
                vec![
                    json!({"no": 1}),
                    json!([1]),
                    json!(true),
                    json!("a\u{0}b"),
                    json!("x".repeat(5000)),
                ]
            };
            for value in wrong {
                // Any text is a page's name.
                if field == "name" && value.is_string() {
                    continue;
                }
                let mut body = good.clone();
                body[field] = value;
                let request = request(&sender, path, manner, Some(&sender.key)).json(&body);
                let (status, text) = knock(manner, request).await;
                assert!(
                    matches!(status, 400 | 422),
                    "{path} {field}: {status} {text}"
                );
                assert!(text.contains(field.as_str()), "{path} {field}: {text}");
            }
            let mut body = good.clone();
            body.as_object_mut().and_then(|body| body.remove(field));
            let optional = matches!(field.as_str(), "traits" | "properties" | "name" | "sentAt");
            if !optional {
                let request = request(&sender, path, manner, Some(&sender.key)).json(&body);
                let (status, text) = knock(manner, request).await;
                assert!(
                    matches!(status, 400 | 422),
                    "{path} {field}: {status} {text}"
                );
                assert!(text.contains(field.as_str()), "{path} {field}: {text}");
            }
        }
    }
    assert_eq!(rows(&carillon).await, before);
}

#[tokio::test]
async fn hostile_messages_of_a_batch_are_left_out_and_nothing_of_them_is_written() {
    let (carillon, sender) = with_an_app().await;
    let before = rows(&carillon).await;
    let deep = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
    let messages = [
        deep.clone(),
        "[]".to_owned(),
        "null".to_owned(),
        format!("{{\"type\": \"track\", \"userId\": \"u\", \"event\": \"e\", \"properties\": {{\"a\": {deep}}}}}"),
        json!({"type": "identify", "userId": "u", "traits": {"": 1}}).to_string(),
        json!({"type": "identify", "userId": "u", "traits": {"a": "\u{1}"}}).to_string(),
        json!({"type": "identify", "userId": "u", "traits": {"timezone": "Nowhere/At_All"}}).to_string(),
        json!({"type": "identify", "userId": "u\u{0}"}).to_string(),
        json!({"type": "track", "userId": "u", "event": "\u{0}"}).to_string(),
        json!({"type": "track", "userId": "u", "event": "e", "messageId": "m\u{0}"}).to_string(),
        json!({"type": "alias", "userId": "u", "previousId": "p\u{0}"}).to_string(),
        json!({"type": "track", "userId": "u", "event": "e", "timestamp": "-009999-01-01T00:00:00Z"}).to_string(),
    ];
    for path in ["/v1/batch", "/v1/import"] {
        let body = format!("{{\"batch\": [{}]}}", messages.join(","));
        let (status, text) =
            knock(Manner::Segment(Call::Batch), sender.post(path).body(body)).await;
        assert_eq!(status, 200, "{text}");
    }
    assert_eq!(rows(&carillon).await, before);
    let refused = "fate=\"refused\"";
    let counted = crate::ingest::counted(&carillon, "carillon_segment_messages_total", refused);
    assert_eq!(counted.await, 2 * messages.len() as u64);
}

#[tokio::test]
async fn wrong_keys_methods_and_addresses_are_refused_at_every_foreign_door() {
    let (carillon, sender) = with_an_app().await;
    let reader = carillon.api("read").key;
    let before = rows(&carillon).await;
    for (path, manner) in DOORS {
        let body = good_body(manner);
        let cut = &sender.key[..sender.key.len() - 1];
        for key in [
            None,
            Some(""),
            Some("carillon_"),
            Some("carillon_x"),
            Some(cut),
            Some("geheim"),
        ] {
            let request = request(&sender, path, manner, key).json(&body);
            let (status, text) = knock(manner, request).await;
            assert_eq!(status, 401, "{path} {key:?}: {text}");
        }
        for header in ["Basic", "Basic !!!", "Digest x", "Bearer", "Basic YQ=="] {
            let request = request(&sender, path, manner, None).header("authorization", header);
            let (status, text) = knock(manner, request.json(&body)).await;
            assert_eq!(status, 401, "{path} {header}: {text}");
        }
        let (status, text) = knock(
            manner,
            request(&sender, path, manner, Some(&reader)).json(&body),
        )
        .await;
        assert_eq!(status, 403, "{path}: {text}");
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let asked = sender
                .client
                .request(method, format!("{}{path}", sender.url));
            assert_eq!(knock(manner, asked).await.0, 405, "{path}");
        }
    }
    for nowhere in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/track/x",
        "/ingest",
        "/ingest/",
        "/ingest/x",
        "/api/v1/contact",
    ] {
        let (status, text) = knock(
            Manner::Segment(Call::Batch),
            sender.post(nowhere).body("{}"),
        )
        .await;
        assert_eq!(status, 404, "{nowhere}: {text}");
    }
    assert_eq!(rows(&carillon).await, before);
}
