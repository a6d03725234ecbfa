//! Segment's tracking API.

use super::{Sender, counted, events_of, rows};
use crate::api::answer;
use crate::carillon::Carillon;
use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn each_call_becomes_what_it_says() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let identify = json!({
        "userId": "ada", "messageId": "m1", "traits": {
            "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.org",
            "phone": "+44 20 1", "plan": "gold", "address": {"city": "London"},
            "tags": ["a", "b"], "opted_in": true,
        }, "context": {"timezone": "Europe/London", "locale": "en-GB"},
    });
    sender.taken("/v1/identify", &identify).await;
    let group = json!({"userId": "ada", "groupId": 17, "traits": {"name": "Engines"}});
    sender.taken("/v1/group", &group).await;
    for (path, message) in [
        (
            "/v1/track",
            json!({"userId": "ada", "event": "Order Placed", "properties": {"total": 12.5},
                   "timestamp": "2026-11-20T12:00:00Z"}),
        ),
        (
            "/v1/page",
            json!({"userId": "ada", "name": "Home", "category": "Shop",
                   "properties": {"path": "/"}, "timestamp": "2026-11-20T12:00:01Z"}),
        ),
        (
            "/v1/screen",
            json!({"userId": "ada", "name": "Cart", "timestamp": "2026-11-20T12:00:02Z"}),
        ),
        (
            "/v1/t",
            json!({"anonymousId": "visitor-1", "event": "Seen"}),
        ),
    ] {
        sender.taken(path, &message).await;
    }

    let reader = carillon.api("read");
    let ada = reader.get("/contacts/ada").await.body;
    assert_eq!(
        (&ada["first_name"], &ada["last_name"]),
        (&json!("Ada"), &json!("Lovelace"))
    );
    assert_eq!(
        (&ada["time_zone"], &ada["locale"]),
        (&json!("Europe/London"), &json!("en-GB"))
    );
    assert_eq!(
        (&ada["email"], &ada["opted_in"]),
        (&json!("ada@example.org"), &json!(true))
    );
    let attributes = json!({
        "phone": "+44 20 1", "plan": "gold", "address_city": "London",
        "group_id": "17", "group_name": "Engines",
    });
    assert_eq!(ada["attributes"], attributes, "a list is left out");
    assert_eq!(
        counted(&carillon, "carillon_segment_traits_left_out_total", "").await,
        1
    );
    let at = 1_795_176_000_000;
    let expected = [
        ("Order Placed".to_owned(), at, json!({"total": 12.5})),
        (
            "page_viewed".to_owned(),
            at + 1000,
            json!({"name": "Home", "category": "Shop", "path": "/"}),
        ),
        (
            "screen_viewed".to_owned(),
            at + 2000,
            json!({"name": "Cart"}),
        ),
    ];
    assert_eq!(events_of(&carillon, "ada").await, expected);
    assert_eq!(events_of(&carillon, "visitor-1").await.len(), 1);
    assert_eq!(
        reader.get("/contacts/visitor-1").await.body["opted_in"],
        json!(null)
    );
}

fn batch() -> Value {
    json!({"batch": [
        {"type": "identify", "messageId": "b1", "userId": "ada", "traits": {"plan": "gold"}},
        {"type": "track", "messageId": "b2", "userId": "ada", "event": "Signed Up"},
        {"type": "track", "messageId": "b2", "userId": "ada", "event": "Signed Up"},
        {"type": "page", "messageId": "b3", "anonymousId": "visitor-1"},
        {"type": "alias", "messageId": "b4", "userId": "ada", "previousId": "visitor-1"},
        {"type": "track", "messageId": "b5", "userId": "bob", "event": "Signed Up"},
    ]})
}

#[tokio::test]
async fn a_batch_that_comes_again_adds_no_row_and_undoes_nothing() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    sender.taken("/v1/batch", &batch()).await;
    let silver = json!({"userId": "ada", "messageId": "later", "traits": {"plan": "silver"}});
    sender.taken("/v1/identify", &silver).await;
    let before = rows(&carillon).await;
    for path in ["/v1/batch", "/v1/b", "/v1/import"] {
        sender.taken(path, &batch()).await;
    }
    assert_eq!(rows(&carillon).await, before);
    let ada = carillon.api("read").get("/contacts/ada").await.body;
    assert_eq!(ada["attributes"]["plan"], "silver", "what came later stays");
    let repeated = "fate=\"repeated\"";
    assert_eq!(
        counted(&carillon, "carillon_segment_messages_total", repeated).await,
        1 + 3 * 6
    );

    // Durably: by a process that never saw it, after one that was killed.
    let directory = carillon.directory.clone();
    drop(carillon);
    let carillon = Carillon::start_in(directory, &[]);
    assert_eq!(
        rows(&carillon).await,
        before,
        "what was acknowledged is there"
    );
    Sender::to(&carillon).taken("/v1/batch", &batch()).await;
    assert_eq!(rows(&carillon).await, before);
}

