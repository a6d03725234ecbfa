//! Word of each registration that comes in and each delivery that goes on, for
//! the page that watches them: a stream of server-sent events.

use app::{AppError, caller::SignedIn};
use axum::{
    Extension, Json, Router,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use domain::people::Principal;
use futures::{Stream, StreamExt, stream};
use http::StatusCode;
use service::{Service, ServiceError};
use std::convert::Infallible;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the database is asked while somebody watches.
const LOOKS_EVERY: Duration = Duration::from_millis(700);

/// `GET /devices/events`: a message for what happened since the last, until `stop`.
pub fn routes(service: Service, stop: CancellationToken) -> Router {
    let events = move |signed_in: Option<Extension<SignedIn>>| {
        let (service, stop) = (service.clone(), stop.clone());
        async move { watch(service, stop, signed_in).await }
    };
    Router::new().route("/devices/events", get(events))
}

async fn watch(
    service: Service,
    stop: CancellationToken,
    signed_in: Option<Extension<SignedIn>>,
) -> Response {
    let Some(Extension(SignedIn(principal))) = signed_in else {
        return (StatusCode::UNAUTHORIZED, Json(AppError::Unauthenticated)).into_response();
    };
    let mark = match service.tail_mark(&principal).await {
        Ok(mark) => mark,
        Err(ServiceError::Forbidden { .. }) => return StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            tracing::warn!(failure = ?error, "what comes in cannot be followed");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let news = changes(service, principal, mark)
        .map(|()| Ok::<_, Infallible>(Event::default().data("news")))
        .take_until(stop.cancelled_owned());
    Sse::new(news)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// Something for each time that the mark is another than before.
fn changes(service: Service, by: Principal, mark: u64) -> impl Stream<Item = ()> {
    stream::unfold((service, by, mark), |(service, by, mark)| async move {
        loop {
            tokio::time::sleep(LOOKS_EVERY).await;
            match service.tail_mark(&by).await {
                Ok(now) if now != mark => return Some(((), (service, by, now))),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(failure = ?error, "what comes in could not be looked at");
                }
            }
        }
    })
}
