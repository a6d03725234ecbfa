//! The sandbox from outside: its files, its door, its credentials.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use domain::Timestamp;
use domain::time::Clock;
use http::{Method, Request, Response};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use sandbox::{Config, Handle, Sandbox, UnknownKeys};
use serde_json::{Value, json};
use tokio::net::TcpStream;

const NOW: i64 = 1_800_000_000;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(NOW * 1000)
    }
}

fn config() -> Config {
    Config::local(Arc::new(Still))
}

/// One request over a connection of its own.
async fn call(handle: &Handle, port: u16, request: Request<Bytes>) -> Response<Bytes> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(handle.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let stream = tokio_rustls::TlsConnector::from(Arc::new(tls))
        .connect(ServerName::try_from("127.0.0.1").unwrap(), tcp)
        .await
        .unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    let driver = tokio::spawn(connection);
    let (head, body) = request.into_parts();
    let (response, mut send) = sender
        .ready()
        .await
        .unwrap()
        .send_request(Request::from_parts(head, ()), false)
        .unwrap();
    send.send_data(body, true).unwrap();
    let (head, mut stream) = response.await.unwrap().into_parts();
    let mut body = Vec::new();
    while let Some(data) = stream.data().await {
        body.extend_from_slice(&data.unwrap());
    }
    driver.abort();
    Response::from_parts(head, body.into())
}

async fn apns(handle: &Handle, request: http::request::Builder, body: &str) -> (u16, Value) {
    let port = handle.apns_addr().unwrap().port();
    let request = request
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap();
    let response = call(handle, port, request).await;
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

fn push(handle: &Handle, token: &str) -> http::request::Builder {
    push_with(handle, token, &provider_token(handle, NOW))
}

fn push_with(handle: &Handle, token: &str, authorization: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/3/device/{token}", handle.apns_url().unwrap()))
        .header("authorization", authorization)
        .header("apns-topic", "com.example.app")
}

fn provider_token(handle: &Handle, issued_at: i64) -> String {
    let key = handle.demo_apns_key();
    sign(&key.private_key_pem, &key.key_id, &key.team_id, issued_at)
}

fn sign(key: &str, key_id: &str, team_id: &str, issued_at: i64) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(key_id.to_owned());
    let key = EncodingKey::from_ec_pem(key.as_bytes()).unwrap();
    let claims = json!({"iss": team_id, "iat": issued_at});
    format!(
        "bearer {}",
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    )
}

fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const PAYLOAD: &str = r#"{"aps":{"alert":"Hi"}}"#;

#[tokio::test]
async fn log_has_a_line_for_each_received_push_within_a_second() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("pushes.jsonl");
    let mut config = config();
    config.log = Some(log.clone());
    let handle = Sandbox::start(config).await.unwrap();
    let (status, _) = apns(&handle, push(&handle, TOKEN), "{\n\"aps\":{}}").await;
    assert_eq!(status, 200);
    let (status, _) = apns(&handle, push(&handle, "short"), PAYLOAD).await;
    assert_eq!(status, 400);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let lines = lines(&log);
    assert_eq!(lines.len(), 2);
    let line = lines[0].as_object().unwrap();
    let keys: Vec<_> = line.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["at", "channel", "headers", "payload", "status", "token"]
    );
    assert_eq!(line["at"], "2027-01-15T08:00:00Z");
    assert_eq!(line["channel"], "apns");
    assert_eq!(line["token"], TOKEN);
    assert_eq!(line["status"], 200);
    assert_eq!(line["payload"], json!({"aps": {}}));
    assert_eq!(line["headers"]["apns-topic"], "com.example.app");
    assert_eq!(line["headers"]["authorization"], "…");
    assert_eq!(
        (&lines[1]["token"], &lines[1]["status"]),
        (&json!("short"), &json!(400)),
        "what the checks refuse is logged with its status"
    );
    assert_eq!(handle.received(), 1, "but not received");
}

