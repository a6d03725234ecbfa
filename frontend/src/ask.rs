//! Questions to the server: its functions, called without the machinery of Leptos, which
//! would be in the module once for each of them.

use std::pin::Pin;

use app::ServerFn;
use domain::validate::{FieldError, FieldErrors};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Why the server did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What the error is called: `conflict`, `invalid`.
    pub(crate) kind: String,
    /// What happened, in a sentence.
    pub(crate) words: String,
    /// What is wrong with single fields.
    pub(crate) fields: FieldErrors,
}

impl Refusal {
    /// No answer came, or none that can be read.
    pub(crate) fn unreachable() -> Self {
        Self {
            kind: "unreachable".to_owned(),
            words: "The server cannot be reached. Check the connection, then try again.".to_owned(),
            fields: FieldErrors::default(),
        }
    }
}

/// Does something that waits for answers. Boxed: what waits would be in the module once for
/// each use.
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(work));
}

fn spawn_boxed(work: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(work);
}

/// Calls a server function that takes JSON; its answer as JSON.
pub(crate) fn call<F: ServerFn + Serialize>(
    function: &F,
) -> impl Future<Output = Result<String, Refusal>> + use<F> {
    send(F::PATH, serde_json::to_string(function).unwrap_or_default())
}

/// Calls a server function with arguments that are JSON already.
pub(crate) async fn send(path: &'static str, body: String) -> Result<String, Refusal> {
    let (went_well, answer) = fetch(path, &body).await.unwrap_or_default();
    if went_well {
        Ok(answer)
    } else {
        Err(read(&answer))
    }
}

/// An answer as what it is. From bytes, as everything that the editors decode.
pub(crate) fn read_answer<T: DeserializeOwned>(answer: &str) -> Result<T, Refusal> {
    serde_json::from_slice(answer.as_bytes()).map_err(|_| Refusal::unreachable())
}

/// Whether it went well, and the answer; nothing if the server cannot be reached.
async fn fetch(path: &str, body: &str) -> Option<(bool, String)> {
    let headers = Headers::new().ok()?;
    for name in ["accept", "content-type"] {
        headers.set(name, "application/json").ok()?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body.into());
    let asked = web_sys::window()?.fetch_with_str_and_init(path, &init);
    let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.ok(), text.as_string()?))
}

/// An answer that is a text, such as markup.
pub(crate) fn text_of(json: &str) -> Result<String, Refusal> {
    match serde_json::from_str(json) {
        Ok(Value::String(text)) => Ok(text),
        _ => Err(Refusal::unreachable()),
    }
}

/// An error as the server writes it.
fn read(json: &str) -> Refusal {
    let error: Value = serde_json::from_str(json).unwrap_or_default();
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let fields = error.get("fields").and_then(Value::as_array);
    let fields = fields.into_iter().flatten().map(|field| FieldError {
        field: text(field, "field"),
        message: text(field, "message"),
    });
    let words = text(&error, "detail");
    if words.is_empty() {
        return Refusal::unreachable();
    }
    Refusal {
        kind: text(&error, "kind"),
        words,
        fields: FieldErrors(fields.collect()),
    }
}
