//! Hostile bodies at every door: what the API's document, the list of doors for
//! other products' clients and the list of pages' functions have, so that a new
//! one cannot be forgotten. And addresses that lead inside.

use super::foreign;
use crate::api::{Api, read};
use crate::carillon::{Carillon, client};
use crate::doors::{doors, good_body};
use crate::functions::{NOBODY, functions, needs, sign_in};
use crate::ingest::{Sender, rows};
use domain::people::Role;
use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use server::doors::{DOORS, Manner};
use std::io::Write;
use std::path::Path;

const JSON: &str = "application/json";

/// A door, and a body that it can read.
struct Knocked {
    name: String,
    good: Value,
    request: Box<dyn Fn(Vec<u8>) -> RequestBuilder>,
}

/// Every door that reads a body.
async fn every_door(carillon: &Carillon, api: &Api) -> Vec<Knocked> {
    let mut all = Vec::new();
    for door in doors(carillon).await {
        if door.body.is_none() {
            continue;
        }
        let (good, name, path) = (good_body(&door), door.name(), door.unknown());
        let (api, method) = (api.clone(), door.method);
        all.push(Knocked {
            name,
            good,
            request: Box::new(move |body| {
                let request = api.request(method.clone(), &path);
                request.header(header::CONTENT_TYPE, JSON).body(body)
            }),
        });
    }
    for (path, manner) in DOORS {
        let sender = Sender::to(carillon);
        all.push(Knocked {
            name: path.to_owned(),
            good: foreign::good_body(manner),
            request: Box::new(move |body| {
                foreign::request(&sender, path, manner, Some(&sender.key)).body(body)
            }),
        });
    }
    let cookie = sign_in(carillon, Role::Administrator).await;
    for path in functions(carillon) {
        let name = path.rsplit('/').next().expect("a name").to_owned();
        if name == "sign_out" {
            continue;
        }
        let good = needs(&name, NOBODY, NOBODY).1;
        let (url, cookie) = (format!("{}{path}", carillon.url), cookie.clone());
        all.push(Knocked {
            name,
            good,
            request: Box::new(move |body| {
                client()
                    .post(&url)
                    .header(header::COOKIE, &cookie)
                    .header(header::CONTENT_TYPE, JSON)
                    .body(body)
            }),
        });
    }
    all
}

/// Numbers that are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("it is below")
    }
}

/// What breaks readers.
const TOKENS: [&[u8]; 18] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"null",
    b"1e999999",
    b"-0",
    b"\"\\ud800\"",
    b"\"\\u0000\"",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\x00",
    b"\xf0\x9f\x94",
    b"NaN",
];

/// A good body that went through bad hands.
fn fuzzed(good: &[u8], chance: &mut Seeded) -> Vec<u8> {
    let mut body = good.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(body.len() + 1);
        let end = (at + chance.below(12)).min(body.len());
        match chance.below(5) {
            0 if at < body.len() => body[at] ^= 1 << chance.below(8),
            1 => drop(body.drain(at..end)),
            2 => {
                let again = body[at..end].to_vec();
                body.splice(at..at, again.repeat(1 + chance.below(40)));
            }
            3 => drop(body.splice(at..end, TOKENS[chance.below(TOKENS.len())].iter().copied())),
            _ => {
                let token = TOKENS[chance.below(TOKENS.len())];
                body.splice(at..at, token.repeat(1 + chance.below(300)));
            }
        }
    }
    body
}

async fn status_of(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("text"))
}

/// Whether it still does its work.
async fn is_alive(carillon: &Carillon, api: &Api) {
    let health = client().get(format!("{}/healthz", carillon.url));
    assert_eq!(status_of(health).await.0, 200);
    let event = json!({"external_id": "ada", "name": "seen"});
    assert_eq!(api.post("/events", event).await.status, 200);
}

