//! `carillon serve`: everything wired together, from the first byte to an orderly end.

use crate::{
    assets::Site,
    browser,
    cli::CommandError,
    demo, doors, frame, output, proxies, registrations,
    rest::{self, idempotency::Turns},
    session,
    settings::Settings,
    ssr::{self, PageContext},
    telemetry, upload, use_cases, virtual_devices,
    work::EngineBell,
};
use axum::{Extension, Router, middleware, routing::get};
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusHandle;
use sandbox::Handle;
use service::Service;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use storage::Store;
use tokio::{net::TcpListener, signal};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;

/// Serves until told to stop.
pub fn run(settings: Settings) -> Result<(), CommandError> {
    telemetry::start_logging(&settings)?;
    let metrics = telemetry::start_metrics()?;
    runtime()?.block_on(serve(settings, metrics))
}

/// The runtime that commands run on.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}

async fn serve(settings: Settings, metrics: PrometheusHandle) -> Result<(), CommandError> {
    let site = Site::find();
    if !site.is_complete() {
        tracing::warn!(
            "this binary was built without the site, so pages will not come alive; \
             `cargo xtask build` builds both"
        );
    }
    let store = use_cases::store(&settings).await?;
    let bell = Arc::new(EngineBell::default());
    let service = use_cases::open(&settings, store.clone(), bell.clone()).await?;
    let sandbox = if settings.demo {
        Some(Arc::new(demo::start(&settings, &service).await?))
    } else {
        None
    };
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        format!(
            "cannot listen on {}: {error}; choose another address with --listen",
            settings.listen
        )
    })?;
    let address = listener.local_addr()?;
    tokio::spawn(telemetry::upkeep(metrics.clone()));

    if settings.role.works() {
        bell.start(&settings, &store).await?;
    }

    let stop = CancellationToken::new();
    tokio::spawn(stop_on_request(StopRequests::listen(), stop.clone()));
    if settings.role.works() {
        tokio::spawn(upload::work(service.clone(), stop.clone()));
        tokio::spawn(prune(service.clone(), stop.clone()));
    }
    service.start_filing();
    if settings.role.serves() {
        tokio::spawn(keep_seen(service.clone(), stop.clone()));
    }
    offer_link(&service, &settings, address).await?;
    // The last line, for whoever started us: from here on requests are answered. The
    // address is final, also when port 0 was asked for.
    output::line(format_args!("listening on http://{address}"))?;

    let grace = Duration::from_secs(settings.shutdown_seconds.into());
    let turns = Turns::default();
    let routes = routes(
        &site,
        metrics,
        &service,
        &turns,
        &Arc::new(settings),
        sandbox.as_ref(),
        &stop,
    );
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let server =
        axum::serve(listener, routes).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        done = server => done?,
        () = async { stop.cancelled().await; tokio::time::sleep(grace).await } => {
            tracing::warn!(?grace, "requests were still in flight; stopped without them");
        }
    }
    if tokio::time::timeout(grace, turns.finished()).await.is_err() {
        tracing::warn!(?grace, "work under an Idempotency-Key was cut short");
    }
    service.end_filing().await;
    bell.stop(grace).await;
    if let Some(sandbox) = sandbox {
        sandbox.flush()?;
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// How often what ran out is forgotten.
const PRUNE_EVERY: Duration = Duration::from_mins(15);

/// Forgets sessions, links and kept answers that ran out, now and then.
async fn prune(service: Service, stop: CancellationToken) {
    let rounds = async {
        loop {
            if let Err(error) = service.prune().await {
                tracing::warn!(failure = ?error, "what ran out could not be forgotten");
            }
            tokio::time::sleep(PRUNE_EVERY).await;
        }
    };
    stop.run_until_cancelled(rounds).await;
}

/// How often registrations that came in are written for every process to show.
const KEEP_SEEN_EVERY: Duration = Duration::from_millis(500);

/// Writes what came in, for the page that follows registrations.
async fn keep_seen(service: Service, stop: CancellationToken) {
    let rounds = async {
        loop {
            tokio::time::sleep(KEEP_SEEN_EVERY).await;
            if let Err(error) = service.keep_seen_registrations().await {
                tracing::warn!(failure = ?error, "registrations that were seen could not be kept");
            }
        }
    };
    stop.run_until_cancelled(rounds).await;
}

/// Prints a one-time link to sign in with: the one that makes the first
/// administrator while there is none, and for a demo one at every start.
async fn offer_link(
    service: &Service,
    settings: &Settings,
    address: SocketAddr,
) -> Result<(), CommandError> {
    let link = if settings.demo {
        Some(service.demo_link().await?)
    } else {
        service.first_administrator_link().await?
    };
    if let Some(link) = link {
        let base = settings
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"));
        let base = base.trim_end_matches('/');
        output::line(format_args!("sign in at {base}/welcome/{}", link.expose()))?;
    }
    Ok(())
}

/// Every route, inside the layers that all of them share.
fn routes(
    site: &Site,
    metrics: PrometheusHandle,
    service: &Service,
    turns: &Turns,
    settings: &Arc<Settings>,
    sandbox: Option<&Arc<Handle>>,
    stop: &CancellationToken,
) -> Router {
    let store = service.store().clone();
    let always = Router::new()
        .route("/healthz", get(move || health(store.clone())))
        .route("/metrics", get(move || async move { metrics.render() }));
    let served = if settings.role.serves() {
        let context = PageContext {
            watching: matches!(site, Site::Watched(_)),
            service: Some(service.clone()),
            secure: settings.is_secure(),
            sandbox: sandbox.is_some(),
            public_url: settings.public_url.clone(),
        };
        let mut pages = ssr::routes(site, context)
            .merge(upload::routes(service.clone()))
            .merge(registrations::routes(service.clone(), stop.clone()));
        if let Some(sandbox) = sandbox {
            pages = pages
                .merge(virtual_devices::routes(sandbox.clone(), stop.clone()))
                .layer(Extension(virtual_devices::source(sandbox)));
        }
        let pages = pages.layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(
                    settings.clone(),
                    proxies::see_through,
                ))
                .layer(middleware::from_fn_with_state(
                    settings.clone(),
                    session::same_origin,
                ))
                .layer(middleware::from_fn_with_state(
                    service.clone(),
                    session::recognize,
                )),
        );
        always
            .merge(site.routes())
            .merge(browser::routes())
            .merge(rest::routes(service.clone(), turns.clone()))
            .merge(doors::routes(service.clone()))
            .merge(pages)
    } else {
        always
    };
    served.layer(middleware::from_fn(frame::around))
}

/// For load balancers and supervisors: whether this process can do its work.
async fn health(store: Store) -> (StatusCode, &'static str) {
    match store.health().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(failure = ?error, "the database does not answer");
            let message = "the database does not answer\n";
            (StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }
}

/// The first request asks for an orderly end; the second ends at once.
async fn stop_on_request(mut requests: StopRequests, stop: CancellationToken) {
    requests.next().await;
    tracing::info!("stopping; requests in flight may finish, a second signal ends them");
    stop.cancel();
    requests.next().await;
    std::process::exit(130);
}

/// Requests to stop, from the keyboard or the supervisor. They are heard from the moment
/// this is made; before it, they end the process at once.
pub(crate) struct StopRequests {
    #[cfg(unix)]
    interrupt: Option<signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<signal::unix::Signal>,
}

impl StopRequests {
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        // Without a way to be told: run until killed.
        async fn told(signal: &mut Option<signal::unix::Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = told(&mut self.interrupt) => {}
            () = told(&mut self.terminate) => {}
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if signal::ctrl_c().await.is_err() {
            // Without a way to be told: run until killed.
            std::future::pending::<()>().await;
        }
    }
}