#[tokio::test]
async fn what_fcm_refuses_is_logged_with_its_status() {
    let handle = Sandbox::start(config()).await.unwrap();
    let port = handle.fcm_addr().unwrap().port();
    let url = handle.fcm_url().unwrap();
    let send = |body: &'static str| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{url}/v1/projects/carillon-sandbox/messages:send"))
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        call(&handle, port, request)
    };
    let answer = send(r#"{"message": {"token": "phone", "data": {}}}"#).await;
    assert_eq!(answer.status(), 401);
    let refused = handle.recent("phone");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].status, Some(401));
    send(r#"{"validateOnly": true, "message": {"token": "dry", "data": {}}}"#).await;
    assert!(handle.recent("dry").is_empty(), "a dry run is no push");
    assert_eq!(handle.received(), 0);
}

#[tokio::test]
async fn topic_that_there_is_not_is_disallowed() {
    let mut config = config();
    config.apns_topics = vec!["com.example.app".to_owned(), "com.example.two".to_owned()];
    config.unknown_keys = UnknownKeys::Trust;
    let handle = Sandbox::start(config).await.unwrap();
    let (status, _) = apns(&handle, push(&handle, TOKEN), PAYLOAD).await;
    assert_eq!(status, 200);
    let own = rcgen::KeyPair::generate().unwrap().serialize_pem();
    for token in [
        provider_token(&handle, NOW),
        sign(&own, "MYOWNKEY12", "MYOWNTEAM1", NOW),
    ] {
        let mut request = push_with(&handle, TOKEN, &token);
        let headers = request.headers_mut().unwrap();
        headers.insert("apns-topic", "com.example.other".parse().unwrap());
        let (status, body) = apns(&handle, request, PAYLOAD).await;
        assert_eq!((status, &body["reason"]), (400, &json!("TopicDisallowed")));
    }
}

#[tokio::test]
async fn arrivals_are_remembered_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("pushes.jsonl");
    let start = |keep_recent| {
        let mut config = config();
        config.log = Some(log.clone());
        config.keep_recent = keep_recent;
        Sandbox::start(config)
    };
    let first = start(1000).await.unwrap();
    for last in ["a", "b", "c"] {
        let token = format!("{}{last}", &TOKEN[..63]);
        apns(&first, push(&first, &token), PAYLOAD).await;
    }
    first.stop().unwrap();
    let torn = std::fs::read_to_string(&log).unwrap() + r#"{"at":"2027-"#;
    std::fs::write(&log, torn).unwrap();

    let second = start(2).await.unwrap();
    let ends: Vec<_> = second
        .recent_all()
        .iter()
        .map(|arrival| arrival.token[63..].to_owned())
        .collect();
    assert_eq!(ends, ["c", "b"], "the newest first, no more than are kept");
    let payload = second.recent_all()[0].payload.clone().unwrap();
    assert_eq!(payload.get(), PAYLOAD);
    assert_eq!(second.received(), 0, "nothing came since");
    apns(&second, push(&second, TOKEN), PAYLOAD).await;
    second.stop().unwrap();
    let third = start(1).await.unwrap();
    assert_eq!(third.recent(TOKEN).len(), 1, "the torn line ate none");
}

#[tokio::test]
async fn identity_outlives_a_restart_with_a_state_directory() {
    let dir = tempfile::tempdir().unwrap();
    let start = || async {
        let mut config = config();
        config.state_dir = Some(dir.path().join("state"));
        Sandbox::start(config).await.unwrap()
    };
    let first = start().await;
    let (ca, key) = (first.ca_pem().to_owned(), first.demo_apns_key());
    let adm_secret = first.demo_adm_profile().client_secret;
    let twilio_token = first.demo_twilio_account().auth_token;
    let account: Value =
        serde_json::from_str(&first.demo_fcm_service_account_json().unwrap()).unwrap();
    first.stop().unwrap();

    let second = start().await;
    assert_eq!(second.ca_pem(), ca);
    assert_eq!(second.demo_adm_profile().client_secret, adm_secret);
    assert_eq!(second.demo_twilio_account().auth_token, twilio_token);
    let again: Value =
        serde_json::from_str(&second.demo_fcm_service_account_json().unwrap()).unwrap();
    assert_eq!(again["private_key"], account["private_key"]);
    // The kept authority vouches for the new server, and the kept key signs.
    let token = sign(&key.private_key_pem, &key.key_id, &key.team_id, NOW);
    let (status, body) = apns(&second, push_with(&second, TOKEN, &token), PAYLOAD).await;
    assert_eq!(status, 200, "{body}");

    std::fs::write(dir.path().join("state/apns-demo-key.p8"), "torn").unwrap();
    second.stop().unwrap();
    let mut config = config();
    config.state_dir = Some(dir.path().join("state"));
    let error = Sandbox::start(config).await.unwrap_err().to_string();
    assert!(error.contains("apns-demo-key.p8"), "{error}");
}

