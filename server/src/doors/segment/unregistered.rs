//! Messages whose device was not registered, kept for the page that says why a
//! device is not there.

use serde_json::{Map, Value};
use service::{RefusedRequest, Service};

use super::fields::Fields;

/// Where a message came in.
pub(super) struct Door<'a> {
    pub(super) service: &'a Service,
    /// The method and the path.
    pub(super) name: String,
    /// Whether the key is one of ours.
    pub(super) known: bool,
}

impl Door<'_> {
    /// Keeps a message that was refused, if it came from a device that can be
    /// pushed to.
    pub(super) async fn note_message(&self, message: &Map<String, Value>, reason: &str) {
        let context = object(message, "context");
        if object(&context, "device").contains_key("token") {
            self.note(message, reason).await;
        }
    }

    /// Keeps a message that was taken without its device.
    pub(super) async fn note(&self, message: &Map<String, Value>, reason: &str) {
        let fields = Fields(message.clone());
        let context = Fields(object(message, "context"));
        let app = context.object_aside("app");
        let app = app.aside("namespace").or_else(|| app.aside("name"));
        let contact = ["userId", "anonymousId"]
            .into_iter()
            .find_map(|name| identifier(&fields, name));
        let device = context.object_aside("device").aside("id");
        let request = Value::Object(fields.0).to_string();
        let refused = RefusedRequest {
            known: self.known,
            door: &self.name,
            reason,
            app: app.as_deref(),
            contact: contact.as_deref(),
            device: device.as_deref(),
            request: &request,
        };
        self.service.note_refused_registration(&refused).await;
    }
}

fn identifier(fields: &Fields, name: &str) -> Option<String> {
    match fields.0.get(name)? {
        Value::Number(number) => Some(number.to_string()),
        _ => fields.aside(name),
    }
}

fn object(of: &Map<String, Value>, name: &str) -> Map<String, Value> {
    let found = of.get(name).and_then(Value::as_object);
    found.cloned().unwrap_or_default()
}
