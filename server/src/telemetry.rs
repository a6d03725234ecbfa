//! Logs, and the metrics that `/metrics` shows.

use crate::settings::{LogFormat, Settings};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};
use tracing_subscriber::EnvFilter;

/// Telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The `log` setting is not a filter.
    #[error("the setting `log` is not a filter; one that works is `info,sqlx=warn`")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else set a global recorder or subscriber first.
    #[error("telemetry was started twice: {0}")]
    Twice(String),
}

/// Starts logging to standard error, as the settings say.
pub fn start_logging(settings: &Settings) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    }
    .map_err(|error| TelemetryError::Twice(error.to_string()))
}

/// Seconds; from a cached page to a slow export.
const DURATION_BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Starts collecting metrics. The handle renders them in Prometheus' text format.
pub fn start_metrics() -> Result<PrometheusHandle, TelemetryError> {
    PrometheusBuilder::new()
        .set_buckets(DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| TelemetryError::Twice(error.to_string()))
}

/// Keeps histograms small; runs until the task is dropped.
pub async fn upkeep(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(Duration::from_secs(5));
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
}

/// Counts and times each request under its route, never under its raw path, so
/// that ids in addresses do not become labels.
pub async fn measure(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let labels = [
        ("method", method),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::counter!("carillon_http_requests_total", &labels).increment(1);
    metrics::histogram!("carillon_http_request_seconds", &labels)
        .record(started.elapsed().as_secs_f64());
    response
}
