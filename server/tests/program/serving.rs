//! Pages, files, errors, settings, an orderly end.

use crate::carillon::{Carillon, client, command};
use crate::functions::{path_of, sign_in};
use domain::people::Role;
use reqwest::header;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

/// The address of the first file in the page whose name ends so.
fn file_in_page(page: &str, ending: &str) -> String {
    page.split('"')
        .find(|text| text.starts_with("/pkg/") && text.ends_with(ending))
        .unwrap_or_else(|| panic!("the page names no {ending}; was the site built?\n{page}"))
        .to_owned()
}

/// A page with an editor, as somebody signed in sees it: it names every kind of file.
async fn editors_page(carillon: &Carillon) -> reqwest::Response {
    let page = client().get(format!("{}/pushes/new", carillon.url));
    let cookie = sign_in(carillon, Role::Marketer).await;
    let answer = page.header(header::COOKIE, cookie).send().await;
    answer.expect("an answer")
}

#[tokio::test]
async fn a_page_names_its_files_and_they_are_kept_for_good() {
    let carillon = Carillon::start(&[]);
    let client = client();
    let page = editors_page(&carillon).await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-cache");
    let page = page.text().await.expect("text");
    for (ending, kind) in [
        (".js", "text/javascript; charset=utf-8"),
        (".wasm", "application/wasm"),
        (".css", "text/css; charset=utf-8"),
        (".woff2", "font/woff2"),
        (".svg", "image/svg+xml"),
    ] {
        let url = format!("{}{}", carillon.url, file_in_page(&page, ending));
        let file = client.get(&url).send().await.expect("an answer");
        assert_eq!(file.status(), 200, "{url}");
        assert_eq!(file.headers()[header::CONTENT_TYPE], kind);
        assert_eq!(
            file.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert!(!file.headers().contains_key(header::CONTENT_ENCODING));
    }
}

#[tokio::test]
async fn only_pages_with_an_editor_load_its_module() {
    let carillon = Carillon::start(&[]);
    let page = client().get(format!("{}/sign-in", carillon.url));
    let page = page.send().await.expect("an answer");
    let page = page.text().await.expect("text");
    file_in_page(&page, ".js");
    assert!(!page.contains(".wasm"), "{page}");
}

#[tokio::test]
async fn brotli_and_plain_hold_the_same_bytes() {
    let carillon = Carillon::start(&[]);
    let client = client();
    let page = editors_page(&carillon).await;
    let page = page.text().await.expect("text");
    let url = format!("{}{}", carillon.url, file_in_page(&page, ".wasm"));
    let plain = client.get(&url).send().await.expect("an answer");
    let plain = plain.bytes().await.expect("a body");
    let packed = client
        .get(&url)
        .header(header::ACCEPT_ENCODING, "gzip, br")
        .send()
        .await
        .expect("an answer");
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
    assert_eq!(packed.headers()[header::VARY], "accept-encoding");
    let packed = packed.bytes().await.expect("a body");
    assert!(packed.len() * 2 < plain.len());
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(&packed[..], 4096)
        .read_to_end(&mut unpacked)
        .expect("valid brotli");
    assert_eq!(unpacked, plain);
}

#[tokio::test]
async fn what_is_not_there_is_404_for_pages_files_and_functions() {
    let carillon = Carillon::start(&[]);
    let client = client();
    let page = client.get(format!("{}/no/such/page", carillon.url));
    let page = page.header(header::COOKIE, sign_in(&carillon, Role::Viewer).await);
    let page = page.send().await.expect("an answer");
    assert_eq!(page.status(), 404);
    let text = page.text().await.expect("text");
    assert!(text.contains("There is no page here"));

    let file = client.get(format!("{}/pkg/carillon.0000.js", carillon.url));
    assert_eq!(file.send().await.expect("an answer").status(), 404);

    let function = client.post(format!("{}/_fn/no/such/function", carillon.url));
    let function = function.send().await.expect("an answer");
    assert_eq!(function.status(), 404);
    let text = function.text().await.expect("text");
    assert!(text.contains("\"kind\":\"not_found\""), "{text}");
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let carillon = Carillon::start(&[]);
    let client = client();
    let health = client.get(format!("{}/healthz", carillon.url));
    let health = health.send().await.expect("an answer");
    assert_eq!(health.text().await.expect("text"), "ok\n");
    let metrics = client.get(format!("{}/metrics", carillon.url));
    let metrics = metrics.send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    assert!(
        metrics.contains(
            "carillon_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1"
        ),
        "{metrics}"
    );
}

#[test]
fn asked_to_stop_it_ends_well_though_a_client_stays_connected() {
    let carillon = Carillon::start(&[]);
    let address = carillon.url.trim_start_matches("http://").to_owned();
    let mut idle = TcpStream::connect(&address).expect("a connection");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .expect("sent");
    let mut first = [0_u8; 12];
    idle.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    let status = carillon.stop_within(Duration::from_secs(5));
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_from_stopping() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("short.toml");
    std::fs::write(&file, "shutdown_seconds = 1\n").expect("a file");
    let carillon = Carillon::start(&["--config", &file.to_string_lossy()]);
    let address = carillon.url.trim_start_matches("http://").to_owned();
    let mut slow = TcpStream::connect(&address).expect("a connection");
    slow.write_all(b"POST /_fn/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n")
        .expect("sent");
    std::thread::sleep(Duration::from_millis(100));
    let status = carillon.stop_within(Duration::from_secs(5));
    assert_eq!(status.code(), Some(0));
}

#[test]
fn an_address_in_use_is_refused_with_advice() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let output = command(&directory)
        .args(["serve", "--listen", &address])
        .output()
        .expect("the binary runs");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains(&address) && error.contains("--listen"),
        "{error}"
    );
}

