//! The API's doors, as its own document describes them.

use crate::carillon::Carillon;
use reqwest::Method;
use serde_json::{Value, json};

/// An identifier of the right form that nothing has.
pub(crate) const NOBODY: &str = "01980000-0000-7000-8000-000000000000";

/// One operation of the document.
pub(crate) struct Door {
    pub(crate) method: Method,
    /// As the document has it, without `/api/v1`.
    pub(crate) template: String,
    pub(crate) parameters: Vec<Value>,
    /// The body's schema, references resolved.
    pub(crate) body: Option<Value>,
}

impl Door {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The path with every parameter filled in by `value`.
    pub(crate) fn path(&self, value: impl Fn(&Value) -> String) -> String {
        let mut path = self.template.clone();
        for parameter in self.parameters.iter().filter(|p| p["in"] == "path") {
            let name = parameter["name"].as_str().expect("a name");
            path = path.replace(&format!("{{{name}}}"), &value(parameter));
        }
        path
    }

    /// Where nothing is.
    pub(crate) fn unknown(&self) -> String {
        self.path(|parameter| match parameter["name"].as_str() {
            Some("channel") => "apns".to_owned(),
            Some("seq") => "0".to_owned(),
            Some(name) if name.ends_with("_id") && is_ours(name) => NOBODY.to_owned(),
            _ => "nobody".to_owned(),
        })
    }

    pub(crate) fn queries(&self) -> impl Iterator<Item = &str> {
        let queries = self.parameters.iter().filter(|p| p["in"] == "query");
        queries.filter_map(|p| p["name"].as_str())
    }
}

/// Whether a parameter is an identifier that we made.
pub(crate) fn is_ours(name: &str) -> bool {
    !matches!(name, "external_id" | "device_id")
}

/// The document's operations.
pub(crate) async fn doors(carillon: &Carillon) -> Vec<Door> {
    let document = reqwest_json(carillon, "/api/openapi.json").await;
    let mut doors = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let template = path
            .strip_prefix("/api/v1")
            .expect("everything is under /api/v1");
        for (method, operation) in operations.as_object().expect("operations") {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            doors.push(Door {
                method: method.to_uppercase().parse().expect("a method"),
                template: template.to_owned(),
                parameters: operation["parameters"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default(),
                body: (!body.is_null()).then(|| resolve(&document, body)),
            });
        }
    }
    assert!(doors.len() > 30, "only {} doors", doors.len());
    doors
}

async fn reqwest_json(carillon: &Carillon, path: &str) -> Value {
    let request = crate::carillon::client().get(format!("{}{path}", carillon.url));
    let response = request.send().await.expect("an answer");
    serde_json::from_str(&response.text().await.expect("text")).expect("JSON")
}

/// A schema without references; of several forms the last, which for events is
/// the single one.
fn resolve(document: &Value, schema: &Value) -> Value {
    let mut schema = schema.clone();
    loop {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#').to_owned();
            schema = document.pointer(&pointer).expect("a schema").clone();
        } else if let Some(forms) = schema["oneOf"].as_array() {
            schema = forms.last().expect("a form").clone();
        } else {
            return schema;
        }
    }
}

/// What must be in every body that a door takes, so that its other mistakes
/// come to light. A door that is not here fails the test.
pub(crate) fn good_body(door: &Door) -> Value {
    match (door.method.as_str(), door.template.as_str()) {
        ("PUT", "/contacts/{external_id}" | "/apps/{app}/capabilities") => json!({}),
        ("PUT", "/contacts/{external_id}/devices/{device_id}") => {
            json!({"app": "nowhere", "channel": "fcm", "token": "t"})
        }
        ("POST", "/events") => json!({"external_id": "nobody", "name": "seen"}),
        ("POST", "/contacts/{external_id}/devices/{device_id}/test") => {
            json!({"body": "{\"aps\": {}}"})
        }
        ("POST", "/reports") => json!({"carillon_id": NOBODY, "kind": "displayed"}),
        ("PUT", "/apps/{app}") => json!({"name": "Nobody's"}),
        ("PUT", "/apps/{app}/credentials/{channel}") => json!({
            "team_id": "ABCDE12345", "key_id": "ABCDE12345", "topic": "org.example",
            "private_key": "none",
        }),
        ("PUT", "/apps/{app}/credentials/{channel}/limit") => json!({"max_in_flight": 100}),
        ("PUT", "/apps/{app}/signing") => {
            json!({"secret": "thirty-two bytes and a few more of them"})
        }
        ("POST", "/campaigns") | ("PUT", "/campaigns/{campaign_id}") => json!({"name": "Name"}),
        ("POST", "/pushes") | ("PUT", "/pushes/{push_id}") => {
            json!({"name": "Name", "content": {"title": "Title"}})
        }
        ("POST", "/pushes/{push_id}/test") => json!({"external_id": "nobody"}),
        ("POST", "/workflows") => json!({"campaign_id": NOBODY, "name": "Name"}),
        ("PUT", "/workflows/{workflow_id}") => json!({"draft": {}}),
        (method, path) => panic!("say what {method} {path} takes"),
    }
}
