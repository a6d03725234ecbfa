//! Every door, knocked at with secrets in hand: as it wants it, and wrongly.

use std::fmt::Write as _;

use super::Findings;
use super::world::World;
use crate::bad_input::foreign;
use crate::carillon::client;
use crate::doors::{Door, doors, good_body};
use crate::functions::{NOBODY, encoded, needs};
use crate::ingest::Sender;
use domain::device::Channel;
use domain::people::Role;
use reqwest::{RequestBuilder, header};
use sandbox::Faults;
use serde_json::{Value, json};
use server::doors::{DOORS, Manner};

const JSON: &str = "application/json";

/// Sends, and searches the answer, its headers included.
pub(super) async fn ask(findings: &mut Findings, place: &str, request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    assert!(status.as_u16() < 500, "{place}: {status}");
    findings.look(place, format!("{:?}", answer.headers()));
    let text = answer.text().await.expect("text");
    findings.look(place, &text);
    serde_json::from_str(&text).unwrap_or_default()
}

/// Knocks at every door.
pub(super) async fn knock(world: &World, findings: &mut Findings) {
    rest(world, findings).await;
    credentials(world, findings).await;
    registrations(world, findings).await;
    foreign_doors(world, findings).await;
    entrance(world, findings).await;
    every_function(world, findings).await;
    functions_with_secrets(world, findings).await;
    upload(world, findings).await;
    sends(world, findings).await;
}

/// What is wrong, with secrets wherever they fit.
fn wrong_bodies(good: &Value, secrets: &[String]) -> Vec<String> {
    let mut bodies = Vec::new();
    let fields = good.as_object().expect("an object");
    for (n, field) in fields.keys().enumerate() {
        let secret = &secrets[n % secrets.len()];
        for value in [json!([secret]), json!({"text": secret}), json!(17)] {
            let mut body = good.clone();
            body[field] = value;
            bodies.push(body.to_string());
        }
    }
    for secret in secrets {
        let mut body = good.clone();
        body["token"] = json!([secret]);
        body["no_such_field"] = json!(secret);
        let text = body.to_string();
        bodies.push(text[..text.len() - 1].to_owned());
        bodies.push(text);
        bodies.push(json!(secret).to_string());
        bodies.push(secret.clone());
    }
    bodies
}

/// Each door of the API: rightly, wrongly, and with keys that are almost right.
async fn rest(world: &World, findings: &mut Findings) {
    let almost = format!("{}x", world.api.key);
    for door in doors(&world.carillon).await {
        let place = format!("api {}", door.name());
        let url = format!("{}{}", world.api.url, door.unknown());
        let plain = || client().request(door.method.clone(), &url);
        let send = |key: &str, body: &str| {
            let request = plain()
                .bearer_auth(key)
                .header("idempotency-key", super::world::random())
                .header("carillon-signature", &world.signature);
            match &door.body {
                Some(_) => request
                    .header(header::CONTENT_TYPE, JSON)
                    .body(body.to_owned()),
                None => request,
            }
        };
        let good = door.body.as_ref().map(|_| good_body(&door));
        let secrets = if secret_fields(&door) {
            world.texts()
        } else {
            vec!["what anybody may read".to_owned()]
        };
        let text = good.as_ref().map(Value::to_string).unwrap_or_default();
        ask(findings, &place, send(&almost, &text)).await;
        ask(
            findings,
            &place,
            plain().basic_auth(&world.api.key, Some("")),
        )
        .await;
        if !destroys(&door) {
            ask(findings, &place, send(&world.api.key, &text)).await;
        }
        for body in good.iter().flat_map(|good| wrong_bodies(good, &secrets)) {
            ask(findings, &place, send(&world.api.key, &body)).await;
        }
    }
}

/// Whether a door takes secrets. At others what is sent is content, which is
/// kept and shown, and nobody sends secrets.
fn secret_fields(door: &Door) -> bool {
    ["/devices/", "/credentials/", "/signing"]
        .iter()
        .any(|part| door.template.contains(part))
}

/// Whether a door would take away what is still needed; none knows "nobody".
fn destroys(door: &Door) -> bool {
    door.method == reqwest::Method::DELETE && !door.template.contains('{')
}

