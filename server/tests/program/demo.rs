//! `carillon serve --demo`, on data of its own and on somebody else's.

use crate::carillon::{Carillon, command};
use crate::functions::use_link;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use std::time::Duration;

#[tokio::test]
async fn a_demo_leaves_data_alone_that_it_did_not_make() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let app = json!({"name": "The real shop"});
    assert_eq!(api.put("/apps/shop", app).await.status, 201);
    let directory = carillon.directory.clone();
    let ended = carillon.stop_within(Duration::from_secs(15));
    assert_eq!(ended.code(), Some(0));
    let refused = command(&directory)
        .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
        .output()
        .expect("the binary runs");
    assert!(!refused.status.success());
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(
        error.contains("--demo") && error.contains("--data-dir"),
        "{error}"
    );

    let carillon = Carillon::start_in(directory, &[]);
    let app = carillon.api("read").get("/apps/shop").await.body;
    assert_eq!(app["name"], "The real shop");
    assert_eq!(app["credentials"], json!([]));
}

#[tokio::test]
async fn a_later_demo_start_moves_the_sandboxs_credentials_and_nothing_else() {
    let carillon = Carillon::start(&["--demo"]);
    let api = carillon.api("manage");
    let change = json!({"name": "My own name", "capabilities": {}});
    assert_eq!(api.put("/apps/shop", change).await.status, 200);
    let removed = api.request(Method::DELETE, "/apps/shop/credentials/fcm");
    assert_eq!(crate::api::read(removed).await.status, 204);
    let mine = json!({"name": "One of mine"});
    assert_eq!(api.put("/apps/mine", mine).await.status, 201);
    let before = audit_lines(&carillon).await;

    let carillon = carillon.restarted(&["--demo"]);
    let after = audit_lines(&carillon).await;
    assert_eq!(before, after, "nothing that anybody sees has changed");
    let api = carillon.api("manage");
    let app = api.get("/apps/shop").await.body;
    assert_eq!(app["name"], "My own name");
    let channels: Vec<&Value> = app["credentials"]
        .as_array()
        .expect("credentials")
        .iter()
        .map(|credential| &credential["channel"])
        .collect();
    assert_eq!(channels, ["apns", "adm", "webpush"]);
    let tried = api
        .post("/apps/shop/credentials/apns/check", json!({}))
        .await;
    assert_eq!(tried.body["result"], "works", "{tried:?}");
}

#[tokio::test]
async fn every_demo_start_prints_a_link_to_sign_in_with() {
    let carillon = Carillon::start(&["--demo"]);
    use_link(&carillon, &link(&carillon), "ada@example.org").await;
    let carillon = carillon.restarted(&["--demo"]);
    use_link(&carillon, &link(&carillon), "").await;
}

/// The one link that it printed.
fn link(carillon: &Carillon) -> String {
    let links: Vec<_> = carillon
        .said
        .iter()
        .filter_map(|line| line.strip_prefix("sign in at "))
        .collect();
    let [link] = links.as_slice() else {
        panic!("not one link: {:?}", carillon.said)
    };
    (*link).to_owned()
}

/// How many lines the audit log has.
async fn audit_lines(carillon: &Carillon) -> i64 {
    let file = carillon.path("data/carillon.db");
    let options = SqliteConnectOptions::new().filename(file);
    let mut database = options.connect().await.expect("the database opens");
    sqlx::query_scalar("SELECT COUNT(*) FROM audit_log")
        .fetch_one(&mut database)
        .await
        .expect("a number")
}
