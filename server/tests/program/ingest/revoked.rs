//! Keys are remembered for as long as they send, and not a request longer.

use super::{Sender, database, rows};
use crate::carillon::Carillon;
use serde_json::json;

#[tokio::test]
async fn a_key_that_another_process_revokes_sends_nothing_more() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("ingest");
    let sender = Sender {
        client: api.client.clone(),
        url: carillon.url.clone(),
        key: api.key.clone(),
    };
    let event = json!({"external_id": "ada", "name": "seen"});
    let track = json!({"userId": "ada", "event": "Seen"});
    let identify = json!({"userId": "ada", "traits": {"plan": "gold"}});
    for _ in 0..2 {
        assert_eq!(api.post("/events", event.clone()).await.status, 200);
        sender.taken("/v1/track", &track).await;
        sender.taken("/v1/identify", &identify).await;
    }
    let before = rows(&carillon).await;
    // As another process on the same data would.
    sqlx::query("UPDATE api_keys SET revoked_at = 1")
        .execute(&mut database(&carillon).await)
        .await
        .expect("it is revoked");
    for _ in 0..2 {
        assert_eq!(api.post("/events", event.clone()).await.status, 401);
        for (path, message) in [("/v1/track", &track), ("/v1/identify", &identify)] {
            let answer = sender.send(path, message).await;
            assert_eq!(answer.status, 401, "{path}: {answer:?}");
        }
    }
    assert_eq!(rows(&carillon).await, before);
}