/// Credentials with one thing wrong, and as they are.
async fn credentials(world: &World, findings: &mut Findings) {
    let api = &world.api;
    for (channel, credential) in &world.credentials {
        let path = format!("/apps/shop/credentials/{}", channel.name());
        let place = "api PUT /apps/{app}/credentials/{channel}";
        let put = |body: &Value| api.request(reqwest::Method::PUT, &path).json(body);
        let fields = credential.as_object().expect("an object");
        for field in fields.keys() {
            for value in [
                json!(""),
                json!("wrong"),
                json!([credential[field]]),
                json!(null),
            ] {
                // Without a key the one that is there stays.
                let mut body = credential.clone();
                body[field] = value;
                body["topic_of_nothing"] = credential[field].clone();
                ask(findings, place, put(&body)).await;
                body.as_object_mut()
                    .expect("an object")
                    .remove("topic_of_nothing");
                if body[field] != json!("") || *channel != Channel::Webpush {
                    ask(findings, place, put(&body)).await;
                }
            }
        }
        ask(findings, place, put(credential)).await;
        let check = api.request(reqwest::Method::POST, &format!("{path}/check"));
        let place = "api POST /apps/{app}/credentials/{channel}/check";
        let tried = ask(findings, place, check.json(&json!({}))).await;
        // Push services are asked nothing without a subscription.
        let expected = match channel {
            Channel::Webpush => "unknown",
            _ => "works",
        };
        assert_eq!(tried["result"], expected, "{tried}");
    }
}

/// Registrations that are refused, each for another reason.
async fn registrations(world: &World, findings: &mut Findings) {
    let place = "api PUT /contacts/{external_id}/devices/{device_id}, refused";
    for device in &world.devices {
        let good = json!({
            "app": "vault", "channel": device.channel.name(), "token": device.token,
        });
        let mut wrong = vec![good.clone()];
        for (field, value) in [
            ("app", json!("nowhere")),
            ("channel", json!("pigeon")),
            ("channel", json!("apns")),
            ("channel", json!("webpush")),
            ("token", json!([device.token])),
            ("token", json!(json!(device.token.to_string()).to_string())),
            ("time_zone", json!("Nowhere/At_All")),
            ("os_permission", device.token.clone()),
            ("extra", device.token.clone()),
        ] {
            let mut body = good.clone();
            body["app"] = json!("shop");
            body[field] = value;
            wrong.push(body);
        }
        for body in wrong {
            // Other services' tokens are any text.
            if body["token"].is_string()
                && body["token"] != device.token
                && device.channel != Channel::Webpush
            {
                continue;
            }
            if body["app"] == "shop" && body["channel"] == device.channel.name() {
                let valid = body.get("extra").is_none() && body["token"] == device.token;
                if valid && body["time_zone"].is_null() && body["os_permission"].is_null() {
                    continue;
                }
            }
            let path = "/contacts/nobody/devices/phone";
            let put = world.api.request(reqwest::Method::PUT, path);
            let put = put.header("carillon-signature", &world.signature);
            ask(findings, place, put.json(&body)).await;
        }
    }
}

/// The doors for other products' clients.
async fn foreign_doors(world: &World, findings: &mut Findings) {
    let sender = Sender::to(&world.carillon);
    let (secrets, nothing) = (world.texts(), vec!["what anybody may read".to_owned()]);
    let key = &world.api.key;
    for (path, manner) in DOORS {
        let place = format!("door {path}");
        let good = foreign::good_body(manner);
        let request = |key: Option<&str>| {
            foreign::request(&sender, path, manner, key)
                .header("carillon-signature", &world.signature)
        };
        let secrets = match manner {
            // What else is said there is of contacts, and shown.
            Manner::Segment(_) => &nothing,
            Manner::DailyStory | Manner::RecurlyEngage => &secrets,
        };
        for body in wrong_bodies(&good, secrets) {
            ask(findings, &place, request(Some(key)).body(body)).await;
        }
        let almost = format!("{key}x");
        ask(findings, &place, request(Some(&almost)).json(&good)).await;
        let mut keyed = good.clone();
        keyed["writeKey"] = json!(key);
        keyed["userId"] = json!([key]);
        ask(findings, &place, request(None).json(&keyed)).await;
        if let Manner::Segment(_) = manner {
            for device in &world.devices {
                let mut said = json!({"type": "track", "userId": "nobody", "event": "Opened",
                "writeKey": key, "context": {
                    "app": {"name": "Vault"}, "signature": world.signature,
                    "device": {"id": "phone", "token": device.token, "type": "ios"},
                }});
                if good.get("batch").is_some() {
                    let one = said.clone();
                    said = json!({"writeKey": key, "batch": [one, [device.token]]});
                }
                ask(findings, &place, request(None).json(&said)).await;
            }
        }
    }
}

