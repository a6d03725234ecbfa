//! The functions that pages call: bad input at each of them, and each role on
//! each. They come from the binary's own list, so that a new one cannot be
//! forgotten.

use crate::carillon::{Carillon, client};
use domain::people::{Permission, Role};
use reqwest::{Response, header};
use serde_json::{Value, json};

/// An identifier of the right form that nothing has.
pub(crate) const NOBODY: &str = "01980000-0000-7000-8000-000000000000";
const PASSWORD: &str = "a long enough password";

/// The paths of all functions, each answering POST.
pub(crate) fn functions(carillon: &Carillon) -> Vec<String> {
    let listed = carillon.run(&["functions"]);
    assert!(listed.status.success());
    let text = String::from_utf8(listed.stdout).expect("text");
    let functions: Vec<_> = text
        .lines()
        .map(|line| line.strip_prefix("POST ").expect("all are POST").to_owned())
        .collect();
    assert!(functions.len() > 40, "only {} functions", functions.len());
    functions
}

pub(crate) fn path_of(carillon: &Carillon, name: &str) -> String {
    let functions = functions(carillon);
    let path = functions
        .iter()
        .find(|path| path.ends_with(&format!("/{name}")));
    path.unwrap_or_else(|| panic!("no function {name}")).clone()
}

pub(crate) async fn post(
    carillon: &Carillon,
    path: &str,
    cookie: Option<&str>,
    kind: &str,
    body: impl Into<reqwest::Body>,
) -> Response {
    let mut request = client()
        .post(format!("{}{path}", carillon.url))
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, "application/json");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(body).send().await.expect("an answer")
}

/// The session cookie of whoever uses this one-time link.
pub(crate) async fn use_link(carillon: &Carillon, link: &str, email: &str) -> String {
    use_link_with(carillon, link, email, PASSWORD).await
}