#[tokio::test]
async fn provider_token_is_checked_as_apple_does() {
    let handle = Sandbox::start(config()).await.unwrap();
    let key = handle.demo_apns_key();
    let stranger = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let good = provider_token(&handle, NOW);
    for (authorization, expected) in [
        (provider_token(&handle, NOW - 3600), None),
        (
            provider_token(&handle, NOW - 3601),
            Some("ExpiredProviderToken"),
        ),
        (
            provider_token(&handle, NOW + 301),
            Some("InvalidProviderToken"),
        ),
        (
            sign(&stranger, &key.key_id, &key.team_id, NOW),
            Some("InvalidProviderToken"),
        ),
        (
            sign(&key.private_key_pem, "OTHERKEY12", &key.team_id, NOW),
            Some("InvalidProviderToken"),
        ),
        (
            sign(&key.private_key_pem, &key.key_id, "OTHERTEAM1", NOW),
            Some("InvalidProviderToken"),
        ),
        (
            good.replace("bearer", "Basic"),
            Some("InvalidProviderToken"),
        ),
        ("bearer rubbish".to_owned(), Some("InvalidProviderToken")),
    ] {
        let (status, body) =
            apns(&handle, push_with(&handle, TOKEN, &authorization), PAYLOAD).await;
        match expected {
            None => assert_eq!(status, 200, "{body}"),
            Some(reason) => {
                assert_eq!((status, body["reason"].as_str()), (403, Some(reason)));
            }
        }
    }
    let bare = Request::builder()
        .method(Method::POST)
        .uri(format!("{}/3/device/{TOKEN}", handle.apns_url().unwrap()));
    let (status, body) = apns(&handle, bare, PAYLOAD).await;
    assert_eq!(
        (status, &body["reason"]),
        (403, &json!("MissingProviderToken"))
    );
}

#[tokio::test]
async fn unknown_keys_can_be_trusted_if_their_tokens_are_in_form() {
    let mut config = config();
    config.unknown_keys = UnknownKeys::Trust;
    let handle = Sandbox::start(config).await.unwrap();
    let own = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let token = sign(&own, "MYOWNKEY12", "MYOWNTEAM1", NOW);
    let (status, body) = apns(&handle, push_with(&handle, TOKEN, &token), PAYLOAD).await;
    assert_eq!(status, 200, "{body}");
    let old = sign(&own, "MYOWNKEY12", "MYOWNTEAM1", NOW - 4000);
    let (_, body) = apns(&handle, push_with(&handle, TOKEN, &old), PAYLOAD).await;
    assert_eq!(body["reason"], "ExpiredProviderToken");
    let nameless = sign(&own, "short", "MYOWNTEAM1", NOW);
    let (_, body) = apns(&handle, push_with(&handle, TOKEN, &nameless), PAYLOAD).await;
    assert_eq!(body["reason"], "InvalidProviderToken");
}