#[tokio::test]
async fn fuzzed_bodies_break_no_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for (n, door) in every_door(&carillon, &api).await.iter().enumerate() {
        let good = door.good.to_string().into_bytes();
        let mut chance = Seeded(0x9E37_79B9_7F4A_7C15 ^ (n as u64 + 1));
        let mut refused = 0;
        for _ in 0..24 {
            let body = fuzzed(&good, &mut chance);
            let shown = String::from_utf8_lossy(&body).into_owned();
            let (status, text) = status_of((door.request)(body)).await;
            assert!(status < 500, "{}: {shown}: {status} {text}", door.name);
            if status >= 400 {
                refused += 1;
                assert!(text.len() > 10, "{}: {shown}: {status} {text:?}", door.name);
            }
        }
        // Functions without arguments read none.
        assert!(
            refused > 6 || door.good == json!({}),
            "{}: {refused}",
            door.name
        );
    }
    is_alive(&carillon, &api).await;
}

#[tokio::test]
async fn large_and_deep_bodies_are_refused_at_every_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
    let functions: Vec<String> = functions(&carillon)
        .iter()
        .filter_map(|path| Some(path.rsplit_once('/')?.1.to_owned()))
        .collect();
    for door in every_door(&carillon, &api).await {
        // Functions without arguments read none.
        if door.good == json!({}) && !door.name.contains(' ') {
            continue;
        }
        let mut large = door.good.clone();
        large["name"] = json!("x".repeat(10 * 1024 * 1024));
        let (status, text) = status_of((door.request)(large.to_string().into_bytes())).await;
        let events = door.name == "POST /events";
        let expected = if events { 422 } else { 413 };
        assert_eq!(status, expected, "{}: {text:.300}", door.name);
        // In every field, where some take whatever it is.
        for field in door.good.as_object().expect("an object").keys() {
            let mut body = door.good.clone();
            body[field] = json!("DEEP");
            let body = body.to_string().replace("\"DEEP\"", &deep);
            let (status, text) = status_of((door.request)(body.into_bytes())).await;
            // What is not there may be said first, where a field takes anything.
            // Functions pass over what they do not know.
            let refused = matches!(status, 400 | 404 | 413 | 422)
                || status == 200 && functions.contains(&door.name);
            assert!(refused, "{} {field}: {status} {text:.300}", door.name);
        }
    }
    is_alive(&carillon, &api).await;
}

#[tokio::test]
async fn packed_bodies_are_refused_where_bodies_come_unpacked() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(&vec![b' '; 32 * 1024 * 1024])
        .expect("memory");
    let bomb = encoder.finish().expect("memory");
    for door in doors(&carillon).await {
        if door.body.is_none() {
            continue;
        }
        let request = api
            .request(door.method.clone(), &door.unknown())
            .header(header::CONTENT_TYPE, JSON)
            .header(header::CONTENT_ENCODING, "gzip")
            .body(bomb.clone());
        let answer = read(request).await;
        assert_eq!(answer.status, 415, "{}: {answer:?}", door.name());
        assert_eq!(answer.body["errors"][0]["field"], "Content-Encoding");
    }
    is_alive(&carillon, &api).await;
}

/// Addresses that lead inside, in every way of writing them.
const INSIDE: [&str; 16] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[fd00::1]",
    "localhost",
    "db.localhost",
];

