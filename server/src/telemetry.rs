//! Logs, and the metrics that `/metrics` shows.

use crate::settings::{LogFormat, Settings};
use axum::extract::{MatchedPath, Request};
use http::{Method, StatusCode};
use metrics::{Counter, Histogram, Label};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    cell::RefCell,
    collections::HashMap,
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

/// A request that is counted and timed under its route, never under its raw path, so that
/// ids in addresses do not become labels.
pub struct Measured {
    started: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
}

impl Measured {
    /// From here on.
    pub fn start(request: &Request) -> Self {
        Self {
            started: Instant::now(),
            method: name(request.method()),
            route: request.extensions().get().cloned(),
        }
    }

    /// Until here.
    pub fn end(self, status: StatusCode) {
        thread_local! {
            static METERS: RefCell<Meters> = RefCell::default();
        }
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str);
        let seconds = self.started.elapsed().as_secs_f64();
        METERS.with_borrow_mut(|meters| {
            let meter = meters.of(route, self.method, status);
            meter.requests.increment(1);
            meter.seconds.record(seconds);
        });
    }
}

/// The meters that one thread used, by route, so that none is looked up by its labels twice.
#[derive(Default)]
struct Meters(HashMap<String, Vec<Meter>>);

/// What counts and times the requests of one route with one method and one status.
struct Meter {
    method: &'static str,
    status: StatusCode,
    requests: Counter,
    seconds: Histogram,
}

impl Meters {
    fn of(&mut self, route: &str, method: &'static str, status: StatusCode) -> &Meter {
        if !self.0.contains_key(route) {
            self.0.insert(route.to_owned(), Vec::new());
        }
        let meters = self.0.get_mut(route).expect("it was put there");
        let found = meters
            .iter()
            .position(|meter| meter.method == method && meter.status == status);
        let place = found.unwrap_or_else(|| {
            meters.push(Meter::new(route, method, status));
            meters.len() - 1
        });
        &meters[place]
    }
}

impl Meter {
    fn new(route: &str, method: &'static str, status: StatusCode) -> Self {
        let labels = vec![
            Label::from_static_parts("method", method),
            Label::new("route", route.to_owned()),
            Label::new("status", status.as_str().to_owned()),
        ];
        Self {
            method,
            status,
            requests: metrics::counter!("carillon_http_requests_total", labels.clone()),
            seconds: metrics::histogram!("carillon_http_request_seconds", labels),
        }
    }
}

/// A method's name; whatever a client makes up has one name.
fn name(method: &Method) -> &'static str {
    const USUAL: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    let said = method.as_str();
    USUAL
        .into_iter()
        .find(|usual| *usual == said)
        .unwrap_or("other")
}