#[test]
fn config_says_what_is_in_force_and_where_it_came_from() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(
        directory.path().join("carillon.toml"),
        "listen = \"127.0.0.1:1\"\nlog = \"warn\"\n",
    )
    .expect("a file");
    let output = command(&directory)
        .args(["config", "--listen", "127.0.0.1:2"])
        .env("CARILLON_LOG_FORMAT", "json")
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |key: &str| {
        text.lines()
            .find(|line| line.split_whitespace().next() == Some(key))
            .unwrap_or_else(|| panic!("no line for {key}:\n{text}"))
    };
    assert!(
        line("listen").ends_with("127.0.0.1:2  (--listen)"),
        "{text}"
    );
    assert!(
        line("log").contains("warn") && line("log").contains("carillon.toml"),
        "{text}"
    );
    assert!(
        line("log_format").ends_with("json  (CARILLON_LOG_FORMAT)"),
        "{text}"
    );
    assert!(
        line("shutdown_seconds").ends_with("10  (default)"),
        "{text}"
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_wrong_passwords_slow_down_their_own_address_alone() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("proxied.toml");
    std::fs::write(&file, "trusted_proxies = [\"127.0.0.0/8\"]\n").expect("a file");
    let carillon = Carillon::start(&["--config", &file.to_string_lossy()]);
    let path = path_of(&carillon, "sign_in");
    let client = client();
    let sign_in = |n: u32, address: &'static str| {
        client
            .post(format!("{}{path}", carillon.url))
            .header("x-forwarded-for", address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(format!(
                "email=user{n}%40example.org&password=wrong&next=%2F"
            ))
            .send()
    };
    let mut limited = false;
    for n in 0..30 {
        let answer = sign_in(n, "198.51.100.7").await.expect("an answer");
        limited = limited || answer.status() == 429;
    }
    assert!(limited, "one address cannot try on and on");
    let other = sign_in(99, "203.0.113.9").await.expect("an answer");
    let text = other.text().await.expect("text");
    assert!(
        text.contains("do not belong together"),
        "another address is not slowed down: {text}"
    );
}
