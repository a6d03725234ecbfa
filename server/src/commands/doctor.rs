//! `carillon doctor`: is everything there that a server needs? Each check ends
//! with a verdict and, where it is bad, with what to do.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use domain::Clock;
use domain::people::Principal;
use service::{CredentialTrial, NoBell, Service};
use storage::Store;

use crate::cli::CommandError;
use crate::clock::SystemClock;
use crate::report::Report;
use crate::settings::Settings;
use crate::use_cases;

/// 2026-01-01T00:00:00Z: no clock is right that is before it.
const EARLIEST_MILLIS: i64 = 1_767_225_600_000;

/// Checks found so far.
#[derive(Default)]
struct Findings {
    bad: usize,
}

impl Findings {
    fn good(what: &str, detail: impl std::fmt::Display) {
        println!("ok    {what}: {detail}");
    }

    fn note(what: &str, detail: impl std::fmt::Display) {
        println!("note  {what}: {detail}");
    }

    fn bad(&mut self, what: &str, detail: impl std::fmt::Display) {
        self.bad += 1;
        println!("BAD   {what}: {detail}");
    }

    fn failed(&mut self, what: &str, error: &(dyn std::error::Error + 'static)) {
        self.bad(what, Report(error));
    }
}

/// Checks; the exit code is 1 when anything is bad.
pub async fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let mut found = Findings::default();
    Findings::good("version", env!("CARGO_PKG_VERSION"));
    clock(&mut found);
    port(settings, &mut found);
    // Looking must not change anything: tables stay as they are.
    let looking = Settings {
        migrate: false,
        ..settings.clone()
    };
    match use_cases::store(&looking).await {
        Err(error) => found.failed("database", &error),
        Ok(store) => {
            database(&store, &mut found).await;
            match use_cases::open(&looking, store.clone(), Arc::new(NoBell)).await {
                Ok(service) => {
                    Findings::good("sealing key", "the one that belongs to this database");
                    credentials(&service, &mut found).await?;
                }
                Err(error) => found.failed("sealing key", &error),
            }
            store.close().await;
        }
    }
    Ok(if found.bad == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn clock(found: &mut Findings) {
    let now = SystemClock.now();
    let text = jiff::Timestamp::from_millisecond(now.as_millis())
        .map_or_else(|_| now.as_millis().to_string(), |now| now.to_string());
    if now.as_millis() < EARLIEST_MILLIS {
        found.bad("clock", format!("{text} is in the past; providers refuse tokens of a wrong clock. Start a time service (NTP)"));
    } else {
        Findings::good("clock", text);
    }
}

fn port(settings: &Settings, found: &mut Findings) {
    match TcpListener::bind(settings.listen) {
        Ok(_) => Findings::good("port", format!("{} is free", settings.listen)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Findings::note(
            "port",
            format!(
                "{} is in use: fine if that is Carillon, else choose another with --listen",
                settings.listen
            ),
        ),
        Err(error) => found.bad(
            "port",
            format!(
                "{} cannot be listened on: {error}; choose another with --listen",
                settings.listen
            ),
        ),
    }
}

async fn database(store: &Store, found: &mut Findings) {
    match (store.engine_version().await, store.schema_version().await) {
        (Ok(engine), Ok(version)) => {
            Findings::good("database", format!("{engine}, tables at version {version}"));
        }
        (Err(error), _) | (_, Err(error)) => found.failed("database", &error),
    }
    match store.engine_lock() {
        Ok(_) => Findings::good(
            "engine",
            "no other process runs the engine on this database file",
        ),
        Err(storage::StorageError::EngineRunning) => {
            Findings::note(
                "engine",
                "another process runs it: fine if that is the server",
            );
        }
        Err(error) => found.failed("engine", &error),
    }
}

/// Asks each provider whether it takes the credential.
async fn credentials(service: &Service, found: &mut Findings) -> Result<(), CommandError> {
    let system = Principal::System;
    let apps = service.list_apps(&system).await?;
    if apps.is_empty() {
        Findings::note(
            "credentials",
            "there is no app yet; make one under Settings, Apps",
        );
    }
    for view in apps {
        if view.credentials.is_empty() {
            Findings::note(
                "credentials",
                format!(
                    "the app {} has none: nothing can be sent to it",
                    view.app.slug
                ),
            );
        }
        for credential in view.credentials {
            let what = format!("credential {} {}", view.app.slug, credential.channel.name());
            match service
                .probe_credential(&system, &view.app.slug, credential.channel)
                .await
            {
                Ok(CredentialTrial::Works) => Findings::good(&what, credential.summary),
                Ok(CredentialTrial::Refused(reason)) => {
                    found.bad(&what, format!("{reason}. Replace it under Settings, Apps"));
                }
                Ok(CredentialTrial::Unknown(reason)) => found.bad(
                    &what,
                    format!(
                        "{reason}. Check the network and any firewall between here and the provider"
                    ),
                ),
                Err(error) => found.failed(&what, &error),
            }
        }
    }
    Ok(())
}
