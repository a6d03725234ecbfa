//! The pages' addresses as doors: whatever stands in them, for every role. They come
//! from the router's own list, so that a new one cannot be forgotten.

use crate::carillon::{Carillon, client};
use crate::functions::sign_in;
use domain::people::Role;
use reqwest::header;

/// What can stand where an identifier should: nothing by it, no identifier, no text, a lot.
fn strange() -> [String; 4] {
    [
        "01980000-0000-7000-8000-000000000000".to_owned(),
        "no".to_owned(),
        "%00%FF%22%3Cb%3E".to_owned(),
        "x".repeat(3000),
    ]
}

/// Queries that no page writes, for whatever a page reads of its query.
const QUERIES: [&str; 4] = [
    "",
    "?after=no&campaign=no&contact=no&q=%FF&text=%00&shape=no&tab=no&pushes=no",
    "?after=%F0%9F%94%94&text=%25%5F%27%22&__path=%2F_fn&__err=no",
    "?after&text=&=&%",
];

/// An address of the router's list, with `filling` for each of its parameters.
fn filled(path: &str, filling: &str) -> String {
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') || part.starts_with(':') {
            filling
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The status and the text of a page.
async fn page(carillon: &Carillon, cookie: &str, address: &str) -> (u16, String) {
    let page = client()
        .get(format!("{}{address}", carillon.url))
        .header(header::COOKIE, cookie)
        .send()
        .await
        .expect("an answer");
    let status = page.status().as_u16();
    (status, page.text().await.expect("text"))
}

#[tokio::test]
async fn whatever_an_address_says_every_page_answers_in_words() {
    let listed = leptos_axum::generate_route_list(app::App);
    let paths: Vec<String> = listed.iter().map(|page| page.path().to_owned()).collect();
    let with_parameters = paths.iter().filter(|path| filled(path, "no") != **path);
    assert!(paths.len() > 18 && with_parameters.count() > 6, "{paths:?}");
    let carillon = Carillon::start(&["--demo"]);
    for role in Role::ALL {
        let cookie = sign_in(&carillon, role).await;
        for path in &paths {
            for filling in strange() {
                for query in QUERIES {
                    let address = filled(path, &filling) + query;
                    let (status, text) = page(&carillon, &cookie, &address).await;
                    let place = format!("{} {address:.120}: {status}", role.name());
                    assert!(status < 500, "{place} {text}");
                    assert!(!text.contains("quote the incident"), "{place} {text}");
                    assert!(text.contains("</html>"), "{place} {text}");
                }
                if filled(path, &filling) == *path {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_what_is_not_there_says_so_with_its_status() {
    let carillon = Carillon::start(&[]);
    let cookie = sign_in(&carillon, Role::Administrator).await;
    for address in [
        "/campaigns/01980000-0000-7000-8000-000000000000",
        "/campaigns/no/workflow",
        "/contacts/no",
        "/pushes/no",
        "/settings/apps/nobody",
    ] {
        let (status, text) = page(&carillon, &cookie, address).await;
        assert_eq!(status, 404, "{address}");
        assert!(text.contains("was not found"), "{address}: {text}");
    }
}
