//! `carillon serve --demo`: providers played by the sandbox in this process,
//! and enough sample data that every page has something to show. It fills an
//! empty database, and touches nothing in one that it did not fill.

mod samples;

use crate::{cli::CommandError, clock::SystemClock, settings::Settings};
use domain::{
    app::{Action, ApnsEnvironment, Capabilities, Category, CredentialSecret},
    device::Channel,
    people::Principal,
    push::ActionKind,
};
use sandbox::{Config, Handle, Sandbox, StartError};
use service::{DemoGround, Service};
use std::{net::SocketAddr, path::Path, sync::Arc};

/// The sample app.
const APP: &str = "shop";
/// Its bundle identifier: what APNs calls the topic.
const TOPIC: &str = "org.example.shop";

/// The demo does not play on this data.
#[derive(Debug, thiserror::Error)]
#[error(
    "this database holds apps or contacts that the demo did not make, so --demo leaves it alone; \
     start without --demo, or give the demo a directory of its own with --data-dir"
)]
pub struct ForeignData;

/// Starts the sandbox. Fills an empty database with samples; where a demo did
/// that before, points its own app at the sandbox of this start.
///
/// # Errors
/// [`ForeignData`] when the data is somebody's own.
pub async fn start(settings: &Settings, service: &Service) -> Result<Handle, CommandError> {
    let ground = service.demo_ground().await?;
    if ground == DemoGround::Foreign {
        return Err(ForeignData.into());
    }
    let mut config = Config::local(Arc::new(SystemClock));
    config.state_dir = Some(settings.data_dir.join("sandbox"));
    config.log = Some(settings.data_dir.join("sandbox-pushes.jsonl"));
    config.apns_topics = vec![TOPIC.to_owned()];
    let sandbox = start_sandbox(config, &settings.data_dir.join("sandbox/webpush-port")).await?;
    let secrets = credentials(&sandbox)?;
    if ground == DemoGround::Own {
        // A key pair has no address: the browsers know it.
        for secret in secrets.iter().filter(|secret| secret.endpoint().is_some()) {
            service.point_demo_app(secret).await?;
        }
        return Ok(sandbox);
    }
    service
        .make_demo_app(APP, "Corner Shop", &capabilities())
        .await?;
    for secret in &secrets {
        service
            .put_credential(&Principal::System, APP, secret)
            .await?;
    }
    samples::fill(service, &sandbox).await?;
    tracing::info!("filled the database with sample contacts, a push and a journey");
    Ok(sandbox)
}

/// Browsers' subscriptions hold their push service's address: it listens where
/// it did the last time, if it can.
async fn start_sandbox(mut config: Config, port_file: &Path) -> Result<Handle, CommandError> {
    let port = std::fs::read_to_string(port_file)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0);
    config.webpush = Some(SocketAddr::from(([127, 0, 0, 1], port)));
    let sandbox = match Sandbox::start(config.clone()).await {
        Err(error @ StartError::Listen { .. }) if port != 0 => {
            tracing::warn!(%error, "the sample browsers' push service moves; register them again");
            config.webpush = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
            Sandbox::start(config).await?
        }
        started => started?,
    };
    if let Some(addr) = sandbox.webpush_addr() {
        std::fs::write(port_file, addr.port().to_string())
            .map_err(|error| format!("cannot write {}: {error}", port_file.display()))?;
    }
    Ok(sandbox)
}

/// What the sample app can show: images on iOS, two categories of buttons, and
/// what the sandbox has channels for.
fn capabilities() -> Capabilities {
    Capabilities {
        channels: vec![Channel::Apns, Channel::Fcm, Channel::Adm, Channel::Webpush],
        ios_service_extension: true,
        ios_categories: vec![
            Category {
                id: "OFFER".to_owned(),
                actions: vec![Action::opening("Shop now"), Action::opening("Later")],
            },
            Category {
                id: "QUESTION".to_owned(),
                actions: vec![
                    Action {
                        kind: ActionKind::QuickReply,
                        ..Action::opening("Yes, please")
                    },
                    Action {
                        kind: ActionKind::TextInput,
                        placeholder: Some("Your answer".to_owned()),
                        ..Action::opening("Reply")
                    },
                ],
            },
        ],
        android_handler: true,
        android_channels: vec!["offers".to_owned(), "orders".to_owned()],
        ..Capabilities::default()
    }
}

fn credentials(sandbox: &Handle) -> Result<Vec<CredentialSecret>, CommandError> {
    let key = sandbox.demo_apns_key();
    let profile = sandbox.demo_adm_profile();
    let ca = Some(sandbox.ca_pem().to_owned());
    let service_account = sandbox
        .demo_fcm_service_account_json()
        .ok_or("the sandbox has no FCM account")?;
    Ok(vec![
        CredentialSecret::Apns {
            team_id: key.team_id,
            key_id: key.key_id,
            topic: TOPIC.to_owned(),
            environment: ApnsEnvironment::Production,
            private_key: key.private_key_pem,
            endpoint: sandbox.apns_url(),
            ca: ca.clone(),
        },
        CredentialSecret::Fcm {
            service_account,
            endpoint: sandbox.fcm_url(),
            ca: ca.clone(),
        },
        CredentialSecret::Webpush {
            subject: "mailto:push@example.org".to_owned(),
            private_key: String::new(),
            ca: ca.clone(),
        },
        CredentialSecret::Adm {
            client_id: profile.client_id,
            client_secret: profile.client_secret,
            endpoint: sandbox.adm_url(),
            ca,
        },
    ])
}
