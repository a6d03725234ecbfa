//! `carillon doctor`: is everything there that a server needs? Each check ends
//! with a verdict and, where it is bad, with what to do. Looking changes nothing.

use std::error::Error;
use std::fmt::Display;
use std::io;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use domain::Clock;
use domain::people::Principal;
use service::{CredentialTrial, NoBell, Sealer, Service};
use storage::Store;

use crate::cli::CommandError;
use crate::clock::SystemClock;
use crate::output;
use crate::report::Report;
use crate::settings::Settings;
use crate::use_cases;

/// 2026-01-01T00:00:00Z: no clock is right that is before it.
const EARLIEST_MILLIS: i64 = 1_767_225_600_000;

/// Verdicts so far: each is written as it is found.
struct Findings {
    bad: usize,
    written: io::Result<()>,
}

impl Findings {
    fn good(&mut self, what: &str, detail: impl Display) {
        self.write("ok  ", what, detail);
    }

    fn note(&mut self, what: &str, detail: impl Display) {
        self.write("note", what, detail);
    }

    fn bad(&mut self, what: &str, detail: impl Display) {
        self.bad += 1;
        self.write("BAD ", what, detail);
    }

    fn failed(&mut self, what: &str, error: &(dyn Error + 'static)) {
        self.bad(what, Report(error));
    }

    fn write(&mut self, verdict: &str, what: &str, detail: impl Display) {
        if self.written.is_ok() {
            self.written = output::line(format_args!("{verdict}  {what}: {detail}"));
        }
    }
}

/// Checks; the exit code is 1 when anything is bad.
pub async fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let mut found = Findings {
        bad: 0,
        written: Ok(()),
    };
    found.good("version", env!("CARGO_PKG_VERSION"));
    clock(&mut found);
    port(settings, &mut found);
    match use_cases::store_to_look_at(settings).await {
        Err(error) => found.failed("database", &error),
        Ok(store) => {
            database(&store, &mut found).await;
            if let Some(sealer) = sealing_key(settings, &store, &mut found).await {
                let service = use_cases::over(settings, store.clone(), sealer, Arc::new(NoBell));
                credentials(&service, &mut found).await?;
            }
            store.close().await;
        }
    }
    found.written?;
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
        found.good("clock", text);
    }
}

fn port(settings: &Settings, found: &mut Findings) {
    match TcpListener::bind(settings.listen) {
        Ok(_) => found.good("port", format!("{} is free", settings.listen)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => found.note(
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
            found.good("database", format!("{engine}, tables at version {version}"));
        }
        (Err(error), _) | (_, Err(error)) => found.failed("database", &error),
    }
    match store.engine_runs() {
        Ok(Some(false)) => found.good(
            "engine",
            "no other process runs the engine on this database file",
        ),
        Ok(Some(true)) => found.note(
            "engine",
            "another process runs it: fine if that is the server",
        ),
        // Any number of processes share PostgreSQL.
        Ok(None) => {}
        Err(error) => found.failed("engine", &error),
    }
}

/// The key that belongs to this database, if it is at hand.
async fn sealing_key(settings: &Settings, store: &Store, found: &mut Findings) -> Option<Sealer> {
    const WHAT: &str = "sealing key";
    let (expected, sealer) = match (
        service::sealing_key_id(store).await,
        use_cases::sealer_at_hand(settings, store.engine()),
    ) {
        (Ok(expected), Ok(sealer)) => (expected, sealer),
        (Err(error), _) => {
            found.failed(WHAT, &error);
            return None;
        }
        (_, Err(error)) => {
            found.failed(WHAT, &error);
            return None;
        }
    };
    match (&expected, &sealer) {
        (None, None) => found.note(WHAT, "there is none yet; the first start makes one"),
        (None, Some(_)) => found.good(WHAT, "no database uses it yet"),
        (Some(_), None) => found.bad(
            WHAT,
            format!(
                "{} is not there, and this database's credentials were sealed with it; put it back",
                use_cases::sealing_key_file(settings).display()
            ),
        ),
        (Some(expected), Some(sealer)) => match sealer.check_id(expected) {
            Ok(()) => found.good(WHAT, "the one that belongs to this database"),
            Err(error) => {
                found.failed(WHAT, &error);
                return None;
            }
        },
    }
    sealer
}

/// Asks each provider whether it takes the credential.
async fn credentials(service: &Service, found: &mut Findings) -> Result<(), CommandError> {
    let system = Principal::System;
    let apps = service.list_apps(&system).await?;
    if apps.is_empty() {
        found.note(
            "credentials",
            "there is no app yet; make one under Settings, Apps",
        );
    }
    for view in apps {
        if view.credentials.is_empty() {
            found.note(
                "credentials",
                format!(
                    "the app {} has none: nothing can be sent to it",
                    view.app.slug
                ),
            );
        }
        for credential in view.credentials {
            let what = format!("credential {} {}", view.app.slug, credential.channel.name());
            if !service.offers(credential.channel) {
                let off = "not used: its channel is off (twilio_notify in carillon.toml)";
                found.note(&what, off);
                continue;
            }
            match service
                .probe_credential(&system, &view.app.slug, credential.channel)
                .await
            {
                Ok(CredentialTrial::Works) => found.good(&what, credential.summary),
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
