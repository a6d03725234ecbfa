//! Doors for the clients of other products, who send what they always sent.
//!
//! Every one of them is in [`DOORS`]: the router is made of that list, and so is
//! what tests knock at. Each reads its product's form, calls a use case and
//! answers in its product's words.

mod body;
mod daily_story;
mod keys;
mod recurly_engage;
pub mod segment;
mod text;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{any, post};
use http::{HeaderMap, StatusCode};
use service::{Service, ServiceError};
use tower::ServiceBuilder;

use crate::rest::problem::{self, ApiError};
use crate::rest::refused::{self, Said};

/// Whose clients a door is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Segment's tracking API.
    Segment(segment::Call),
    /// `DailyStory`'s device registration.
    DailyStory,
    /// Recurly Engage's device registration.
    RecurlyEngage,
}

/// Every door: its path, to which clients POST, and whose clients.
pub const DOORS: [(&str, Manner); 17] = {
    use Manner::{DailyStory, RecurlyEngage, Segment};
    use segment::{Call, Kind};
    [
        ("/v1/identify", Segment(Call::One(Kind::Identify))),
        ("/v1/track", Segment(Call::One(Kind::Track))),
        ("/v1/page", Segment(Call::One(Kind::Page))),
        ("/v1/screen", Segment(Call::One(Kind::Screen))),
        ("/v1/group", Segment(Call::One(Kind::Group))),
        ("/v1/alias", Segment(Call::One(Kind::Alias))),
        ("/v1/batch", Segment(Call::Batch)),
        ("/v1/import", Segment(Call::Import)),
        // As the library for browsers says them.
        ("/v1/i", Segment(Call::One(Kind::Identify))),
        ("/v1/t", Segment(Call::One(Kind::Track))),
        ("/v1/p", Segment(Call::One(Kind::Page))),
        ("/v1/s", Segment(Call::One(Kind::Screen))),
        ("/v1/g", Segment(Call::One(Kind::Group))),
        ("/v1/a", Segment(Call::One(Kind::Alias))),
        ("/v1/b", Segment(Call::Batch)),
        ("/api/v1/contact/registerdevice", DailyStory),
        ("/ingest/update_push_endpoint", RecurlyEngage),
    ]
};

/// The doors, and the walls beside them.
pub fn routes(service: Service) -> Router {
    let (mut segment, mut daily_story, mut recurly_engage) =
        (Router::new(), Router::new(), Router::new());
    for (path, manner) in DOORS {
        match manner {
            Manner::Segment(call) => {
                let take = move |state, request| segment::take(call, state, request);
                segment = segment.route(path, post(take).options(segment::preflight));
            }
            Manner::DailyStory => {
                daily_story = daily_story.route(path, post(daily_story::register));
            }
            Manner::RecurlyEngage => {
                recurly_engage = recurly_engage.route(path, post(recurly_engage::register));
            }
        }
    }
    let segment = segment
        .route("/v1", any(nothing_here))
        .route("/v1/", any(nothing_here))
        .route("/v1/{*rest}", any(nothing_here));
    let recurly_engage = recurly_engage
        .route("/ingest", any(nothing_here))
        .route("/ingest/", any(nothing_here))
        .route("/ingest/{*rest}", any(nothing_here));
    let told = |routes: Router<Service>| routes.layer(middleware::from_fn(problem::render));
    let noted = |routes: Router<Service>| {
        routes.layer(middleware::from_fn_with_state(
            service.clone(),
            note_refused,
        ))
    };
    let (daily_story, recurly_engage) = (noted(daily_story), noted(recurly_engage));
    segment
        .layer(
            ServiceBuilder::new()
                .layer(segment::open_to_browsers())
                .layer(middleware::from_fn(problem::render)),
        )
        .merge(told(daily_story).layer(middleware::from_fn(daily_story::in_its_words)))
        .merge(told(recurly_engage))
        .with_state(service)
}

/// Notes each registration that is refused, for the page that says why a device
/// is not there.
async fn note_refused(State(service): State<Service>, request: Request, next: Next) -> Response {
    let said = Said {
        app: header(&request, "rf-app"),
        contact: header(&request, "user-id"),
        device: None,
        contact_field: Some("dsid"),
        token_field: Some("device_id"),
    };
    refused::watch(&service, said, request, next).await
}

fn header(request: &Request, name: &str) -> Option<String> {
    let value = request.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// What signs the contact's identifier, in the request's headers.
pub(crate) fn signature(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("carillon-signature")?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// A use case's error with each field under the name that it has at the door.
fn renamed(error: ServiceError, name: impl Fn(&str) -> String) -> ApiError {
    match error {
        ServiceError::Invalid(mut errors) => {
            for error in &mut errors.0 {
                error.field = name(&error.field);
            }
            ServiceError::Invalid(errors).into()
        }
        other => other.into(),
    }
}

async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}