#[tokio::test]
async fn a_wrong_message_of_a_batch_is_counted_and_does_not_lose_the_others() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let long = "x".repeat(33 * 1024);
    let mixed = json!({"batch": [
        {"type": "track", "userId": "ada", "event": "First"},
        {"type": "track", "userId": "ada"},
        {"type": "wave", "userId": "ada"},
        {"type": "track", "event": "Whose"},
        17,
        {"type": "identify", "userId": "ada", "traits": {"email": "no address"}},
        {"type": "track", "userId": "ada", "event": "Large", "properties": {"text": long}},
        {"type": "track", "userId": "ada", "event": "Future", "timestamp": "2999-01-01T00:00:00Z"},
        {"type": "track", "userId": "ada", "event": "Last"},
    ]});
    sender.taken("/v1/batch", &mixed).await;
    let names: Vec<_> = events_of(&carillon, "ada")
        .await
        .into_iter()
        .map(|e| e.0)
        .collect();
    assert_eq!(names, ["First", "Last"]);
    let count = |fate: &'static str| counted(&carillon, "carillon_segment_messages_total", fate);
    assert_eq!(count("fate=\"taken\"").await, 2);
    assert_eq!(count("fate=\"refused\"").await, 7);
    for (message, field) in [
        (json!({"userId": "ada"}), "event"),
        (json!({"event": "Whose"}), "userId"),
        (json!({"userId": {}, "event": "Whose"}), "userId"),
        (
            json!({"userId": "ada", "event": "x", "properties": []}),
            "properties",
        ),
        (
            json!({"userId": "ada", "event": "x", "messageId": 17}),
            "messageId",
        ),
        (
            json!({"userId": "ada", "event": "x", "timestamp": "soon"}),
            "timestamp",
        ),
        (
            json!({"userId": "ada", "event": "x", "context": 1}),
            "context",
        ),
        (
            json!({"anonymousId": "a".repeat(300), "event": "x"}),
            "anonymousId",
        ),
    ] {
        let refused = sender.send("/v1/track", &message).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{refused:?}");
    }
    let wrong = json!({"userId": "ada", "traits": {"email": "no address"}});
    let refused = sender.send("/v1/identify", &wrong).await;
    assert_eq!(
        refused.body["errors"][0]["field"], "traits.email",
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_write_key_comes_as_basic_user_or_in_the_body_and_basic_wins() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let track = |key: Option<&str>| {
        let mut message = json!({"userId": "ada", "event": "Seen"});
        if let Some(key) = key {
            message["writeKey"] = json!(key);
        }
        message
    };
    let own = Some(sender.key.as_str());
    let send = |header: Option<&str>, body: Option<&str>| {
        let mut request = sender.bare("/v1/track").json(&track(body));
        if let Some(key) = header {
            request = request.basic_auth(key, Some(""));
        }
        async {
            answer(request.send().await.expect("an answer"))
                .await
                .status
        }
    };
    let wrong = Some("carillon_wrong");
    assert_eq!(send(own, None).await, 200);
    assert_eq!(send(None, own).await, 200);
    assert_eq!(send(own, wrong).await, 200, "Basic wins");
    assert_eq!(send(wrong, own).await, 401, "Basic wins");
    assert_eq!(send(None, None).await, 401);
    assert_eq!(send(None, wrong).await, 401);
    let bearer = sender.bare("/v1/track").bearer_auth(&sender.key);
    let bearer = bearer.json(&track(None)).send().await.expect("an answer");
    assert_eq!(bearer.status(), 200);
    let batch = json!({"batch": [], "writeKey": own});
    let sent = sender.bare("/v1/batch").json(&batch).send().await;
    assert_eq!(sent.expect("an answer").status(), 200);
    let reader = carillon.api("read").key;
    assert_eq!(send(Some(&reader), None).await, 403);
    assert_eq!(events_of(&carillon, "ada").await.len(), 4);
}