fn form(world: &World, function: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    client()
        .post(world.function(function))
        .header(header::ACCEPT, JSON)
        .form(fields)
}

/// Signing in and links, as they may fail.
async fn entrance(world: &World, findings: &mut Findings) {
    let (password, link) = (world.password.as_str(), world.link.as_str());
    for email in ["nobody@example.org", password] {
        let fields = [("email", email), ("password", password), ("next", "")];
        ask(
            findings,
            "sign_in, refused",
            form(world, "sign_in", &fields),
        )
        .await;
    }
    for (token, place) in [(link, "use_link, refused"), (password, "use_link, unknown")] {
        let fields = [
            ("token", token),
            ("email", "no email"),
            ("password", &password[..9]),
        ];
        ask(findings, place, form(world, "use_link", &fields)).await;
        let fields = [("token", token)];
        ask(
            findings,
            "look_at_link",
            form(world, "look_at_link", &fields),
        )
        .await;
    }
}

pub(super) fn call(world: &World, role: Role, name: &str, arguments: &Value) -> RequestBuilder {
    let (kind, body) = match arguments["text"].as_str() {
        Some(text) if name == "find_anything" => (
            "application/x-www-form-urlencoded",
            format!("text={text}").replace('"', "%22"),
        ),
        _ => encoded(name, arguments),
    };
    client()
        .post(world.function(name))
        .header(header::COOKIE, world.cookie(role))
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, JSON)
        .body(body)
}

/// The functions that pages call, with each identifier that there is; those that
/// change something with none.
async fn every_function(world: &World, findings: &mut Findings) {
    let mut ids = vec![
        world.contact.clone(),
        world.push.clone(),
        world.campaign.clone(),
        world.workflow.clone(),
    ];
    ids.extend(world.devices.iter().map(|device| device.id.clone()));
    let reads = |name: &str| {
        [
            "open_", "list_", "load_", "find_", "contact_", "draft_", "step_", "push_",
        ]
        .iter()
        .any(|start| name.starts_with(start))
    };
    for path in &world.functions {
        let name = path.rsplit('/').next().expect("a name");
        if name == "sign_out" {
            continue;
        }
        let (_, arguments) = needs(name, NOBODY, NOBODY);
        for role in Role::ALL {
            let place = format!("function {name} as {}", role.name());
            ask(findings, &place, call(world, role, name, &arguments)).await;
            let text = arguments.to_string();
            if reads(name) && text.contains(NOBODY) {
                for id in &ids {
                    let own: Value = serde_json::from_str(&text.replace(NOBODY, id)).expect("JSON");
                    ask(findings, &place, call(world, role, name, &own)).await;
                }
            }
        }
    }
}

