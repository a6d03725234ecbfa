//! The sandbox's arrivals for the virtual devices' page: what it remembers, and
//! word of each new one as a stream of server-sent events.

use app::{
    AppError,
    caller::SignedIn,
    features::virtual_devices::api::{ArrivalSource, ArrivedPush},
};
use axum::{
    Extension, Json, Router,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use domain::{Timestamp, device::Channel, people::Permission};
use futures::StreamExt;
use http::StatusCode;
use sandbox::{Arrival, Handle, faults};
use std::{convert::Infallible, sync::Arc};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

/// What pages find in context to read the arrivals.
pub fn source(sandbox: &Arc<Handle>) -> ArrivalSource {
    let sandbox = sandbox.clone();
    ArrivalSource(Arc::new(move |token| {
        let arrivals = match token {
            Some(token) => sandbox.recent(token),
            None => sandbox.recent_all(),
        };
        arrivals
            .iter()
            .filter_map(|arrival| arrived(arrival))
            .collect()
    }))
}

/// `GET /virtual-devices/events`: a message for each arrival, until `stop`.
pub fn routes(sandbox: Arc<Handle>, stop: CancellationToken) -> Router {
    let events = move |signed_in: Option<Extension<SignedIn>>| {
        let (sandbox, stop) = (sandbox.clone(), stop.clone());
        async move { stream(&sandbox, stop, signed_in) }
    };
    Router::new().route("/virtual-devices/events", get(events))
}

fn stream(
    sandbox: &Handle,
    stop: CancellationToken,
    signed_in: Option<Extension<SignedIn>>,
) -> Response {
    let may = signed_in.map(|Extension(SignedIn(principal))| principal.may(Permission::Inspect));
    match may {
        None => (StatusCode::UNAUTHORIZED, Json(AppError::Unauthenticated)).into_response(),
        Some(false) => StatusCode::FORBIDDEN.into_response(),
        Some(true) => {
            // One that lags lost only word that it will hear again: the page reads
            // everything anew.
            let news = BroadcastStream::new(sandbox.subscribe())
                .map(|_| Ok::<_, Infallible>(Event::default().data("arrived")))
                .take_until(stop.cancelled_owned());
            Sse::new(news)
                .keep_alive(KeepAlive::default())
                .into_response()
        }
    }
}

/// An arrival as the page takes it; one without a readable time is left out,
/// which the sandbox does not make.
fn arrived(arrival: &Arrival) -> Option<ArrivedPush> {
    let at: jiff::Timestamp = arrival.at.parse().ok()?;
    let headers = arrival
        .headers
        .iter()
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), value)
        })
        .collect();
    Some(ArrivedPush {
        at: Timestamp(at.as_millisecond()),
        channel: match arrival.channel {
            faults::Channel::Apns => Channel::Apns,
            faults::Channel::Fcm => Channel::Fcm,
            faults::Channel::Webpush => Channel::Webpush,
            faults::Channel::Adm => Channel::Adm,
            faults::Channel::Twilio => Channel::Twilio,
        },
        token: arrival.token.clone(),
        headers,
        payload: arrival
            .payload
            .as_ref()
            .map(|payload| payload.get().to_owned()),
        status: arrival.status,
    })
}
