//! The API, as the programs of customers meet it.

use crate::api::{answer, read};
use crate::carillon::Carillon;
use crate::ingest::events_of;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn what_an_app_shows_and_what_platforms_get_are_kept_as_they_were_put() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let path = "/apps/shop/capabilities";
    let record = json!({
        "channels": ["apns", "webpush"],
        "ios_service_extension": true,
        "ios_categories": [{"id": "ASK", "actions": ["Go",
            {"title": "Say", "kind": "text_input", "placeholder": "Well?"}]}],
        "android_handler": false,
        "android_channels": ["news"],
        "web_actions": 0,
    });
    assert_eq!(api.put(path, record.clone()).await.status, 200);
    let mut kept = record;
    kept["ios_categories"][0]["actions"][0] = json!({"title": "Go"});
    assert_eq!(api.get(path).await.body, kept);
    assert_eq!(api.get("/apps/shop").await.body["capabilities"], kept);
    // A record of before is taken still.
    let before = json!({"android_channel_id": "offers"});
    let answer = api.put(path, before).await;
    assert_eq!(answer.body["android_channels"], json!(["offers"]));
    let wrong =
        json!({"ios_categories": [{"id": "A", "actions": [{"title": "B", "kind": "shout"}]}]});
    let answer = api.put(path, wrong).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    let field = &answer.body["errors"][0]["field"];
    assert_eq!(field, "ios_categories[0].actions[0].kind", "{answer:?}");

    let content = json!({
        "format": "image", "title": "T", "body": "", "image": "https://example.org/x.png",
        "buttons": [{"id": "yes", "title": "Yes", "kind": "quick_reply"}], "sound": "default",
        "ttl_seconds": 60, "priority": "high", "class": "promotional",
        "overrides": {"ios": {"title": "On iOS", "channel_id": "news"}},
    });
    let push = api
        .post("/pushes", json!({"name": "N", "content": content}))
        .await;
    assert_eq!(push.status, 201, "{push:?}");
    assert_eq!(push.body["content"], content);
    assert_eq!(
        push.body["mistakes"][0]["field"],
        "overrides.ios.channel_id"
    );
}

#[tokio::test]
async fn a_contact_is_made_changed_read_and_deleted_by_its_own_id() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("ingest,read");
    let path = "/contacts/ada%20l%2F1";
    let body = json!({
        "first_name": "Ada", "email": "ada@example.org", "opted_in": true,
        "time_zone": "Europe/London", "attributes": {"plan": "gold", "age": 36, "old": true},
    });
    let made = api.put(path, body.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["external_id"], "ada l/1");
    let again = api.put(path, body).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        again.body, made.body,
        "the same again changes nothing, times included"
    );

    let change = json!({"first_name": "", "attributes": {"old": null, "age": 37}});
    let changed = api.put(path, change).await;
    assert_eq!(changed.body["first_name"], json!(null));
    assert_eq!(
        changed.body["attributes"],
        json!({"plan": "gold", "age": 37})
    );
    assert_eq!(api.get(path).await.body, changed.body);
    assert_eq!(api.delete(path).await.status, 204);
    assert_eq!(api.get(path).await.status, 404);
    assert_eq!(api.delete(path).await.status, 404);
}

#[tokio::test]
async fn lists_come_in_pages_that_join_without_gap_or_overlap() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for n in 0..7 {
        api.put(&format!("/contacts/c{n}"), json!({})).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/contacts?limit=3{cursor}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        for contact in page.body["items"].as_array().expect("items") {
            seen.push(contact["external_id"].as_str().expect("an id").to_owned());
        }
        match page.body["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
    let found = api.get("/contacts?prefix=c3").await;
    assert_eq!(found.body["items"][0]["external_id"], "c3");
}

#[tokio::test]
async fn a_device_that_registers_with_another_contact_moves_there() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let unknown = json!({"app": "shop", "channel": "apns", "token": "00ff"});
    let refused = api
        .put("/contacts/ada/devices/phone", unknown.clone())
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["errors"][0]["field"], "app", "{refused:?}");
    assert_eq!(
        api.put("/apps/shop", json!({"name": "Shop"})).await.status,
        201
    );

    let made = api
        .put("/contacts/ada/devices/phone", unknown.clone())
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["platform"], "ios");
    let again = api
        .put("/contacts/ada/devices/phone", unknown.clone())
        .await;
    assert_eq!((again.status, &again.body), (200, &made.body));

    let moved = api.put("/contacts/bob/devices/tablet", unknown).await;
    assert!(moved.status < 300, "{moved:?}");
    let left = api.get("/contacts/ada/devices").await;
    assert_eq!(left.body["items"], json!([]), "the token went with it");
    assert_eq!(api.get("/contacts/ada/devices/phone").await.status, 404);
    assert_eq!(api.delete("/contacts/bob/devices/tablet").await.status, 204);
    let revoked = api.get("/contacts/bob/devices/tablet").await;
    assert_eq!(revoked.body["state"], "revoked");
}

