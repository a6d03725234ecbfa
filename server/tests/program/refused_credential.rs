//! A credential that its provider refuses, from outside: it stops alone, its
//! page and its campaign's say why, and it goes on when it is mended.

use crate::api::Api;
use crate::carillon::{Carillon, client};
use crate::channels::test;
use crate::functions::sign_in;
use domain::people::Role;
use reqwest::header;
use sandbox::{Config, Faults, Handle, Sandbox};
use serde_json::{Value, json};
use server::clock::SystemClock;
use std::sync::Arc;

/// What the page says that a person with this cookie opens.
async fn page(carillon: &Carillon, cookie: &str, path: &str) -> String {
    let request = client().get(format!("{}{path}", carillon.url));
    let answer = request.header(header::COOKIE, cookie).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("text")
}

fn refuses_fcm(sandbox: &Handle, refuses: bool) {
    let denied = json!({"channel": "fcm",
        "do": {"answer": {"status": 403, "message": "the account was disabled"}}});
    let faults = if refuses { vec![denied] } else { Vec::new() };
    let faults: Faults = serde_json::from_value(json!({"faults": faults})).expect("faults");
    sandbox.set_faults(faults);
}

async fn credentials(api: &Api, sandbox: &Handle) {
    let account = sandbox.demo_fcm_service_account_json().expect("an account");
    let account: Value = serde_json::from_str(&account).expect("JSON");
    let ca = sandbox.ca_pem();
    let fcm = json!({"service_account": account, "endpoint": sandbox.fcm_url(), "ca": ca});
    let profile = sandbox.demo_adm_profile();
    let adm = json!({"client_id": profile.client_id, "client_secret": profile.client_secret,
        "endpoint": sandbox.adm_url(), "ca": ca});
    for (channel, credential) in [("fcm", fcm), ("adm", adm)] {
        let path = format!("/apps/shop/credentials/{channel}");
        let entered = api.put(&path, credential).await;
        assert_eq!(entered.status, 200, "{entered:?}");
    }
}

#[tokio::test]
async fn a_refused_credential_is_told_on_its_campaigns_page_until_it_is_mended() {
    let sandbox = Sandbox::start(Config::local(Arc::new(SystemClock)))
        .await
        .expect("a sandbox");
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let other = api.put("/apps/other", json!({"name": "Other"})).await;
    credentials(&api, &sandbox).await;
    api.put("/contacts/ada", json!({"opted_in": true})).await;
    let devices = [
        ("pixel", "fcm", "pixel:1"),
        ("tablet", "adm", "amzn1.adm-registration.v1.tablet"),
    ];
    for (device, channel, token) in devices {
        let body = json!({"app": "shop", "channel": channel, "token": token});
        let path = format!("/contacts/ada/devices/{device}");
        assert_eq!(api.put(&path, body).await.status, 201);
    }
    let campaign = async |name: &str, app: Value| {
        let made = api.post("/campaigns", json!({"name": name})).await.body;
        let content = json!({"title": "Hi", "body": "There", "app": app});
        let push = json!({"name": name, "campaign_id": made["id"], "content": content});
        let push = api.post("/pushes", push).await;
        assert_eq!(push.status, 201, "{push:?}");
        let path = format!("/campaigns/{}", made["id"].as_str().expect("an id"));
        (path, push.body)
    };
    let (concerned, push) = campaign("Offers", Value::Null).await;
    let (unconcerned, _) = campaign("Elsewhere", other.body["id"].clone()).await;
    let cookie = sign_in(&carillon, Role::Viewer).await;
    let told = "FCM refused the credential of Shop";

    refuses_fcm(&sandbox, true);
    let ended = test(&api, &push, "ada").await;
    let refused = (
        "suppressed".to_owned(),
        Some("credential_refused".to_owned()),
    );
    assert!(ended.contains(&refused), "{ended:?}");
    assert!(
        ended.contains(&("accepted".to_owned(), None)),
        "ADM goes on: {ended:?}"
    );
    let said = page(&carillon, &cookie, &concerned).await;
    assert!(
        said.contains(told) && said.contains("the account was disabled"),
        "{said}"
    );
    assert!(said.contains("/settings/apps/shop"), "where to mend it");
    assert!(!page(&carillon, &cookie, &unconcerned).await.contains(told));
    let settings = page(&carillon, &cookie, "/settings/apps/shop").await;
    assert!(settings.contains("the account was disabled"), "{settings}");

    refuses_fcm(&sandbox, false);
    let tried = api
        .post("/apps/shop/credentials/fcm/check", json!({}))
        .await;
    assert_eq!(tried.body["result"], "works", "{tried:?}");
    assert!(!page(&carillon, &cookie, &concerned).await.contains(told));
    let ended = test(&api, &push, "ada").await;
    assert!(
        ended.iter().all(|(state, _)| state == "accepted"),
        "{ended:?}"
    );
    sandbox.stop().expect("it stops");
}
