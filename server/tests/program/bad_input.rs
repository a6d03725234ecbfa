//! Bad input at every door of the API. The doors come from its own document,
//! so that a new one cannot be forgotten: never a 500, always a problem with
//! the right status.

pub(crate) mod foreign;
mod hostile;

use crate::api::{Answer, Api, read};
use crate::carillon::Carillon;
use crate::doors::{Door, NOBODY, doors, good_body, is_ours};
use reqwest::Method;
use serde_json::json;

fn request(api: &Api, door: &Door, path: &str) -> reqwest::RequestBuilder {
    let request = api.request(door.method.clone(), path);
    if door.body.is_some() {
        request.json(&good_body(door))
    } else {
        request
    }
}

/// The field of each mistake that a problem names.
fn fields(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    errors
        .iter()
        .filter_map(|error| error["field"].as_str())
        .collect()
}

#[tokio::test]
async fn malformed_and_oversized_bodies_are_refused_at_every_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for door in doors(&carillon)
        .await
        .iter()
        .filter(|door| door.body.is_some())
    {
        let name = door.name();
        let send = |body: Vec<u8>, kind: &str| {
            let request = api.request(door.method.clone(), &door.unknown());
            read(request.header("content-type", kind).body(body))
        };
        for malformed in ["", "{", "{\"", "}", "\u{1}", "{'a': 1}"] {
            let answer = send(malformed.into(), "application/json").await;
            assert_eq!(answer.status, 400, "{name} {malformed:?}: {answer:?}");
        }
        for wrong in ["[]", "17", "\"text\"", "null", "true"] {
            let answer = send(wrong.into(), "application/json").await;
            assert_eq!(answer.status, 422, "{name} {wrong}: {answer:?}");
        }
        let answer = send(b"{\"name\": \"\xff\"}".to_vec(), "application/json").await;
        assert!(matches!(answer.status, 400 | 422), "{name}: {answer:?}");
        let answer = send(b"{}".to_vec(), "text/plain").await;
        assert_eq!(answer.status, 415, "{name}: {answer:?}");
        let deep = "[".repeat(100_000);
        let answer = send(deep.into(), "application/json").await;
        assert!(matches!(answer.status, 400 | 422), "{name}: {answer:?}");
        let answer = send(vec![b' '; 17 * 1024 * 1024], "application/json").await;
        assert_eq!(answer.status, 413, "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn wrong_and_unknown_fields_are_named_at_every_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for door in doors(&carillon).await {
        let Some(schema) = &door.body else { continue };
        let name = door.name();
        let path = door.unknown();
        // The credential's two forms share a door: the path asks for this one.
        let good = good_body(&door);
        let properties = match schema["properties"].as_object() {
            Some(_) if door.template.contains("/credentials/") => good.as_object(),
            properties => properties,
        };
        for property in properties.expect("an object").keys() {
            let mut body = good.clone();
            let kind = &schema["properties"][property]["type"];
            // An optional one is of its type or null.
            body[property] = match kind.as_str().or_else(|| kind[0].as_str()) {
                Some("integer" | "number" | "boolean") => json!("text"),
                Some("string") => json!({"no": ["such", "thing"]}),
                // An object, a list, or a reference to one.
                _ => json!(17),
            };
            let answer = read(api.request(door.method.clone(), &path).json(&body)).await;
            assert_eq!(answer.status, 422, "{name} {property}: {answer:?}");
            assert!(
                fields(&answer)
                    .iter()
                    .any(|field| field.starts_with(property.as_str())),
                "{name} {property}: {answer:?}"
            );
        }
        let mut body = good.clone();
        body["no_such_field"] = json!(1);
        let answer = read(api.request(door.method.clone(), &path).json(&body)).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        assert_eq!(fields(&answer), ["no_such_field"], "{name}: {answer:?}");
        for required in schema["required"].as_array().into_iter().flatten() {
            let required = required.as_str().expect("a name");
            let mut body = good.clone();
            let was = body.as_object_mut().and_then(|body| body.remove(required));
            if was.is_none() {
                continue;
            }
            let answer = read(api.request(door.method.clone(), &path).json(&body)).await;
            assert_eq!(answer.status, 422, "{name} without {required}: {answer:?}");
            assert_eq!(fields(&answer), [required], "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn unknown_and_malformed_identifiers_are_refused_at_every_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for door in doors(&carillon).await {
        let name = door.name();
        let creates = matches!(
            (door.method.as_str(), door.template.as_str()),
            ("PUT", "/contacts/{external_id}" | "/apps/{app}") | ("POST", "/events")
        );
        if door.template.contains('{') && !creates {
            let answer = read(request(&api, &door, &door.unknown())).await;
            assert!(matches!(answer.status, 404 | 422), "{name}: {answer:?}");
        }
        for parameter in door.parameters.iter().filter(|p| p["in"] == "path") {
            let wrong = parameter["name"].as_str().expect("a name");
            for value in [
                "%FF",
                "%00",
                "x%0Ay",
                &"x".repeat(3000),
                "..%2F..%2Fetc",
                "\u{1F600}",
            ] {
                let path = door.path(|p| {
                    if p["name"] == wrong {
                        value.to_owned()
                    } else {
                        "other".into()
                    }
                });
                let answer = read(request(&api, &door, &path)).await;
                assert!(answer.status < 500, "{name} {wrong}={value}: {answer:?}");
            }
            let ours = wrong.ends_with("_id") && is_ours(wrong) || wrong == "seq";
            if ours {
                let path = door.path(|p| match p["name"].as_str() {
                    Some(name) if name == wrong => "not-ours".to_owned(),
                    Some("seq") => "0".to_owned(),
                    Some(name) if name.ends_with("_id") && is_ours(name) => NOBODY.to_owned(),
                    _ => "nobody".to_owned(),
                });
                let answer = read(request(&api, &door, &path)).await;
                assert_eq!(answer.status, 400, "{name} {wrong}: {answer:?}");
                assert_eq!(fields(&answer), [wrong], "{name}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn wrong_queries_are_refused_at_every_door() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for door in doors(&carillon).await {
        let name = door.name();
        let path = door.unknown();
        let queries: Vec<_> = door.queries().collect();
        for query in &queries {
            let wrong: &[&str] = match *query {
                "limit" => &["0", "501", "x", "-1", "1.5", "99999999999999999999"],
                "cursor" => &["x", "i", "", "%00", "a00"],
                "campaign_id" | "draft_version" => &["x"],
                // Any text may be the name of an app or the beginning of one.
                "app" | "prefix" => continue,
                other => panic!("{name}: say what is wrong for {other}"),
            };
            for value in wrong {
                let path = format!("{path}?{query}={value}");
                let answer = read(request(&api, &door, &path)).await;
                // Under what does not exist, that may be said first.
                let expected = matches!(answer.status, 400 | 422)
                    || answer.status == 404 && *query == "cursor";
                assert!(expected, "{name} {query}={value}: {answer:?}");
                if answer.status != 404 {
                    assert_eq!(
                        fields(&answer),
                        [*query],
                        "{name} {query}={value}: {answer:?}"
                    );
                }
            }
        }
        if !queries.is_empty() {
            let answer = read(request(&api, &door, &format!("{path}?no_such_query=1"))).await;
            assert_eq!(answer.status, 400, "{name}: {answer:?}");
            assert_eq!(fields(&answer), ["no_such_query"], "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn wrong_keys_methods_and_addresses_are_refused_everywhere() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    for door in doors(&carillon).await {
        let (name, path) = (door.name(), door.unknown());
        for key in [
            "",
            "carillon_",
            "carillon_x",
            &api.key[..api.key.len() - 1],
            "geheim",
        ] {
            let other = Api {
                key: key.to_owned(),
                ..api.clone()
            };
            let answer = read(request(&other, &door, &path)).await;
            assert_eq!(answer.status, 401, "{name} {key}: {answer:?}");
        }
        let bare = api
            .client
            .request(door.method.clone(), format!("{}{path}", api.url));
        let response = bare.send().await.expect("an answer");
        assert_eq!(response.status(), 401, "{name}");
        assert!(
            response.headers()["www-authenticate"]
                .to_str()
                .is_ok_and(|v| v.starts_with("Bearer"))
        );
        let answer = read(api.request(Method::PATCH, &path)).await;
        assert_eq!(answer.status, 405, "{name}: {answer:?}");
    }
    for nowhere in ["/nothing", "/contacts/a/b/c/d", "/../v2/contacts", "/"] {
        let answer = api.get(nowhere).await;
        assert_eq!(answer.status, 404, "{nowhere}: {answer:?}");
    }
}

/// What each scope may do: a door is opened by the scopes named.
fn scopes_of(door: &Door) -> &'static [&'static str] {
    match (door.method.as_str(), door.template.as_str()) {
        ("GET", _) => &["read", "manage"],
        (_, "/contacts/{external_id}/devices/{device_id}/test") => &["manage"],
        (_, path) if path.starts_with("/contacts") || matches!(path, "/events" | "/reports") => {
            &["ingest", "manage"]
        }
        _ => &["manage"],
    }
}

#[tokio::test]
async fn every_scope_opens_its_own_doors_and_no_other() {
    let carillon = Carillon::start(&[]);
    for scope in ["ingest", "read", "manage"] {
        let api = carillon.api(scope);
        for door in doors(&carillon).await {
            let answer = read(request(&api, &door, &door.unknown())).await;
            let refused = answer.status == 403;
            let allowed = scopes_of(&door).contains(&scope);
            assert_eq!(refused, !allowed, "{scope}: {} {answer:?}", door.name());
            assert!(answer.status < 500, "{scope}: {} {answer:?}", door.name());
        }
    }
}

#[tokio::test]
async fn the_document_and_its_pages_are_our_own_files() {
    let carillon = Carillon::start(&[]);
    let client = crate::carillon::client();
    let page = client
        .get(format!("{}/api/docs/", carillon.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .is_ok_and(|v| v.contains("script-src 'self'"))
    );
    let text = page.text().await.expect("text");
    assert!(!text.contains("https://"), "nothing from elsewhere: {text}");
    let start = client.get(format!("{}/api/docs/swagger-initializer.js", carillon.url));
    let start = start
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    assert!(start.contains("/api/openapi.json"), "{start}");
}
