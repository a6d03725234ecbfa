//! ADM and Twilio Notify from outside: the sandbox's command, credentials over
//! the API, and Twilio's switch.

use crate::api::Api;
use crate::carillon::{Carillon, command};
use crate::functions::sign_in;
use domain::people::Role;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How often the sandbox writes down what it logged.
const LOG_WRITTEN_EVERY: Duration = Duration::from_millis(100);

/// `carillon sandbox` as a child process, with ADM and Twilio. Dropping it
/// kills it.
struct Sandbox {
    process: Child,
    directory: Arc<TempDir>,
    adm: String,
    twilio: String,
}

impl Sandbox {
    fn start(directory: Arc<TempDir>) -> Self {
        let mut process = command(&directory)
            .args(["sandbox", "--listen-adm", "127.0.0.1:0"])
            .args(["--listen-twilio", "127.0.0.1:0", "--refuse-unknown-keys"])
            .args(["--ca-out", "ca.pem", "--adm-profile-out", "adm.json"])
            .args(["--twilio-account-out", "twilio.json", "--log", "log.jsonl"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let output = process.stdout.take().expect("its output is piped");
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let mut addresses = lines.take(2).map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            )
        });
        let (first, adm) = addresses.next().expect("a line");
        let (second, twilio) = addresses.next().expect("another");
        assert_eq!((first.as_str(), second.as_str()), ("adm", "twilio"));
        Self {
            process,
            directory,
            adm,
            twilio,
        }
    }

    /// A credential that it wrote down, leading to it.
    fn credential(&self, file: &str, url: &str) -> Value {
        let read = |name: &str| {
            std::fs::read_to_string(self.directory.path().join(name)).expect("it was written")
        };
        let mut credential: Value = serde_json::from_str(&read(file)).expect("JSON");
        credential["endpoint"] = json!(url);
        credential["ca"] = json!(read("ca.pem"));
        credential
    }

    /// How many pushes it logged for a token, at least one of which is waited for.
    async fn arrived(&self, token: &str) -> usize {
        let asked = Instant::now();
        while self.logged(token) == 0 && asked.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(LOG_WRITTEN_EVERY).await;
        }
        // Whatever else arrived is written by then.
        tokio::time::sleep(3 * LOG_WRITTEN_EVERY).await;
        self.logged(token)
    }

    fn logged(&self, token: &str) -> usize {
        let log = std::fs::read_to_string(self.directory.path().join("log.jsonl"));
        let log = log.unwrap_or_default();
        log.lines().filter(|line| line.contains(token)).count()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Nothing to do about one that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a test to the contact, and waits for what becomes of each device.
pub(crate) async fn test(
    api: &Api,
    push: &Value,
    external_id: &str,
) -> Vec<(String, Option<String>)> {
    let path = format!("/pushes/{}/test", push["id"].as_str().expect("an id"));
    let sent = api.post(&path, json!({"external_id": external_id})).await;
    assert!(sent.status < 300, "{sent:?}");
    let source = sent.body["source_id"].as_str().expect("an id");
    let send = format!("/contacts/{external_id}/sends/{source}/test");
    let asked = Instant::now();
    loop {
        let shown = api.get(&send).await.body;
        let deliveries = shown["deliveries"].as_array().cloned().unwrap_or_default();
        let open = |state: &Value| ["planned", "started", "waiting"].iter().any(|s| state == s);
        if !deliveries.is_empty() && !deliveries.iter().any(|d| open(&d["state"])) {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            return deliveries
                .iter()
                .map(|d| {
                    (
                        text(&d["state"]).unwrap_or_default(),
                        text(&d["suppression"]),
                    )
                })
                .collect();
        }
        assert!(asked.elapsed() < Duration::from_secs(20), "{shown}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn a_push(api: &Api) -> Value {
    let made = api
        .post(
            "/pushes",
            json!({"name": "Hello", "content": {"title": "Hi", "body": "There"}}),
        )
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    made.body
}

async fn register(api: &Api, channel: &str, token: &str) {
    let contact = json!({"first_name": "Ada", "opted_in": true});
    assert!(api.put("/contacts/ada", contact).await.status < 300);
    let device = json!({"app": "shop", "channel": channel, "token": token});
    let path = format!("/contacts/ada/devices/{channel}-1");
    assert!(api.put(&path, device).await.status < 300);
}

#[tokio::test]
async fn an_adm_credential_is_entered_tried_used_rotated_and_removed() {
    let directory = Arc::new(tempfile::tempdir().expect("a directory"));
    let sandbox = Sandbox::start(directory.clone());
    let carillon = Carillon::start_in(directory, &[]);
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let path = "/apps/shop/credentials/adm";
    let good = sandbox.credential("adm.json", &sandbox.adm);
    let secret = good["client_secret"].as_str().expect("a secret").to_owned();
    let entered = api.put(path, good.clone()).await;
    assert!(entered.status < 300, "{entered:?}");
    let check = format!("{path}/check");
    assert_eq!(api.post(&check, json!({})).await.body["result"], "works");
    let shown = api.get("/apps/shop").await.body.to_string();
    assert!(!shown.contains(&secret), "{shown}");
    let token = "amzn1.adm-registration.v3.ada";
    register(&api, "adm", token).await;
    let push = a_push(&api).await;
    assert_eq!(
        test(&api, &push, "ada").await,
        [("accepted".to_owned(), None)]
    );
    let mut wrong = good;
    wrong["client_secret"] = json!("of another profile");
    assert!(api.put(path, wrong.clone()).await.status < 300);
    let tried = api.post(&check, json!({})).await.body;
    assert_eq!(tried["result"], "refused", "{tried}");
    assert!(tried.to_string().contains("invalid_client"), "{tried}");
    wrong["client_id"] = json!("");
    let refused = api.put(path, wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["errors"][0]["field"], "client_id");
    assert_eq!(api.delete(path).await.status, 204);
    assert_eq!(
        test(&api, &push, "ada").await,
        [("suppressed".to_owned(), Some("no_credential".to_owned()))]
    );
    assert_eq!(sandbox.arrived(token).await, 1);
}

#[tokio::test]
async fn twilio_is_off_until_a_setting_turns_it_on() {
    let directory = Arc::new(tempfile::tempdir().expect("a directory"));
    let sandbox = Sandbox::start(directory.clone());
    let credential = sandbox.credential("twilio.json", &sandbox.twilio);
    let path = "/apps/shop/credentials/twilio";
    let page = async |carillon: &Carillon| {
        let cookie = sign_in(carillon, Role::Administrator).await;
        let page = crate::carillon::client()
            .get(format!("{}/settings/apps/shop", carillon.url))
            .header(reqwest::header::COOKIE, cookie)
            .send()
            .await
            .expect("an answer");
        page.text().await.expect("text")
    };

    let carillon = Carillon::start_in(directory.clone(), &[]);
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let refused = api.put(path, credential.clone()).await;
    assert_eq!(refused.status, 422);
    let problem = refused.body["errors"][0].to_string();
    assert!(problem.contains("twilio_notify = true"), "{problem}");
    let text = page(&carillon).await;
    assert!(text.contains("Amazon ADM") && !text.contains("Twilio"));

    carillon.file("carillon.toml", "twilio_notify = true\n");
    let shown = carillon.run(&["config"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let line = shown.lines().find(|line| line.starts_with("twilio_notify"));
    assert!(line.is_some_and(|line| line.contains("true")), "{shown}");
    let carillon = carillon.restarted(&[]);
    let api = carillon.api("manage");
    let entered = api.put(path, credential).await;
    assert!(entered.status < 300, "{entered:?}");
    let check = format!("{path}/check");
    assert_eq!(api.post(&check, json!({})).await.body["result"], "works");
    register(&api, "twilio", "fcm:ada").await;
    let push = a_push(&api).await;
    assert_eq!(
        test(&api, &push, "ada").await,
        [("accepted".to_owned(), None)]
    );
    assert_eq!(sandbox.arrived("fcm:ada").await, 1);

    carillon.file("carillon.toml", "");
    let carillon = carillon.restarted(&[]);
    let api = carillon.api("manage");
    assert_eq!(
        test(&api, &push, "ada").await,
        [("suppressed".to_owned(), Some("no_credential".to_owned()))]
    );
    assert_eq!(api.post(&check, json!({})).await.status, 422);
    assert_eq!(api.delete(path).await.status, 204);
    assert_eq!(sandbox.arrived("fcm:ada").await, 1);
}
