//! Sessions of people: cookies in the browser, rows in the database, and the
//! check that a request which changes something came from our own pages.

use crate::settings::Settings;
use app::caller::{SESSION_USER, SignedIn};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Timestamp, UserId, time::Clock};
use http::{Method, StatusCode, header};
use service::Service;
use std::sync::Arc;
use storage::{Store, sessions};
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The cookie's name.
const COOKIE: &str = "carillon_session";
/// A session ends after this long without a request.
const IDLE_DAYS: i64 = 14;

/// Sessions in the database, found by the hash of their id: who reads the
/// table cannot sign in with what stands there.
#[derive(Clone)]
pub struct DatabaseSessions {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for DatabaseSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseSessions")
    }
}

/// The layer that reads and writes the session cookie.
pub fn layer(
    store: Store,
    clock: Arc<dyn Clock>,
    settings: &Settings,
) -> SessionManagerLayer<DatabaseSessions> {
    SessionManagerLayer::new(DatabaseSessions { store, clock })
        .with_name(COOKIE)
        .with_secure(settings.is_secure())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::days(IDLE_DAYS)))
}

impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let mut tx = self.store.begin().await.map_err(backend)?;
            let data = encode(record)?;
            let hash = id_hash(&record.id);
            let until = expiry(record);
            let free = sessions::create(&mut tx, &hash, user_of(record), &data, until)
                .await
                .map_err(backend)?;
            tx.commit().await.map_err(backend)?;
            if free {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let mut tx = self.store.begin().await.map_err(backend)?;
        let data = encode(record)?;
        let hash = id_hash(&record.id);
        sessions::save(&mut tx, &hash, user_of(record), &data, expiry(record))
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut reader = self.store.read().await.map_err(backend)?;
        let found = sessions::load(&mut reader, &id_hash(id), self.clock.now())
            .await
            .map_err(backend)?;
        found
            .map(|(data, _)| {
                serde_json::from_slice(&data).map_err(|error| Error::Decode(error.to_string()))
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.store.begin().await.map_err(backend)?;
        sessions::delete(&mut tx, &id_hash(id))
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

fn backend(error: storage::StorageError) -> Error {
    Error::Backend(error.to_string())
}

fn encode(record: &Record) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|error| Error::Encode(error.to_string()))
}

fn id_hash(id: &Id) -> [u8; 32] {
    service::hash(&id.to_string())
}

fn expiry(record: &Record) -> Timestamp {
    let date: OffsetDateTime = record.expiry_date;
    Timestamp(date.unix_timestamp().saturating_mul(1000))
}

fn user_of(record: &Record) -> Option<UserId> {
    serde_json::from_value(record.data.get(SESSION_USER)?.clone()).ok()
}

/// Finds out who is signed in and tells whatever answers the request.
pub async fn recognize(
    State(service): State<Service>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    if let Ok(Some(user)) = session.get::<UserId>(SESSION_USER).await {
        match service.signed_in(user).await {
            Ok(Some(principal)) => {
                request.extensions_mut().insert(SignedIn(principal));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(failure = ?error, "a session could not be resolved"),
        }
    }
    next.run(request).await
}

/// Sends whoever is not signed in to the sign-in page, and back here after.
pub async fn require_sign_in(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = path == "/sign-in" || path.starts_with("/welcome");
    if open || request.extensions().get::<SignedIn>().is_some() {
        return next.run(request).await;
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    if wanted == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let query = query_pair("next", wanted);
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// One pair of a query, encoded.
fn query_pair(name: &str, value: &str) -> String {
    let encoded: String = value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("{name}={encoded}")
}

/// Refuses a request that would change something with a browser's cookie but
/// comes from another site. Browsers say where a request comes from in
/// `Origin`; what sends no cookie is judged by its key.
pub async fn same_origin(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    let cookie = headers
        .get_all(header::COOKIE)
        .iter()
        .any(|value| value.as_bytes().windows(COOKIE.len()).any(|w| w == COOKIE.as_bytes()));
    if safe || !cookie {
        return next.run(request).await;
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = settings.public_url.as_deref().map_or_else(
        || text(header::HOST).map(|host| format!("http://{host}")),
        |url| Some(url.trim_end_matches('/').to_owned()),
    );
    let same = match (text(header::ORIGIN), own) {
        (Some(origin), Some(own)) => origin == own,
        // Not a browser's cross-site request: those always carry Origin.
        (None, _) => true,
        (Some(_), None) => false,
    };
    if same {
        next.run(request).await
    } else {
        let message = "This request came from another site and was refused. Open Carillon at its \
                       own address; behind a proxy, set public_url to that address.";
        (StatusCode::FORBIDDEN, message).into_response()
    }
}
