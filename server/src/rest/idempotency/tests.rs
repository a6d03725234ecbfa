use super::*;
use crate::clock::SystemClock;
use axum::{Router, middleware, routing::post};
use delivery::Connector;
use domain::people::{Principal, Scope};
use service::{NoBell, Parts, Sealer, SystemChance};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use storage::{Options, Store};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// A door whose work waits until it is let through, and counts how often it was
/// begun.
struct Door {
    routes: Router,
    turns: Turns,
    key: String,
    begun: Arc<AtomicU32>,
    through: Arc<Semaphore>,
    _folder: TempDir,
}

impl Door {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&url, &Options::new(7))
            .await
            .expect("a database");
        store.migrate().await.expect("tables");
        let service = Service::new(Parts {
            store,
            twilio_notify: false,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
            sealer: Sealer::new([7; 32]),
            bell: Arc::new(NoBell),
            connector: Arc::new(Connector::new(
                Arc::new(SystemClock),
                delivery::Reach::default(),
            )),
            uploads: folder.path().join("uploads"),
        });
        let (_, key) = service
            .add_key(&Principal::System, "test", &[Scope::Manage])
            .await
            .expect("a key");
        let (begun, through) = (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)));
        let turns = Turns::default();
        let state = ApiState::new(service, turns.clone());
        let routes = Router::new()
            .route(
                "/work",
                post({
                    let (begun, through) = (begun.clone(), through.clone());
                    move || async move {
                        let n = begun.fetch_add(1, Ordering::SeqCst) + 1;
                        through.acquire().await.expect("open").forget();
                        (StatusCode::CREATED, format!("{n}"))
                    }
                }),
            )
            .route(
                "/fall",
                post({
                    let begun = begun.clone();
                    move || async move {
                        assert!(
                            begun.fetch_add(1, Ordering::SeqCst) > 0,
                            "the first try falls"
                        );
                        StatusCode::CREATED
                    }
                }),
            )
            .layer(middleware::from_fn_with_state(state, once));
        Self {
            routes,
            turns,
            key: key.expose().to_owned(),
            begun,
            through,
            _folder: folder,
        }
    }

    /// Sends a request, always with the same key of its own.
    fn send(&self, path: &str) -> impl Future<Output = Response> + Send + use<> {
        let request = http::Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(HEADER, "one")
            .body(Body::empty())
            .expect("a request");
        self.routes
            .clone()
            .oneshot(request)
            .map(|answer| answer.expect("infallible"))
    }

    async fn until_begun(&self) {
        while self.begun.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1000).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn work_goes_on_without_its_client_and_a_retry_waits_for_its_answer() {
    let door = Door::new().await;
    let client = tokio::spawn(door.send("/work"));
    door.until_begun().await;
    client.abort();
    assert!(client.await.expect_err("hung up").is_cancelled());

    let retry = tokio::spawn(door.send("/work"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!retry.is_finished(), "the work is not done yet");
    door.through.add_permits(1);
    let retry = retry.await.expect("answered");
    assert_eq!(retry.status(), StatusCode::CREATED);
    assert_eq!(retry.headers()[REPLAYED], "true");
    assert_eq!(text(retry).await, "1", "it was done once");
}

#[tokio::test]
async fn a_shutdown_waits_for_work_whose_client_hung_up() {
    let door = Door::new().await;
    let client = tokio::spawn(door.send("/work"));
    door.until_begun().await;
    client.abort();
    let turns = door.turns.clone();
    let shutdown = tokio::spawn(async move { turns.finished().await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!shutdown.is_finished());
    door.through.add_permits(1);
    shutdown.await.expect("all has ended");
    assert_eq!(
        text(door.send("/work").await).await,
        "1",
        "the answer was kept"
    );
}

#[tokio::test]
async fn work_that_panicked_may_be_tried_again_at_once() {
    let door = Door::new().await;
    let first = tokio::spawn(door.send("/fall")).await;
    assert!(first.expect_err("it fell").is_panic());
    assert_eq!(door.send("/fall").await.status(), StatusCode::CREATED);
}
