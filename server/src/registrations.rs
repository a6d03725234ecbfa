//! Word of each registration of a device that comes in, for the page that
//! watches them: a stream of server-sent events.

use app::{AppError, caller::SignedIn};
use axum::{
    Extension, Json, Router,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use domain::people::Permission;
use futures::StreamExt;
use http::StatusCode;
use service::Service;
use std::convert::Infallible;
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;

/// `GET /devices/events`: a message for what came in since the last, until `stop`.
pub fn routes(service: Service, stop: CancellationToken) -> Router {
    let events = move |signed_in: Option<Extension<SignedIn>>| {
        let (service, stop) = (service.clone(), stop.clone());
        async move { stream(&service, stop, signed_in) }
    };
    Router::new().route("/devices/events", get(events))
}

fn stream(
    service: &Service,
    stop: CancellationToken,
    signed_in: Option<Extension<SignedIn>>,
) -> Response {
    let may = signed_in.map(|Extension(SignedIn(principal))| principal.may(Permission::Inspect));
    match may {
        None => (StatusCode::UNAUTHORIZED, Json(AppError::Unauthenticated)).into_response(),
        Some(false) => StatusCode::FORBIDDEN.into_response(),
        Some(true) => {
            let news = WatchStream::from_changes(service.watch_registrations())
                .map(|_| Ok::<_, Infallible>(Event::default().data("registered")))
                .take_until(stop.cancelled_owned());
            Sse::new(news)
                .keep_alive(KeepAlive::default())
                .into_response()
        }
    }
}
