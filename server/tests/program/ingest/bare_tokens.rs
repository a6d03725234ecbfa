//! Devices that are known by their push token: `DailyStory`'s and Recurly Engage's
//! doors.

use super::Sender;
use super::devices::{app, devices, text};
use crate::carillon::Carillon;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

#[tokio::test]
async fn dailystorys_clients_register_as_they_always_did() {
    const DONE: &str = "{\"Status\":true,\"Message\":\"\",\"Code\":200,\"Response\":{}}";
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    app(&carillon, "shop", "Shop").await;
    let path = "/api/v1/contact/registerdevice";
    let post = || sender.bare(path).basic_auth("api", Some(&sender.key));
    let ios = json!({"device_type": "ios", "device_id": "AA01", "dsid": "1359c31a"});
    assert_eq!(text(post().json(&ios)).await, (200, DONE.to_owned()));
    let form = [
        ("device_type", "android"),
        ("device_id", "t-1"),
        ("dsid", "1359c31a"),
    ];
    assert_eq!(text(post().form(&form)).await, (200, DONE.to_owned()));
    let again = sender.bare(path).bearer_auth(&sender.key).json(&ios);
    assert_eq!(text(again).await, (200, DONE.to_owned()));
    let found = devices(&carillon, "1359c31a").await;
    let known: Vec<_> = found.iter().map(|d| (&d["channel"], &d["token"])).collect();
    assert_eq!(
        known,
        [
            (&json!("apns"), &json!("aa01")),
            (&json!("fcm"), &json!("t-1"))
        ]
    );

    // A device that is known by its own name keeps it, whoever says the token.
    let input = json!({"app": "shop", "channel": "fcm", "token": "t-2"});
    carillon
        .api("manage")
        .put("/contacts/bob/devices/phone", input)
        .await;
    let bob = json!({"device_type": "android", "device_id": "t-2", "dsid": 17});
    assert_eq!(text(post().json(&bob)).await.0, 200);
    assert_eq!(devices(&carillon, "17").await[0]["device_id"], "phone");
}

#[tokio::test]
async fn dailystorys_clients_are_refused_in_its_own_form() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    app(&carillon, "shop", "Shop").await;
    let path = "/api/v1/contact/registerdevice";
    let post = || sender.bare(path).basic_auth("api", Some(&sender.key));
    let ios = json!({"device_type": "ios", "device_id": "AA01", "dsid": "1359c31a"});
    app(&carillon, "news", "News").await;
    for (request, status, says) in [
        (post().json(&ios), 422, "must be given"),
        (
            post().json(&json!({"device_type": "ios", "device_id": "aa", "dsid": "a", "app": "x"})),
            422,
            "“x” is not an app",
        ),
        (
            post().json(&json!({"device_type": "fax", "device_id": "aa", "dsid": "a"})),
            422,
            "device_type “fax”",
        ),
        (
            post().json(
                &json!({"device_type": "ios", "device_id": "no hex", "dsid": "a", "app": "news"}),
            ),
            422,
            "device_id is not an APNs token",
        ),
        (
            post().json(&json!({"device_type": "ios", "device_id": "aa", "app": "news"})),
            422,
            "dsid is missing",
        ),
        (post().form(&[("device_type", "ios")]), 422, "device_id"),
        (
            sender
                .bare(path)
                .basic_auth("api", Some("wrong"))
                .json(&ios),
            401,
            "API key",
        ),
        (sender.bare(path).json(&ios), 401, "API key"),
        (
            post().body("{").header("content-type", "application/json"),
            400,
            "not JSON",
        ),
        (
            post().body("<a/>").header("content-type", "text/xml"),
            415,
            "Content-Type",
        ),
        (
            sender.client.get(format!("{}{path}", sender.url)),
            405,
            "method",
        ),
    ] {
        let (got, body) = text(request).await;
        assert_eq!(got, status, "{body}");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            (&body["Status"], &body["Code"]),
            (&json!(false), &json!(status)),
            "{body}"
        );
        assert_eq!(body["Response"], json!({}));
        assert!(
            body["Message"].as_str().expect("text").contains(says),
            "{body}"
        );
    }
    let named = json!({"device_type": "ios", "device_id": "aa09", "dsid": "eve", "app": "news"});
    assert_eq!(text(post().json(&named)).await.0, 200);
    assert_eq!(devices(&carillon, "eve").await[0]["app"], "news");
}