/// A browser's subscription at this host.
fn subscription(host: &str) -> Value {
    // The keys of RFC 8291, appendix A.
    json!({
        "endpoint": format!("https://{host}/push/abc"),
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

#[tokio::test]
async fn an_endpoint_that_leads_inside_is_refused_at_every_door_that_takes_one() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    let made = api.put("/apps/shop", json!({"name": "Shop"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let sender = Sender::to(&carillon);
    let cookie = sign_in(&carillon, Role::Administrator).await;
    let before = rows(&carillon).await;
    let call = |name: &str, arguments: Value| {
        let path = crate::functions::path_of(&carillon, name);
        client()
            .post(format!("{}{path}", carillon.url))
            .header(header::COOKIE, &cookie)
            .json(&arguments)
    };
    for host in INSIDE {
        let token = subscription(host);
        let input = json!({"app": "shop", "channel": "webpush", "token": token});
        let text = json!({"app": "shop", "channel": "webpush", "token": token.to_string()});
        let engage = json!({"token": token.to_string(), "channel_type": "webpush"});
        let engage_door = ("/ingest/update_push_endpoint", Manner::RecurlyEngage);
        for (door, request) in [
            (
                "REST",
                api.request(Method::PUT, "/contacts/u/devices/d")
                    .json(&input),
            ),
            (
                "REST, as a text",
                api.request(Method::PUT, "/contacts/u/devices/d")
                    .json(&text),
            ),
            (
                "Recurly Engage",
                foreign::request(&sender, engage_door.0, engage_door.1, Some(&sender.key))
                    .json(&engage),
            ),
            (
                "by hand",
                call(
                    "register_device",
                    json!({"external_id": "u", "device_id": "d", "input": text}),
                ),
            ),
            (
                "one's own browser",
                call(
                    "register_own_browser",
                    json!({"slug": "shop", "device_id": "d", "subscription": token.to_string()}),
                ),
            ),
        ] {
            let (status, text) = status_of(request).await;
            assert_eq!(status, 422, "{door} {host}: {text}");
            assert!(text.contains("not called"), "{door} {host}: {text}");
        }
        let (status, text) = imported(&carillon, &token);
        assert_eq!(status, Some(1), "{host}: {text}");
        assert!(text.contains("not called"), "{host}: {text}");
    }
    let after = rows(&carillon).await;
    let devices = |rows: &[(&str, i64)]| {
        let found = rows.iter().find(|(table, _)| *table == "device_bindings");
        found.map(|(_, count)| *count)
    };
    assert_eq!(devices(&before), devices(&after));
}

/// What an import of a file with this subscription says.
fn imported(carillon: &Carillon, token: &Value) -> (Option<i32>, String) {
    let row = json!({"external_id": "u", "device_id": "d", "channel": "webpush",
        "token": token.to_string()});
    carillon.file("devices.ndjson", format!("{row}\n"));
    let output = carillon.run(&["import", "devices", "devices.ndjson", "--app", "shop"]);
    let mut said = [output.stdout, output.stderr].concat();
    let files = std::fs::read_dir(carillon.directory.path()).expect("a folder");
    for file in files.flatten() {
        if file.file_name().to_string_lossy().contains("reject") {
            said.extend(std::fs::read(file.path()).expect("it can be read"));
        }
    }
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// What knocks at each address that the server has by itself: pages and functions
/// come from lists of their own, as does the API.
const ROUTES: [(&str, &str); 16] = [
    ("/_fn/{*function}", "functions, and `every_door` here"),
    ("/api", "bad_input: addresses where nothing is"),
    ("/api/openapi.json", "doors: it is what they come from"),
    ("/api/{*rest}", "bad_input: addresses where nothing is"),
    (
        "/devices/events",
        "functions: a stream, which reads no body",
    ),
    ("/healthz", "serving: reads no body"),
    ("/ingest", "bad_input: addresses where nothing is"),
    ("/ingest/", "bad_input: addresses where nothing is"),
    ("/ingest/{*rest}", "bad_input: addresses where nothing is"),
    ("/metrics", "serving: reads no body"),
    ("/upload/rejects/{job}", "import: reads no body"),
    ("/upload/{kind}", "import: a file of any size, row by row"),
    ("/v1", "bad_input: addresses where nothing is"),
    ("/v1/", "bad_input: addresses where nothing is"),
    ("/v1/{*rest}", "bad_input: addresses where nothing is"),
    (
        "/virtual-devices/events",
        "demo: a stream, which reads no body",
    ),
];

/// The addresses in the server's own text.
fn routes_in(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            routes_in(&path, found);
            continue;
        }
        if path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        for call in text.split(".route(").skip(1) {
            let Some(address) = call.trim_start().strip_prefix('"') else {
                continue;
            };
            let end = address.find('"').expect("a text ends");
            found.push(address[..end].to_owned());
        }
    }
}

#[test]
fn every_address_of_the_server_is_knocked_at() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    routes_in(&source, &mut found);
    // Files for browsers, which anybody may have.
    found.retain(|address| !address.starts_with("/web/") && !address.starts_with("/pkg/"));
    found.sort_unstable();
    found.dedup();
    let known: Vec<&str> = ROUTES.iter().map(|(address, _)| *address).collect();
    assert_eq!(found, known, "say what knocks at a new address");
}
