//! One device, checked by a dry run over the wire.

use crate::carillon::{Carillon, client};
use crate::functions::{path_of, sign_in};
use domain::people::Role;
use reqwest::header;
use sandbox::{Config, Faults, Handle, Sandbox};
use serde_json::{Value, json};
use server::clock::SystemClock;
use std::sync::Arc;

/// A page's function, called by a developer.
struct Pages<'c> {
    carillon: &'c Carillon,
    cookie: String,
}

impl Pages<'_> {
    async fn call(&self, name: &str, arguments: Value) -> Value {
        let path = path_of(self.carillon, name);
        let answer = client()
            .post(format!("{}{path}", self.carillon.url))
            .header(header::COOKIE, &self.cookie)
            .json(&arguments)
            .send()
            .await
            .expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert!(status.is_success(), "{name}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn unregistered(sandbox: &Handle) {
    let faults = json!({"faults": [{
        "channel": "fcm", "token": "lost:1",
        "do": {"answer": {"status": 404, "reason": "UNREGISTERED"}},
    }]});
    let faults: Faults = serde_json::from_value(faults).expect("faults");
    sandbox.set_faults(faults);
}

#[tokio::test]
async fn a_dry_run_sets_a_lost_device_aside_and_brings_it_back_and_sends_nothing() {
    let sandbox = Sandbox::start(Config::local(Arc::new(SystemClock)))
        .await
        .expect("a sandbox");
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let app = api.put("/apps/shop", json!({"name": "Shop"})).await;
    assert_eq!(app.status, 201);
    let account = sandbox.demo_fcm_service_account_json().expect("an account");
    let account: Value = serde_json::from_str(&account).expect("JSON");
    let credential = json!({
        "service_account": account, "endpoint": sandbox.fcm_url(), "ca": sandbox.ca_pem(),
    });
    let entered = api.put("/apps/shop/credentials/fcm", credential).await;
    assert!(entered.status < 300, "{entered:?}");
    let device = json!({"app": "shop", "channel": "fcm", "token": "lost:1"});
    let device = api.put("/contacts/ada/devices/pixel", device).await;
    let id = device.body["id"].as_str().expect("an id");

    let cookie = sign_in(&carillon, Role::Developer).await;
    let pages = Pages {
        carillon: &carillon,
        cookie,
    };
    unregistered(&sandbox);
    let told = pages.call("verify_device", json!({"id": id})).await;
    let seen = told["Wrong"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert!(seen.contains("UNREGISTERED"), "{seen}");
    let page = pages.call("open_device", json!({"id": id})).await;
    assert_eq!(page["view"]["device"]["binding"]["state"], "gone");
    let headline = page["view"]["verdict"]["first"]["headline"].as_str();
    assert!(
        headline.is_some_and(|words| words.starts_with("FCM said that the token is gone")),
        "{headline:?}"
    );
    assert_eq!(page["view"]["history"][0]["change"]["to"], "gone");
    assert_eq!(page["view"]["history"][0]["way"], "provider");

    sandbox.set_faults(Faults::default());
    let told = pages.call("verify_device", json!({"id": id})).await;
    assert!(told["Taken"].is_string(), "{told}");
    let page = pages.call("open_device", json!({"id": id})).await;
    assert_eq!(page["view"]["device"]["binding"]["state"], "active");

    pages.call("revoke_device", json!({"id": id})).await;
    for lost in [true, false] {
        if lost {
            unregistered(&sandbox);
        } else {
            sandbox.set_faults(Faults::default());
        }
        pages.call("verify_device", json!({"id": id})).await;
        let page = pages.call("open_device", json!({"id": id})).await;
        assert_eq!(page["view"]["device"]["binding"]["state"], "revoked");
    }
    assert_eq!(sandbox.received(), 0, "a dry run reaches no device");
    sandbox.stop().expect("it stops");
}
