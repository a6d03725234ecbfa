//! `carillon serve`: everything wired together, from the first byte to an orderly end.

use crate::{
    assets::Site, cli::CommandError, headers, incident, settings::Settings, ssr, telemetry,
};
use axum::{Router, middleware, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{io::Write, time::Duration};
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

/// Serves until told to stop.
pub fn run(settings: Settings) -> Result<(), CommandError> {
    telemetry::start_logging(&settings)?;
    let metrics = telemetry::start_metrics()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(settings, metrics))
}

async fn serve(settings: Settings, metrics: PrometheusHandle) -> Result<(), CommandError> {
    let site = Site::find();
    if !site.is_complete() {
        tracing::warn!(
            "this binary was built without the site, so pages will not come alive; \
             `cargo xtask build` builds both"
        );
    }
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        format!(
            "cannot listen on {}: {error}; choose another address with --listen",
            settings.listen
        )
    })?;
    let address = listener.local_addr()?;
    tokio::spawn(telemetry::upkeep(metrics.clone()));

    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    // For whoever started us: the address is final, also when port 0 was asked for.
    println!("listening on http://{address}");
    std::io::stdout().flush()?;

    let grace = Duration::from_secs(settings.shutdown_seconds.into());
    let server = axum::serve(listener, routes(&site, metrics))
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        done = server => done?,
        () = async { stop.cancelled().await; tokio::time::sleep(grace).await } => {
            tracing::warn!(?grace, "requests were still in flight; stopped without them");
        }
    }
    tracing::info!("stopped");
    Ok(())
}

/// Every route, inside the layers that all of them share.
fn routes(site: &Site, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/metrics", get(move || async move { metrics.render() }))
        .merge(site.routes())
        .merge(ssr::routes(site))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(telemetry::measure))
        .layer(middleware::from_fn(headers::protect))
        .layer(middleware::from_fn(incident::identify))
}

/// The first signal asks for an orderly end; the second ends at once.
async fn stop_on_signal(stop: CancellationToken) {
    asked_to_stop().await;
    tracing::info!("stopping; requests in flight may finish, a second signal ends them");
    stop.cancel();
    asked_to_stop().await;
    std::process::exit(130);
}

/// Waits for an interrupt from the keyboard or a request from the supervisor.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        if let Ok(mut terminate) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
            tokio::select! {
                _ = signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if signal::ctrl_c().await.is_err() {
        // No way to be told: run until killed.
        std::future::pending::<()>().await;
    }
}