#[tokio::test]
async fn recurly_engages_clients_need_a_key_beside_the_apps_name() {
    let carillon = Carillon::start(&[]);
    let sender = Sender::to(&carillon);
    app(&carillon, "shop", "Shop").await;
    let path = "/ingest/update_push_endpoint";
    let named = || {
        sender
            .bare(path)
            .header("Rf-App", "shop")
            .header("User-Id", "ada")
    };
    let body = json!({"token": "t-1", "channel_type": "GCM", "endpoint_id": "eqmj8/b3"});
    let status = |response: Result<Response, _>| response.expect("an answer").status().as_u16();
    assert_eq!(
        status(named().json(&body).send().await),
        401,
        "Rf-App alone is nobody"
    );
    for (n, (field, channel)) in [
        ("channel_type", "GCM"),
        ("channelType", "FCM"),
        ("type", "APNS"),
        ("type", "apns_sandbox"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"token": format!("aa{n:02}"), field: channel});
        let request = if n % 2 == 0 {
            named().bearer_auth(&sender.key)
        } else {
            named().basic_auth("anything", Some(&sender.key))
        };
        assert_eq!(status(request.json(&body).send().await), 200, "{body}");
    }
    let own = || named().bearer_auth(&sender.key);
    assert_eq!(status(own().json(&body).send().await), 200);
    let found = devices(&carillon, "ada").await;
    let channels: Vec<_> = found
        .iter()
        .map(|device| device["channel"].as_str())
        .collect();
    assert_eq!(
        channels,
        [
            Some("fcm"),
            Some("fcm"),
            Some("apns"),
            Some("apns"),
            Some("fcm")
        ]
    );
    assert_eq!(found[4]["device_id"], "eqmj8/b3");
    let rotated = json!({"token": "t-2", "channel_type": "GCM", "endpoint_id": "eqmj8/b3"});
    assert_eq!(status(own().json(&rotated).send().await), 200);
    let found = devices(&carillon, "ada").await;
    assert_eq!(
        (found.len(), &found[4]["token"]),
        (5, &json!("t-2")),
        "the token rotated"
    );

    let keyed = || sender.bare(path).bearer_auth(&sender.key).json(&body);
    for (request, wanted, field) in [
        (keyed().header("User-Id", "ada"), 400, "Rf-App"),
        (keyed().header("Rf-App", "shop"), 400, "User-Id"),
        (
            keyed().header("Rf-App", "other").header("User-Id", "ada"),
            422,
            "Rf-App",
        ),
        (own().json(&json!({"token": "t"})), 422, "channel_type"),
        (
            own().json(&json!({"token": "t", "type": "pigeon"})),
            422,
            "channel_type",
        ),
        (own().json(&json!({"type": "fcm"})), 422, "token"),
        (
            own().json(&json!({"token": "no hex", "type": "apns"})),
            422,
            "token",
        ),
    ] {
        let refused = crate::api::read(request).await;
        assert_eq!(refused.status, wanted, "{refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{refused:?}");
    }
}

/// A registration with the app `shop` through each door that answers for it, with
/// this signature.
pub(super) fn signed_requests(
    sender: &Sender,
    user: &str,
    signature: Option<&str>,
) -> Vec<(&'static str, RequestBuilder)> {
    let put = sender
        .client
        .request(
            Method::PUT,
            format!("{}/api/v1/contacts/{user}/devices/phone", sender.url),
        )
        .bearer_auth(&sender.key)
        .json(&json!({"app": "shop", "channel": "apns", "token": "aa01"}));
    let daily_story = sender
        .bare("/api/v1/contact/registerdevice")
        .basic_auth("api", Some(&sender.key))
        .json(&json!({"device_type": "ios", "device_id": "aa02", "dsid": user, "app": "shop"}));
    let recurly = sender
        .bare("/ingest/update_push_endpoint")
        .bearer_auth(&sender.key)
        .header("Rf-App", "shop")
        .header("User-Id", user)
        .json(&json!({"token": "aa03", "type": "APNS", "endpoint_id": "e-1"}));
    [
        ("put", put),
        ("DailyStory", daily_story),
        ("Recurly", recurly),
    ]
    .into_iter()
    .map(|(door, request)| match signature {
        Some(signature) => (door, request.header("Carillon-Signature", signature)),
        None => (door, request),
    })
    .collect()
}