/// The same, with this password from now on.
pub(crate) async fn use_link_with(
    carillon: &Carillon,
    link: &str,
    email: &str,
    password: &str,
) -> String {
    let token = link.trim().rsplit('/').next().expect("a token");
    let body = format!(
        "token={token}&email={}&password={}",
        email.replace('@', "%40"),
        password.replace(' ', "+")
    );
    let path = path_of(carillon, "use_link");
    let kind = "application/x-www-form-urlencoded";
    let response = post(carillon, &path, None, kind, body).await;
    let cookie = response
        .headers()
        .get(header::SET_COOKIE)
        .map(|v| v.to_str().map(str::to_owned));
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    let cookie = cookie
        .unwrap_or_else(|| panic!("{status} {text}"))
        .expect("a cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    cookie.split(';').next().expect("a pair").to_owned()
}

/// The session cookie of a user with this role.
pub(crate) async fn sign_in(carillon: &Carillon, role: Role) -> String {
    let email = format!("{}@example.org", role.name());
    let added = carillon.run(&["user", "add", &email, "--role", role.name()]);
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    use_link(carillon, &String::from_utf8_lossy(&added.stdout), &email).await
}

/// What a function needs and arguments that it can read, naming what is not
/// there. A function that is not here fails the test.
#[expect(clippy::too_many_lines, reason = "a line for each function")]
pub(crate) fn needs(name: &str, campaign: &str, workflow: &str) -> (Option<Permission>, Value) {
    use Permission::{
        Administer, EditContacts, EditContent, Inspect, Publish, Read, RegisterDevices, SendRaw,
        SendTest,
    };
    let graph = json!({"nodes": [], "edges": []});
    let draft = json!({"name": "Name", "campaign_id": null, "content": {}});
    let test = json!({"contact_id": NOBODY, "source_id": NOBODY, "step": "test"});
    let id = json!({"id": NOBODY});
    let (permission, arguments) = match name {
        // Whoever is not signed in may call these.
        "sign_in" | "sign_out" | "look_at_link" | "use_link" | "current_session" => {
            return (None, json!({}));
        }
        "open_overview" | "open_account" | "list_apps" | "open_import" | "open_devices" => {
            (Read, json!({}))
        }
        "list_pushes" => (Read, json!({"campaign": null, "cursor": null})),
        "open_editor" | "load_push" | "open_contact" | "import_job" | "load_workflow"
        | "step_counts" | "open_campaign" | "draft_version" | "open_device" => (Read, id),
        "list_campaigns" => (Read, json!({"cursor": null})),
        "list_contacts" => (Read, json!({"prefix": "", "cursor": null})),
        "contact_timeline" => (
            Read,
            json!({"id": NOBODY, "pushes_only": false, "cursor": null}),
        ),
        "find_contacts" | "find_anything" => (Read, json!({"text": "a"})),
        "open_workflow" | "push_choices" => (Read, json!({"campaign": NOBODY})),
        "open_app" | "open_signing" | "open_connect" => (Read, json!({"slug": "nobody"})),
        "make_signing_secret" | "retire_signing_secret" | "stop_signing" => {
            (Administer, json!({"slug": "nobody"}))
        }
        "list_devices" => (Inspect, json!({"wanted": "", "filter": {}, "cursor": null})),
        "list_refusals" => (Inspect, json!({"cursor": null})),
        "verify_device" | "revoke_device" => (RegisterDevices, id),
        "move_device" => (RegisterDevices, json!({"id": NOBODY, "external_id": ""})),
        "register_device" => (
            RegisterDevices,
            json!({"external_id": "", "device_id": "", "input": {
                "app": "nobody", "channel": "apns", "token": "",
            }}),
        ),
        "watch_registrations" | "watch_deliveries" => (
            Inspect,
            json!({"filter": {"words": "", "app": null, "channel": null, "outcome": null}}),
        ),
        "open_why" => (Read, json!({"contact": NOBODY, "push": null})),
        "find_for_why" => (Read, json!({"id": NOBODY, "prefix": ""})),
        "send_again" => (SendTest, json!({"chunk_id": NOBODY, "seq": 0})),
        "send_raw" => (SendRaw, json!({"id": NOBODY, "raw": {"body": "{}"}})),
        "test_device" => (SendTest, json!({"id": NOBODY, "push": NOBODY})),
        "render_again" => (Inspect, json!({"chunk_id": NOBODY, "seq": 0})),
        "virtual_devices" => (Inspect, json!({"wanted": ""})),
        "look_at_image" => (EditContent, json!({"address": "no address"})),
        "inspect_push" => (
            Read,
            json!({"content": {"title": "T"}, "sample": "no JSON", "event": ""}),
        ),
        "forecast_test" => (SendTest, json!({"content": {}, "contact": NOBODY})),
        "send_test" => (SendTest, json!({"push": NOBODY, "contact": NOBODY})),
        "test_progress" => (SendTest, json!({"test": test})),
        "save_push" => (
            EditContent,
            json!({"known": [NOBODY, 1], "draft": draft, "new_campaign": null}),
        ),
        "delete_push" | "delete_campaign" => (EditContent, id),
        "create_campaign" => (EditContent, json!({"name": ""})),
        "rename_campaign" => (EditContent, json!({"id": NOBODY, "name": "Name"})),
        "begin_workflow" => (EditContent, json!({"campaign": campaign})),
        "save_draft" => (
            EditContent,
            json!({"id": NOBODY, "version": 1, "draft": graph}),
        ),
        "publish_workflow" => (Publish, json!({"id": workflow, "version": 1})),
        "set_paused" => (Publish, json!({"id": workflow, "paused": true})),
        "delete_contact" => (EditContacts, json!({"external_id": "nobody"})),
        "cancel_import" => (EditContacts, id),
        "register_own_browser" => (
            RegisterDevices,
            json!({"slug": "nobody", "device_id": "d", "subscription": ""}),
        ),
        "save_account" => (
            Administer,
            json!({"account": {"name": "", "time_zone": "UTC"}}),
        ),
        "add_app" => (Administer, json!({"slug": "", "name": ""})),
        "save_app" => (
            Administer,
            json!({"slug": "", "name": "", "capabilities": {}}),
        ),
        "import_capabilities" => (Administer, json!({"slug": "nobody", "record": "{}"})),
        "put_credential" => (
            Administer,
            json!({"slug": "nobody", "secret": {
                "channel": "apns", "team_id": "", "key_id": "", "topic": "", "private_key": "",
            }}),
        ),
        "try_credential" | "remove_credential" => {
            (Administer, json!({"slug": "nobody", "channel": "apns"}))
        }
        "limit_credential" => (
            Administer,
            json!({"slug": "nobody", "channel": "apns", "max_in_flight": 5}),
        ),
        "list_users" | "list_keys" | "list_audit" => (Administer, json!({"cursor": null})),
        "add_user" => (Administer, json!({"email": "", "role": "viewer"})),
        "renew_link" | "remove_user" | "revoke_key" => (Administer, id),
        "change_role" => (Administer, json!({"id": NOBODY, "role": "viewer"})),
        "add_key" => (Administer, json!({"name": "", "scopes": []})),
        other => panic!("say what {other} needs"),
    };
    (Some(permission), arguments)
}

/// The arguments as the function takes them.
pub(crate) fn encoded(name: &str, arguments: &Value) -> (&'static str, String) {
    match name {
        "find_anything" => ("application/x-www-form-urlencoded", "text=a".to_owned()),
        _ => ("application/json", arguments.to_string()),
    }
}

#[tokio::test]
async fn without_a_session_every_function_but_the_entrance_is_closed() {
    let carillon = Carillon::start(&[]);
    for path in functions(&carillon) {
        let name = path.rsplit('/').next().expect("a name");
        let (Some(_), arguments) = needs(name, NOBODY, NOBODY) else {
            continue;
        };
        for cookie in [
            None,
            Some("carillon_session=expired"),
            Some("carillon_session="),
        ] {
            let (kind, body) = encoded(name, &arguments);
            let response = post(&carillon, &path, cookie, kind, body).await;
            let status = response.status().as_u16();
            let text = response.text().await.expect("text");
            assert_eq!(status, 401, "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn bad_input_at_every_function_is_an_error_that_a_page_can_show() {
    let carillon = Carillon::start(&[]);
    let cookie = sign_in(&carillon, Role::Administrator).await;
    for path in functions(&carillon) {
        let form = "application/x-www-form-urlencoded";
        let oversized = "x".repeat(3 * 1024 * 1024);
        for (kind, body) in [
            ("application/json", ""),
            ("application/json", "{"),
            ("application/json", "[]"),
            ("application/json", "17"),
            (
                "application/json",
                "{\"id\": 17, \"cursor\": 17, \"name\": {}, \"text\": []}",
            ),
            (
                "application/json",
                "{\"id\": \"no\", \"cursor\": \"no\", \"slug\": \"no\"}",
            ),
            (form, "id=%FF&cursor=%00&name="),
            (form, "%"),
            ("text/plain", "\u{0}"),
            ("", ""),
            (form, oversized.as_str()),
        ] {
            let start: String = body.chars().take(60).collect();
            let response = post(&carillon, &path, Some(&cookie), kind, body.to_owned()).await;
            let status = response.status().as_u16();
            let text = response.text().await.unwrap_or_default();
            assert!(status < 500, "{path} {kind} {start:?}: {status} {text}");
            // Functions without arguments read no body.
            assert!(
                status >= 400 || start.len() < 60 && status == 200,
                "{path} {kind} {start:?}: {status} {text}"
            );
        }
    }
}

#[tokio::test]
async fn every_role_may_call_what_it_covers_and_nothing_else() {
    // With the sandbox, whose devices only those who may inspect see.
    let carillon = Carillon::start(&["--demo"]);
    let made = carillon
        .api("manage")
        .post("/campaigns", json!({"name": "Spring"}))
        .await;
    let campaign = made.body["id"].as_str().expect("an id");
    let drawn = json!({"campaign_id": campaign, "name": "Journey"});
    let drawn = carillon.api("manage").post("/workflows", drawn).await;
    let workflow = drawn.body["id"].as_str().expect("an id");
    for role in Role::ALL {
        let cookie = sign_in(&carillon, role).await;
        for path in functions(&carillon) {
            let name = path.rsplit('/').next().expect("a name");
            let (Some(permission), arguments) = needs(name, campaign, workflow) else {
                continue;
            };
            let (kind, body) = encoded(name, &arguments);
            let response = post(&carillon, &path, Some(&cookie), kind, body).await;
            let status = response.status().as_u16();
            let text = response.text().await.expect("text");
            assert!(status < 500, "{} {name}: {status} {text}", role.name());
            assert_ne!(status, 401, "{} {name}: {text}", role.name());
            let refused = status == 403;
            assert_eq!(
                refused,
                !role.may(permission),
                "{} {name}: {status} {text}",
                role.name()
            );
        }
    }
}

#[tokio::test]
async fn a_request_from_another_site_is_refused_although_the_cookie_comes_with_it() {
    let carillon = Carillon::start(&[]);
    let cookie = sign_in(&carillon, Role::Administrator).await;
    let path = path_of(&carillon, "create_campaign");
    let create = |origin: &str| {
        client()
            .post(format!("{}{path}", carillon.url))
            .header(header::COOKIE, &cookie)
            .header(header::ORIGIN, origin)
            .json(&json!({"name": "Spring"}))
            .send()
    };
    let refused = create("https://elsewhere.example")
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 403);
    let taken = create(&carillon.url).await.expect("an answer");
    assert_eq!(taken.status(), 200);
}

#[tokio::test]
async fn the_first_link_makes_the_administrator_once() {
    let carillon = Carillon::start(&[]);
    let link = carillon
        .said
        .iter()
        .find(|line| line.contains("/welcome/"))
        .expect("a link");
    let cookie = use_link(&carillon, link, "ada@example.org").await;
    let path = path_of(&carillon, "list_users");
    let body = r#"{"cursor": null}"#;
    let users = post(&carillon, &path, Some(&cookie), "application/json", body).await;
    let users: Value = serde_json::from_str(&users.text().await.expect("text")).expect("JSON");
    assert_eq!(users["items"][0]["email"], "ada@example.org");
    assert_eq!(users["items"][0]["role"], "administrator");

    let token = link.trim().rsplit('/').next().expect("a token");
    let again = format!("token={token}&email=eve%40example.org&password=another+password");
    let path = path_of(&carillon, "use_link");
    let kind = "application/x-www-form-urlencoded";
    let again = post(&carillon, &path, None, kind, again).await;
    assert_eq!(again.status(), 404);
}

#[tokio::test]
async fn wrong_passwords_cost_more_and_more_time() {
    let carillon = Carillon::start(&[]);
    sign_in(&carillon, Role::Viewer).await;
    let path = path_of(&carillon, "sign_in");
    let kind = "application/x-www-form-urlencoded";
    let mut last = 0;
    for n in 0..7 {
        let body = format!("email=viewer%40example.org&password=wrong{n}&next=");
        let response = post(&carillon, &path, None, kind, body).await;
        last = response.status().as_u16();
        let text = response.text().await.expect("text");
        assert!(last == 422 || last == 429, "{last} {text}");
    }
    assert_eq!(last, 429);
}