#[tokio::test]
async fn bodies_may_be_packed_and_the_limits_are_segments() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    let packed = |path: &str, body: Vec<u8>| {
        let request = sender
            .post(path)
            .header("content-encoding", "gzip")
            .body(body);
        async { answer(request.send().await.expect("an answer")).await }
    };
    let sent = packed("/v1/batch", gzip(batch().to_string().as_bytes())).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    assert!(!events_of(&carillon, "ada").await.is_empty());
    let before = rows(&carillon).await;

    let sized = |size: usize| {
        let start = "{\"userId\": \"ada\", \"event\": \"Large\", \"properties\": {\"text\": \"";
        format!("{start}{}\"}}}}", "x".repeat(size - start.len() - 3))
    };
    let refused = packed("/v1/track", gzip(sized(32 * 1024 + 1).as_bytes())).await;
    assert_eq!(refused.status, 413, "{refused:?}");
    let plain = sender.post("/v1/track").body(sized(32 * 1024 + 1));
    assert_eq!(
        answer(plain.send().await.expect("an answer")).await.status,
        413
    );
    let bomb = gzip(&vec![b' '; 20 * 1024 * 1024]);
    assert!(bomb.len() < 500 * 1024);
    assert_eq!(packed("/v1/batch", bomb).await.status, 413);
    let batch = |size: usize| {
        let start = "{\"batch\": []";
        format!("{start}{}}}", " ".repeat(size - start.len() - 1))
    };
    for path in ["/v1/batch", "/v1/import"] {
        let post = |size| sender.post(path).body(batch(size)).send();
        assert_eq!(post(500 * 1024).await.expect("an answer").status(), 200);
        assert_eq!(post(500 * 1024 + 1).await.expect("an answer").status(), 413);
    }
    assert_eq!(rows(&carillon).await, before);
    let largest = sender.post("/v1/track").body(sized(32 * 1024));
    let largest = answer(largest.send().await.expect("an answer")).await;
    assert_eq!(largest.status, 200, "{largest:?}");
    let many: Vec<_> = (0..2502)
        .map(|n| json!({"type": "track", "userId": "eve", "event": n.to_string()}))
        .collect();
    sender.taken("/v1/batch", &json!({"batch": many})).await;
    assert_eq!(events_of(&carillon, "eve").await.len(), 2500);
}

#[tokio::test]
async fn a_senders_clock_is_set_right_but_an_imports_times_stay() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    // A clock that is years behind; the event happened ten seconds before.
    let clock = |id: &str| {
        json!({"sentAt": "2020-01-01T00:00:10Z", "batch": [{
            "type": "track", "messageId": id, "userId": id, "event": "Seen",
            "timestamp": "2020-01-01T00:00:00Z",
        }]})
    };
    sender.taken("/v1/batch", &clock("ada")).await;
    sender.taken("/v1/import", &clock("bob")).await;
    let ada = events_of(&carillon, "ada").await[0].1;
    let untimed = json!({"userId": "eve", "event": "Seen"});
    sender.taken("/v1/track", &untimed).await;
    let now = events_of(&carillon, "eve").await[0].1;
    assert!((now - 10_000 - ada).abs() < 60_000, "{ada}");
    assert_eq!(events_of(&carillon, "bob").await[0].1, 1_577_836_800_000);
}

#[tokio::test]
async fn pages_of_any_site_may_send_without_cookies() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    for path in ["/v1/track", "/v1/batch", "/v1/t"] {
        let asked = sender
            .client
            .request(Method::OPTIONS, format!("{}{path}", sender.url))
            .header("origin", "https://shop.example.org")
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "content-type,authorization",
            );
        let asked = asked.send().await.expect("an answer");
        assert_eq!(asked.status(), 204, "{path}");
        let headers = asked.headers();
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-allow-methods"], "POST");
        let allowed = headers["access-control-allow-headers"]
            .to_str()
            .expect("text");
        assert!(
            allowed.contains("Authorization") && allowed.contains("Content-Type"),
            "{allowed}"
        );
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
    // As a browser sends without asking first, by somebody who is signed in here.
    let body = json!({"writeKey": sender.key, "userId": "ada", "event": "Seen"});
    let sent = sender
        .bare("/v1/track")
        .header("origin", "https://shop.example.org")
        .header("content-type", "text/plain")
        .header("cookie", "carillon_session=somebody")
        .body(body.to_string());
    let sent = sent.send().await.expect("an answer");
    assert_eq!(sent.status(), 200);
    assert_eq!(sent.headers()["access-control-allow-origin"], "*");
    let refused = sender.bare("/v1/track").body("{}").send().await;
    let refused = refused.expect("an answer");
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["access-control-allow-origin"], "*");
}