#[tokio::test]
async fn malformed_requests_are_refused_with_apples_reasons() {
    let handle = Sandbox::start(config()).await.unwrap();
    let url = handle.apns_url().unwrap();
    let good = || push(&handle, TOKEN);
    for (request, body, expected) in [
        (
            good().method(Method::GET),
            PAYLOAD,
            (405, "MethodNotAllowed"),
        ),
        (
            good().uri(format!("{url}/4/device/{TOKEN}")),
            PAYLOAD,
            (404, "BadPath"),
        ),
        (
            good().uri(format!("{url}/3/device/")),
            PAYLOAD,
            (400, "MissingDeviceToken"),
        ),
        (
            good().header("apns-topic", "again"),
            PAYLOAD,
            (400, "DuplicateHeaders"),
        ),
        (
            good().header("apns-push-type", "shout"),
            PAYLOAD,
            (400, "InvalidPushType"),
        ),
        (
            good().header("apns-priority", "11"),
            PAYLOAD,
            (400, "BadPriority"),
        ),
        (
            good().header("apns-expiration", "soon"),
            PAYLOAD,
            (400, "BadExpirationDate"),
        ),
        (
            good().header("apns-id", "7"),
            PAYLOAD,
            (400, "BadMessageId"),
        ),
        (good(), "", (400, "PayloadEmpty")),
        (good(), "no json", (400, "PayloadEmpty")),
        (push(&handle, "xyz"), PAYLOAD, (400, "BadDeviceToken")),
    ] {
        let (status, answer) = apns(&handle, request, body).await;
        assert_eq!((status, answer["reason"].as_str().unwrap()), expected);
    }
    assert_eq!(handle.received(), 0);
}

#[tokio::test]
async fn faults_can_be_set_and_arrivals_read_at_the_sandboxs_own_door() {
    let handle = Sandbox::start(config()).await.unwrap();
    let url = handle.apns_url().unwrap();
    let faults = || {
        Request::builder()
            .method(Method::PUT)
            .uri(format!("{url}/sandbox/faults"))
    };
    let script = r#"{"faults": [{"do": {"answer": {"status": 410, "reason": "Unregistered", "timestamp": 5}}}]}"#;
    let (status, _) = apns(&handle, faults(), script).await;
    assert_eq!(status, 204);
    let (status, body) = apns(&handle, push(&handle, TOKEN), PAYLOAD).await;
    assert_eq!(status, 410);
    assert_eq!(body, json!({"reason": "Unregistered", "timestamp": 5}));
    let (status, body) = apns(&handle, faults(), r#"{"faults": [{"do": "dance"}]}"#).await;
    assert_eq!(status, 400);
    assert!(body["detail"].as_str().unwrap().contains("dance"), "{body}");
    let arrivals = Request::builder()
        .method(Method::GET)
        .uri(format!("{url}/sandbox/arrivals?token={TOKEN}"));
    let (status, body) = apns(&handle, arrivals, "").await;
    assert_eq!(status, 200);
    assert_eq!(body[0]["status"], 410);
    let port = handle.fcm_addr().unwrap().port();
    let elsewhere = Request::builder()
        .uri(format!("{}/sandbox/other", handle.fcm_url().unwrap()))
        .body(Bytes::new())
        .unwrap();
    assert_eq!(call(&handle, port, elsewhere).await.status(), 404);
}

#[tokio::test]
async fn subscribers_hear_of_each_push_and_only_so_many_are_kept() {
    let mut config = config();
    config.keep_recent = 2;
    let handle = Sandbox::start(config).await.unwrap();
    let mut news = handle.subscribe();
    for last in ["a", "b", "c"] {
        let token = format!("{}{last}", &TOKEN[..63]);
        apns(&handle, push(&handle, &token), PAYLOAD).await;
        assert_eq!(news.recv().await.unwrap().token, token);
    }
    assert_eq!(handle.recent_all().len(), 2);
    assert!(handle.recent(&format!("{}a", &TOKEN[..63])).is_empty());
    assert_eq!(handle.received(), 3);
}

#[tokio::test]
async fn stopped_sandbox_listens_no_more() {
    let handle = Sandbox::start(config()).await.unwrap();
    let addr = handle.apns_addr().unwrap();
    handle.stop().unwrap();
    // The task that listens ends at its next turn.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(TcpStream::connect(addr).await.is_err());
}