/// What takes or makes secrets, and what looks for them.
async fn functions_with_secrets(world: &World, findings: &mut Findings) {
    let developer = Role::Developer;
    for (channel, credential) in &world.credentials {
        let mut secret = credential.clone();
        secret["channel"] = json!(channel.name());
        if let Some(account) = secret.get("service_account") {
            secret["service_account"] = json!(account.to_string());
        }
        let mut wrong = secret.clone();
        wrong["ca"] = json!("no certificate");
        for secret in [wrong, secret] {
            let arguments = json!({"slug": "shop", "secret": secret});
            for role in [Role::Viewer, Role::Administrator] {
                let place = format!("function put_credential as {}", role.name());
                let request = call(world, role, "put_credential", &arguments);
                ask(findings, &place, request).await;
            }
        }
        let arguments = json!({"slug": "shop", "channel": channel.name()});
        let request = call(world, Role::Administrator, "try_credential", &arguments);
        ask(findings, "function try_credential", request).await;
    }
    for device in &world.devices {
        let token = match &device.token {
            Value::String(token) => token.clone(),
            subscription => subscription.to_string(),
        };
        let id = json!({"id": device.id});
        for (name, arguments) in [
            ("verify_device", id.clone()),
            ("test_device", json!({"id": device.id, "push": world.push})),
            ("watch_registrations", json!({"words": token})),
            ("find_anything", json!({"text": token})),
            ("find_contacts", json!({"text": token})),
            ("list_contacts", json!({"prefix": token, "cursor": null})),
            (
                "register_device",
                json!({"external_id": "nobody", "device_id": "phone", "input": {
                    "app": "nowhere", "channel": device.channel.name(), "token": token,
                }}),
            ),
            (
                "register_own_browser",
                json!({"slug": "shop", "device_id": "own", "subscription": token[..9]}),
            ),
        ] {
            let place = format!("function {name} of a device as developer");
            ask(findings, &place, call(world, developer, name, &arguments)).await;
        }
        for role in Role::ALL {
            let place = format!("function list_devices for a token as {}", role.name());
            let wanted = json!({"wanted": token, "filter": {}, "cursor": null});
            ask(findings, &place, call(world, role, "list_devices", &wanted)).await;
        }
    }
}

/// A file of devices, half of it wrong.
async fn upload(world: &World, findings: &mut Findings) {
    let mut file = "external_id,device_id,channel,token,platform\n".to_owned();
    for device in &world.devices {
        let Some(token) = device.token.as_str() else {
            continue;
        };
        let (name, channel) = (&device.name, device.channel.name());
        writeln!(file, "ada,{name},{channel},{token},").expect("a line");
        writeln!(file, "ada,{name},pigeon,{token},").expect("a line");
    }
    let url = format!(
        "{}/upload/devices?name=devices.csv&app=shop",
        world.carillon.url
    );
    let sent = client()
        .post(url)
        .header(header::COOKIE, world.cookie(Role::Administrator))
        .body(file);
    let job = ask(findings, "upload", sent).await;
    let id = job["id"].as_str().unwrap_or_else(|| panic!("{job}"));
    for _ in 0..200 {
        let arguments = json!({"id": id});
        let mut over = false;
        for role in [Role::Administrator, Role::Viewer] {
            let place = format!("function import_job as {}", role.name());
            let seen = ask(
                findings,
                &place,
                call(world, role, "import_job", &arguments),
            )
            .await;
            let page = format!("{}/contacts/import/{id}", world.carillon.url);
            let page = client()
                .get(page)
                .header(header::COOKIE, world.cookie(role));
            let place = format!("page /contacts/import/{{job}} as {}", role.name());
            ask(findings, &place, page).await;
            let rejects = format!("{}/upload/rejects/{id}", world.carillon.url);
            let rejects = client()
                .get(rejects)
                .header(header::COOKIE, world.cookie(role));
            let place = format!("rejected rows as {}", role.name());
            ask(findings, &place, rejects).await;
            // Whatever is looked at after this is looked at once it is there whole.
            over |= role == Role::Administrator && seen["state"] == "done";
        }
        if over {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the import does not end");
}

/// Sends by every channel: taken, and refused by providers who repeat what they
/// were asked.
async fn sends(world: &World, findings: &mut Findings) {
    world.send().await;
    let faults: Vec<Value> = world
        .devices
        .iter()
        .map(|device| {
            let token = match &device.token {
                Value::String(token) => token.clone(),
                subscription => {
                    let endpoint = subscription["endpoint"].as_str().expect("an address");
                    endpoint.rsplit('/').next().expect("an id").to_owned()
                }
            };
            json!({
                "channel": device.channel.name(), "token": token,
                "do": {"answer": {
                    "status": 400, "reason": "BadRequest",
                    "message": format!("{token} is not one of ours"),
                }},
            })
        })
        .collect();
    let faults: Faults = serde_json::from_value(json!({ "faults": faults })).expect("faults");
    world.sandbox.set_faults(faults);
    world.send().await;
    let path = format!("/pushes/{}/results", world.push);
    let place = "api GET /pushes/{push_id}/results";
    ask(
        findings,
        place,
        world.api.request(reqwest::Method::GET, &path),
    )
    .await;
}