#[tokio::test]
async fn events_are_taken_once_under_the_customers_own_id_and_all_or_none() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("ingest");
    let event = json!({
        "id": "order-1", "external_id": "ada", "name": "order_placed",
        "occurred_at": "2026-11-20T12:00:00+01:00", "properties": {"total": 12.5},
    });
    let first = api.post("/events", event.clone()).await;
    assert_eq!(
        (first.status, &first.body),
        (200, &json!({"accepted": 1})),
        "{first:?}"
    );
    let again = api.post("/events", json!({"events": [event]})).await;
    assert_eq!(again.body, json!({"accepted": 1}));
    assert_eq!(
        events_of(&carillon, "ada").await.len(),
        1,
        "it is stored once"
    );

    let batch = json!({"events": [
        {"external_id": "bob", "name": "signed_up"},
        {"external_id": "", "name": "signed_up"},
    ]});
    let refused = api.post("/events", batch).await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.body["errors"][0]["field"], "events[1].external_id",
        "{refused:?}"
    );
    let reader = carillon.api("read");
    assert_eq!(
        reader.get("/contacts/bob").await.status,
        404,
        "nothing was half taken"
    );
    assert_eq!(reader.get("/contacts/ada").await.status, 200);
}

#[tokio::test]
async fn a_post_with_an_idempotency_key_is_done_once() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let post = |name: &str, key: &str| {
        let request = api
            .request(Method::POST, "/campaigns")
            .header("Idempotency-Key", key);
        request.json(&json!({"name": name}))
    };
    let first = read(post("Spring", "a")).await;
    assert_eq!(first.status, 201, "{first:?}");
    let replayed = post("Spring", "a").send().await.expect("an answer");
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    assert_eq!(answer(replayed).await, first);
    assert_eq!(read(post("Summer", "a")).await.status, 422);
    assert_eq!(read(post("Summer", "b")).await.status, 201);
    let campaigns = api.get("/campaigns").await;
    assert_eq!(campaigns.body["items"].as_array().map(Vec::len), Some(2));
    // What was refused may be sent again under the same key.
    assert_eq!(read(post("", "c")).await.status, 422);
    assert_eq!(read(post("Autumn", "c")).await.status, 201);
}

#[tokio::test]
async fn a_workflow_is_drawn_published_and_paused() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let campaign = api
        .post("/campaigns", json!({"name": "Welcome"}))
        .await
        .body["id"]
        .clone();
    let push = json!({
        "name": "Hello", "campaign_id": campaign,
        "content": {"title": "Hi", "body": "{{ contact.first_name"},
    });
    let push = api.post("/pushes", push).await;
    assert_eq!(push.status, 201, "a draft may have mistakes: {push:?}");
    assert_eq!(push.body["mistakes"][0]["field"], "body");
    let id = push.body["id"].as_str().expect("an id").to_owned();

    let draft = json!({
        "nodes": [
            {"id": "in", "x": 0, "y": 0, "step": {"kind": "trigger", "trigger": {"on": "event", "name": "signed_up"}}},
            {"id": "push", "x": 0, "y": 100, "step": {"kind": "push", "push_id": id}},
            {"id": "out", "x": 0, "y": 200, "step": {"kind": "exit"}},
        ],
        "edges": [{"from": "in", "to": "push"}],
    });
    let new = json!({"campaign_id": campaign, "name": "Journey", "draft": draft});
    let workflow = api.post("/workflows", new).await;
    assert_eq!(workflow.status, 201, "{workflow:?}");
    let path = format!(
        "/workflows/{}",
        workflow.body["id"].as_str().expect("an id")
    );
    let refused = api.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<_> = refused.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert!(
        fields.contains(&"draft.nodes[1].step.push_id"),
        "{refused:?}"
    );
    assert!(fields.contains(&"draft.nodes[1]"), "{refused:?}");

    let mended = json!({"name": "Hello", "content": {"title": "Hi", "body": "You"}, "version": 1});
    assert_eq!(
        api.put(&format!("/pushes/{id}"), mended.clone())
            .await
            .status,
        200
    );
    assert_eq!(
        api.put(&format!("/pushes/{id}"), mended).await.status,
        409,
        "a stale version"
    );
    let mut draft = draft;
    draft["edges"] = json!([{"from": "in", "to": "push"}, {"from": "push", "to": "out"}]);
    let saved = api.put(&path, json!({"draft": draft})).await;
    assert_eq!(
        (saved.status, &saved.body["problems"]),
        (200, &json!([])),
        "{saved:?}"
    );
    let published = api.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(published.body["state"], "live", "{published:?}");
    assert_eq!(published.body["revision"]["number"], 1);
    assert_eq!(
        api.post(&format!("{path}/pause"), json!({})).await.body["state"],
        "paused"
    );
    assert_eq!(
        api.post(&format!("{path}/resume"), json!({})).await.body["state"],
        "live"
    );
    assert_eq!(api.delete(&path).await.status, 409);
    assert_eq!(
        api.get(&format!("{path}/counts")).await.body,
        json!({"items": []})
    );
}

