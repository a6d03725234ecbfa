//! The REST API: `/api/v1`, its OpenAPI document and its browser.
//!
//! One file per group of endpoints. Handlers read the request, call one use
//! case and write its result; what may be done and what is right is decided in
//! `service` and `domain`.

pub mod apps;
pub mod campaigns;
pub mod contacts;
pub mod credentials;
pub mod devices;
pub mod events;
pub mod extract;
pub mod idempotency;
pub mod many;
pub mod paging;
pub mod problem;
pub mod pushes;
pub mod raw;
pub mod refused;
pub mod reports;
pub mod sends;
pub mod signing;
pub mod time;
pub mod workflows;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Router, middleware};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use service::Service;
use tower::ServiceBuilder;
use tower_http::cors::{self, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, OpenApi as Document};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use idempotency::Turns;
pub use problem::{ApiError, Problem};

/// Largest body of a door that says nothing else.
const BODY_MAX: usize = 2 * 1024 * 1024;

/// What the documentation's pages may load: our own files alone.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
    frame-ancestors 'none'";

/// What handlers work with. Each layer that a request passes copies it.
#[derive(Clone, Debug)]
pub struct ApiState(Arc<ApiParts>);

/// The parts of [`ApiState`].
#[derive(Debug)]
pub struct ApiParts {
    /// The use cases.
    pub service: Service,
    /// Requests with an `Idempotency-Key` that are being answered.
    pub turns: Turns,
}

impl ApiState {
    /// Of these parts.
    pub fn new(service: Service, turns: Turns) -> Self {
        Self(Arc::new(ApiParts { service, turns }))
    }
}

impl Deref for ApiState {
    type Target = ApiParts;

    fn deref(&self) -> &ApiParts {
        &self.0
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Carillon",
        description = "Contacts, devices, events, apps, pushes, campaigns and workflows.\n\n\
            Send an API key as `Authorization: Bearer carillon_…`. Failures are \
            `application/problem+json` and name the field. Lists come in pages: pass `next` \
            back as `cursor`. A POST with an `Idempotency-Key` header is done once, however \
            often it is sent within a day."
    ),
    modifiers(&BearerKey),
    security(("key" = [])),
    components(schemas(Problem)),
    tags(
        (name = "contacts", description = "People, known by your own `external_id`"),
        (name = "devices", description = "Installations of your apps and their push tokens"),
        (name = "events", description = "What contacts do: the triggers of workflows"),
        (name = "apps", description = "Your apps, and their credentials at the push services"),
        (name = "pushes", description = "Push notifications as they are composed"),
        (name = "campaigns", description = "Containers of pushes and workflows"),
        (name = "workflows", description = "Journeys: drafts, publishing, pausing"),
        (name = "sends", description = "What became of each push"),
    )
)]
struct Api;

struct BearerKey;

impl Modify for BearerKey {
    fn modify(&self, document: &mut Document) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_with(Components::new)
            .add_security_scheme("key", scheme);
    }
}

/// Every endpoint but one, from `/api/v1` on.
fn endpoints() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::put, contacts::get, contacts::delete))
        .routes(routes!(devices::list))
        .routes(routes!(devices::put, devices::get, devices::delete))
        .routes(routes!(raw::send))
        .routes(routes!(reports::post))
        .routes(routes!(apps::list))
        .routes(routes!(apps::put, apps::get))
        .routes(routes!(apps::put_capabilities, apps::get_capabilities))
        .routes(routes!(credentials::put, credentials::delete))
        .routes(routes!(credentials::check))
        .routes(routes!(credentials::limit))
        .routes(routes!(signing::get, signing::put, signing::delete))
        .routes(routes!(signing::retire))
        .routes(routes!(campaigns::list, campaigns::create))
        .routes(routes!(campaigns::get, campaigns::put, campaigns::delete))
        .routes(routes!(pushes::list, pushes::create))
        .routes(routes!(pushes::get, pushes::put, pushes::delete))
        .routes(routes!(pushes::test))
        .routes(routes!(pushes::results))
        .routes(routes!(workflows::list, workflows::create))
        .routes(routes!(workflows::get, workflows::put, workflows::delete))
        .routes(routes!(workflows::publish))
        .routes(routes!(workflows::pause))
        .routes(routes!(workflows::resume))
        .routes(routes!(workflows::counts))
        .routes(routes!(sends::list))
        .routes(routes!(sends::get))
        .routes(routes!(sends::delivery))
        .routes(routes!(sends::payload))
}

/// Every endpoint, with the API's description.
fn described_endpoints() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .nest("/api/v1", endpoints())
        // The busiest has its whole path: where routes are nested, each request's address
        // is taken apart and copied.
        .routes(routes!(events::post))
}

/// The API's description.
pub fn document() -> Document {
    described_endpoints().into_openapi()
}

/// The API, its document at `/api/openapi.json` and its pages at `/api/docs`.
/// Nothing under `/api` answers with anything but JSON or those pages.
pub fn routes(service: Service, turns: Turns) -> Router {
    let state = ApiState::new(service, turns);
    let (api, document) = described_endpoints().split_for_parts();
    // What a request passes is put together: each piece by itself would cost it a copy of
    // all that is inside.
    let api = api
        .layer(
            ServiceBuilder::new()
                .layer(cross_origin())
                .layer(middleware::from_fn(problem::render))
                .layer(middleware::from_fn_with_state(state.clone(), by_method)),
        )
        .with_state(state);
    let text: Arc<str> = document.to_json().unwrap_or_default().into();
    let beside = Router::new()
        .route(
            "/api/openapi.json",
            get(move || std::future::ready(described(&text))),
        )
        .merge(docs())
        .route("/api", any(nothing_here))
        .route("/api/{*rest}", any(nothing_here))
        .layer(
            ServiceBuilder::new()
                .layer(cross_origin())
                .layer(middleware::from_fn(problem::render)),
        );
    api.merge(beside)
}

/// What is done beside answering: refused registrations are noted, and POSTs done once.
async fn by_method(state: State<ApiState>, request: Request, next: Next) -> Response {
    match *request.method() {
        Method::PUT => refused::note(state, request, next).await,
        Method::POST => idempotency::once(state, request, next).await,
        _ => next.run(request).await,
    }
}

/// Pages of any site may call the API: a key says who calls, and cookies are
/// neither taken nor sent.
fn cross_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(cors::Any)
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("carillon-signature"),
            HeaderName::from_static("idempotency-key"),
        ])
        .max_age(Duration::from_hours(1))
}

fn described(text: &str) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        text.to_string(),
    )
        .into_response()
}

/// The document's browser, from files inside the binary.
fn docs() -> Router {
    let config = Config::from("/api/openapi.json").try_it_out_enabled(true);
    let policy = HeaderValue::from_static(DOCS_POLICY);
    Router::from(SwaggerUi::new("/api/docs").config(config)).layer(
        SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy),
    )
}

async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}
