//! Files from the browser: an import's upload, streamed to a persisted job,
//! and the rejected rows that a person takes home.
//!
//! The body is the file itself, so that its size is bounded by the disk and the
//! use case rather than by memory. Who asks is found by the session's cookie;
//! the origin check stands before it.

use crate::{incident::Incident, server_functions::in_words};
use app::{AppError, caller::SignedIn, error::FieldError};
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::JobId;
use futures::TryStreamExt;
use http::{StatusCode, header};
use serde::Deserialize;
use service::{Service, ServiceError, imports::ImportKind, jobs::Upload};
use std::{io, time::Duration};
use tokio_util::{
    io::{ReaderStream, StreamReader},
    sync::CancellationToken,
};
use uuid::Uuid;

/// How long to wait for the next upload when none is queued, or after a failure.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Reads uploads in, one after another, until `stop`. What is interrupted is
/// taken up again by whoever finds its lease run out.
pub async fn work(service: Service, stop: CancellationToken) {
    let owner = Uuid::now_v7();
    let jobs = async {
        loop {
            match service.work_on_next_job(owner).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => {
                    tracing::warn!(failure = ?error, "an import was interrupted");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    };
    stop.run_until_cancelled(Box::pin(jobs)).await;
}

/// `POST /upload/{kind}` and `GET /upload/rejects/{job}`.
pub fn routes(service: Service) -> Router {
    Router::new()
        .route("/upload/{kind}", post(upload))
        .route("/upload/rejects/{job}", get(rejects))
        .with_state(service)
}

/// What is said of the file beside its bytes.
#[derive(Debug, Deserialize)]
struct About {
    /// Its name.
    #[serde(default)]
    name: String,
    /// The app of its devices, where the file does not say.
    app: Option<String>,
}

async fn upload(
    State(service): State<Service>,
    Path(kind): Path<String>,
    Query(about): Query<About>,
    signed_in: Option<Extension<SignedIn>>,
    incident: Option<Extension<Incident>>,
    request: Request,
) -> Response {
    let Some(Extension(SignedIn(principal))) = signed_in else {
        return refusal(&AppError::Unauthenticated);
    };
    let Some(kind) = ImportKind::parse(&kind) else {
        let field = FieldError::new("kind", "Upload contacts or devices.");
        return refusal(&AppError::invalid(field.message.clone(), vec![field]));
    };
    let bytes = request
        .into_body()
        .into_data_stream()
        .map_err(io::Error::other);
    let file = Upload {
        kind,
        name: about.name,
        app: about.app,
    };
    match service
        .upload(&principal, file, StreamReader::new(bytes))
        .await
    {
        Ok(job) => (StatusCode::CREATED, Json(job)).into_response(),
        Err(error) => failure(error, incident.as_deref()),
    }
}

async fn rejects(
    State(service): State<Service>,
    Path(job): Path<String>,
    signed_in: Option<Extension<SignedIn>>,
    incident: Option<Extension<Incident>>,
) -> Response {
    let Some(Extension(SignedIn(principal))) = signed_in else {
        return refusal(&AppError::Unauthenticated);
    };
    let Ok(job) = job.parse::<JobId>() else {
        return refusal(&AppError::NotFound {
            what: "This import".to_owned(),
        });
    };
    let path = match service.job_rejects(&principal, job).await {
        Ok(path) => path,
        Err(error) => return failure(error, incident.as_deref()),
    };
    match tokio::fs::File::open(&path).await {
        Ok(file) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"rejected-rows.csv\"",
                ),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, Body::from_stream(ReaderStream::new(file))).into_response()
        }
        Err(error) => failure(ServiceError::internal(error), incident.as_deref()),
    }
}

/// What a use case refused, as server functions say it; what is our fault is
/// logged under the request's own number.
fn failure(error: ServiceError, incident: Option<&Incident>) -> Response {
    match error {
        ServiceError::Internal { source } => {
            let incident = incident.map_or_else(|| "none".to_owned(), |Incident(id)| id.clone());
            tracing::error!(%incident, failure = %source, "a file could not be handled");
            refusal(&AppError::Internal { incident })
        }
        other => refusal(&other.into()),
    }
}

fn refusal(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = (header::CONTENT_TYPE, "application/json");
    (status, [json], in_words(error)).into_response()
}