#[tokio::test]
async fn a_test_goes_through_the_gates_and_says_why_it_stopped() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    api.put("/contacts/ada", json!({"opted_in": false})).await;
    let push = json!({"name": "Hello", "content": {"title": "Hi"}});
    let push = api.post("/pushes", push).await;
    let path = format!("/pushes/{}/test", push.body["id"].as_str().expect("an id"));
    let test = api.post(&path, json!({"external_id": "ada"})).await;
    assert_eq!(test.status, 202, "{test:?}");
    let path = test.body["send"]
        .as_str()
        .expect("a path")
        .trim_start_matches("/api/v1")
        .to_owned();
    let mut send = api.get(&path).await;
    for _ in 0..400 {
        assert_eq!(send.status, 200, "{send:?}");
        if send.body["state"] != "decided" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        send = api.get(&path).await;
    }
    assert_eq!(send.body["state"], "suppressed", "{send:?}");
    assert_eq!(send.body["reason"], "opted_out");
    assert_eq!(
        send.body["gates"][0],
        json!({"gate": "exists", "verdict": "passed"})
    );
    assert_eq!(
        send.body["gates"][1],
        json!({"gate": "opted_in", "verdict": "stopped"})
    );
    let sends = api.get("/contacts/ada/sends").await;
    assert_eq!(sends.body["items"][0], send.body);
    assert_eq!(
        api.post(&path, json!({"external_id": "nobody"}))
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn a_credential_goes_in_and_its_secret_never_comes_out() {
    let carillon = Carillon::start(&["--demo"]);
    let api = carillon.api("manage");
    let wrong = json!({
        "team_id": "ABCDE12345", "key_id": "short", "topic": "org.example", "private_key": "no key",
    });
    let refused = api.put("/apps/shop/credentials/apns", wrong).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<_> = refused.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    assert_eq!(fields, ["key_id", "private_key"], "{refused:?}");
    let refused = api.put("/apps/shop/credentials/pigeon", json!({})).await;
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["field"]),
        (400, &json!("channel"))
    );

    let app = api.get("/apps/shop").await;
    assert_eq!(app.status, 200, "{app:?}");
    let text = app.body.to_string();
    assert!(text.contains("\"summary\""), "{text}");
    assert!(!text.contains("PRIVATE KEY"), "{text}");
    let tried = api
        .post("/apps/shop/credentials/apns/check", json!({}))
        .await;
    assert_eq!(tried.body["result"], "works", "{tried:?}");
}

#[tokio::test]
async fn a_credential_is_limited_and_the_limit_stays_until_it_is_lifted() {
    let carillon = Carillon::start(&["--demo"]);
    let api = carillon.api("manage");
    let path = "/apps/shop/credentials/fcm/limit";
    for wrong in [0, 2049] {
        let refused = api.put(path, json!({"max_in_flight": wrong})).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], "max_in_flight");
    }
    let limited = api.put(path, json!({"max_in_flight": 100})).await;
    assert_eq!(limited.body["max_in_flight"], 100, "{limited:?}");
    let app = api.get("/apps/shop").await;
    let fcm = |app: &Value| {
        let all = app["credentials"].as_array().expect("credentials").iter();
        let mut fcm = all.filter(|found| found["channel"] == "fcm");
        fcm.next().expect("one of FCM").clone()
    };
    assert_eq!(fcm(&app.body)["max_in_flight"], 100);
    let lifted = api.put(path, json!({"max_in_flight": null})).await;
    assert_eq!(lifted.body["max_in_flight"], Value::Null, "{lifted:?}");
    let nobody = "/apps/nobody/credentials/fcm/limit";
    assert_eq!(api.put(nobody, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_device_of_fcm_is_registered_by_its_installation_id() {
    let carillon = Carillon::start(&["--demo"]);
    let api = carillon.api("manage");
    let put = |body: Value| {
        let api = api.clone();
        async move { api.put("/contacts/fid-1/devices/pixel", body).await }
    };
    let fid = "dOXfS4kXRk-1yJ8gD_aQ0w";
    let body = json!({"app": "shop", "channel": "fcm", "token": fid, "address_kind": "fid"});
    let registered = put(body).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    assert_eq!(registered.body["address_kind"], "fid");
    assert_eq!(registered.body["token"], fid);
    let token = json!({"app": "shop", "channel": "fcm", "token": "dOXfS:APA91b"});
    let again = put(token).await;
    assert_eq!(
        (again.status, &again.body["address_kind"]),
        (200, &json!("token"))
    );
    for (wrong, field) in [
        (
            json!({"app": "shop", "channel": "apns", "token": "aabb", "address_kind": "fid"}),
            "address_kind",
        ),
        (
            json!({"app": "shop", "channel": "fcm", "token": "a:b", "address_kind": "fid"}),
            "token",
        ),
        (
            json!({"app": "shop", "channel": "fcm", "token": "ab", "address_kind": "x"}),
            "address_kind",
        ),
    ] {
        let refused = put(wrong).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{refused:?}");
    }
}
