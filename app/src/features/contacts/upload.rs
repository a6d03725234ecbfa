//! Uploads a file to a job of the server: the body is the file, streamed.

use domain::view::JobView;
use js_sys::Reflect;
use leptos::prelude::window;
use leptos::server_fn::error::FromServerFnError;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, File, RequestInit, Response};

use super::search_row::list_href;
use crate::AppError;

/// Uploads `file` as rows of `kind`; `app` is for devices whose file names none.
/// `stop` ends it early.
///
/// # Errors
/// Nothing when it was ended early; otherwise what the server or the network
/// said.
pub async fn upload(
    kind: &str,
    app: &str,
    file: &File,
    stop: &AbortController,
) -> Result<JobView, Option<AppError>> {
    let query = list_href("", &file.name(), None).replacen("?q=", "?name=", 1);
    let app = list_href("", app, None).replacen("?q=", "&app=", 1);
    let address = format!("/upload/{kind}{query}{app}");
    match post(&address, file, stop).await {
        Ok((200..300, body)) => {
            serde_json::from_str(&body).map_err(|_| Some(AppError::Unreachable))
        }
        Ok((_, body)) => Err(Some(error_in(&body))),
        Err(failure) => {
            let name = Reflect::get(&failure, &"name".into())
                .ok()
                .and_then(|name| name.as_string());
            Err((name.as_deref() != Some("AbortError")).then_some(AppError::Unreachable))
        }
    }
}

fn error_in(body: &str) -> AppError {
    if serde_json::from_str::<serde_json::Value>(body).is_ok() {
        AppError::de(body.to_owned().into())
    } else {
        AppError::Unreachable
    }
}

async fn post(
    address: &str,
    file: &File,
    stop: &AbortController,
) -> Result<(u16, String), JsValue> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(file.as_ref());
    let signal = Reflect::get(stop, &"signal".into())?;
    Reflect::set(&request, &"signal".into(), &signal)?;
    let answer = JsFuture::from(window().fetch_with_str_and_init(address, &request)).await?;
    let answer: Response = answer.dyn_into()?;
    let body = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), body.as_string().unwrap_or_default()))
}
