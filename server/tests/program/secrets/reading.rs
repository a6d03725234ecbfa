//! Everything that can be read: each page for each role, each answer of the API.

use super::Findings;
use super::doors::{ask, call};
use super::world::World;
use crate::carillon::client;
use crate::doors::{Door, doors};
use domain::people::Role;
use reqwest::header;
use serde_json::json;

/// Reads all of it.
pub(super) async fn read(world: &World, findings: &mut Findings) {
    let (source, chunk) = world.send().await;
    pages(world, findings).await;
    api(world, findings, &source, &chunk).await;
    for path in ["/metrics", "/healthz", "/api/openapi.json", "/api/docs/"] {
        let request = client().get(format!("{}{path}", world.carillon.url));
        ask(findings, path, request).await;
    }
    for (name, arguments) in [
        ("list_refusals", json!({"cursor": null})),
        ("list_audit", json!({"cursor": null})),
        ("list_keys", json!({"cursor": null})),
        ("list_users", json!({"cursor": null})),
        ("render_again", json!({"chunk_id": chunk, "seq": 0})),
        ("send_again", json!({"chunk_id": chunk, "seq": 0})),
    ] {
        let request = call(world, Role::Administrator, name, &arguments);
        ask(findings, &format!("function {name} at last"), request).await;
    }
}

/// What stands in a page's address.
fn addresses(world: &World, template: &str) -> Vec<String> {
    let ids: Vec<String> = match template {
        path if path.starts_with("/campaigns/") => vec![world.campaign.clone()],
        path if path.starts_with("/contacts/import") => vec![String::new()],
        path if path.starts_with("/contacts/") => vec![world.contact.clone()],
        path if path.starts_with("/devices/") => world
            .devices
            .iter()
            .map(|device| device.id.clone())
            .collect(),
        path if path.starts_with("/pushes/") => vec![world.push.clone(), "new".to_owned()],
        path if path.starts_with("/settings/apps/") => vec!["shop".to_owned(), "vault".to_owned()],
        path if path.starts_with("/welcome/") => vec![world.link.clone()],
        path if path.contains([':', '{']) => panic!("say what stands in {path}"),
        _ => vec![String::new()],
    };
    let fill = |id: &String| {
        let parts = template.split('/').map(|part| match part {
            part if part.contains("tab") => "pushes",
            part if part.starts_with([':', '{']) => id.as_str(),
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    ids.iter().map(fill).collect()
}

async fn pages(world: &World, findings: &mut Findings) {
    let mut templates: Vec<String> = leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|page| page.path().to_owned())
        .collect();
    templates.sort_unstable();
    templates.dedup();
    for template in &templates {
        for address in addresses(world, template) {
            let url = format!("{}{address}", world.carillon.url);
            let place = format!("page {template} of nobody");
            ask(findings, &place, client().get(&url)).await;
            for (role, cookie) in &world.cookies {
                let place = format!("page {template} as {}", role.name());
                let page = client().get(&url).header(header::COOKIE, cookie);
                ask(findings, &place, page).await;
            }
        }
    }
    // What a person looks for stands in the field that it was typed into.
    for (role, cookie) in &world.cookies {
        for (path, name) in [("/devices", "q"), ("/contacts", "q"), ("/find", "text")] {
            for text in world.texts() {
                let place = format!("page {path} looking for it as {}", role.name());
                let page = client()
                    .get(format!("{}{path}", world.carillon.url))
                    .query(&[(name, &text)])
                    .header(header::COOKIE, cookie);
                let page = page.send().await.expect("an answer");
                assert!(page.status().as_u16() < 500, "{place}");
                let page = page.text().await.expect("text");
                findings.look_beside(&place, &page, &text);
            }
        }
    }
}

/// What a parameter of the API can be.
fn values(world: &World, name: &str, source: &str, chunk: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "external_id" => one("ada"),
        "device_id" => world
            .devices
            .iter()
            .map(|device| device.name.clone())
            .collect(),
        "app" => vec!["shop".to_owned(), "vault".to_owned()],
        "channel" => world
            .devices
            .iter()
            .map(|device| device.channel.name().to_owned())
            .collect(),
        "campaign_id" => one(&world.campaign),
        "push_id" => one(&world.push),
        "workflow_id" => one(&world.workflow),
        "source_id" => one(source),
        "step" => one("test"),
        "chunk_id" => one(chunk),
        "seq" => (0..5).map(|n: u8| n.to_string()).collect(),
        other => panic!("say what {other} can be"),
    }
}

fn filled(world: &World, door: &Door, source: &str, chunk: &str) -> Vec<String> {
    let mut paths = vec![door.template.clone()];
    for parameter in door.parameters.iter().filter(|p| p["in"] == "path") {
        let name = parameter["name"].as_str().expect("a name");
        let values = values(world, name, source, chunk);
        let mark = format!("{{{name}}}");
        let with = |path: &String| {
            let all = values.iter().map(|value| path.replace(&mark, value));
            all.collect::<Vec<_>>()
        };
        paths = paths.iter().flat_map(with).collect();
    }
    paths
}

async fn api(world: &World, findings: &mut Findings, source: &str, chunk: &str) {
    let keys = [
        ("manage", world.api.clone()),
        ("read", world.carillon.api("read")),
        ("ingest", world.carillon.api("ingest")),
    ];
    for door in doors(&world.carillon).await {
        if door.method != reqwest::Method::GET {
            continue;
        }
        for path in filled(world, &door, source, chunk) {
            for (scope, api) in &keys {
                let place = format!("api GET {} with {scope}", door.template);
                let request = api.request(door.method.clone(), &path);
                ask(findings, &place, request).await;
            }
        }
    }
}
