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
    let Some(Extension(SignedIn(principal))) = signed_in else {
        return (StatusCode::UNAUTHORIZED, Json(AppError::Unauthenticated)).into_response();
    };
    match service.watch_registrations(&principal) {
        Err(_) => StatusCode::FORBIDDEN.into_response(),
        Ok(registrations) => {
            let news = WatchStream::from_changes(registrations)
                .map(|_| Ok::<_, Infallible>(Event::default().data("registered")))
                .take_until(stop.cancelled_owned());
            Sse::new(news)
                .keep_alive(KeepAlive::default())
                .into_response()
        }
    }
}
