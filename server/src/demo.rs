//! `carillon serve --demo`: providers played by the sandbox in this process,
//! and enough sample data that every page has something to show.

mod samples;

use crate::{cli::CommandError, clock::SystemClock, settings::Settings};
use domain::{
    app::{ApnsEnvironment, Capabilities, Category, CredentialSecret},
    people::Principal,
};
use sandbox::{Config, Handle, Sandbox};
use service::Service;
use std::sync::Arc;

/// The sample app.
const APP: &str = "shop";
/// Its bundle identifier: what APNs calls the topic.
const TOPIC: &str = "org.example.shop";

/// Starts the sandbox, points the sample app's credentials at it, and fills an
/// empty database with samples.
pub async fn start(settings: &Settings, service: &Service) -> Result<Handle, CommandError> {
    let mut config = Config::local(Arc::new(SystemClock));
    config.state_dir = Some(settings.data_dir.join("sandbox"));
    config.log = Some(settings.data_dir.join("sandbox-pushes.jsonl"));
    config.apns_topics = vec![TOPIC.to_owned()];
    let sandbox = Sandbox::start(config).await?;
    let new = service.list_apps(&Principal::System).await?.is_empty();
    service
        .put_app(&Principal::System, APP, "Corner Shop", &capabilities())
        .await?;
    // The sandbox listens on other ports at each start.
    for secret in credentials(&sandbox)? {
        service
            .put_credential(&Principal::System, APP, &secret)
            .await?;
    }
    if new {
        samples::fill(service).await?;
        tracing::info!("filled the database with sample contacts, a push and a journey");
    }
    Ok(sandbox)
}

/// What the sample app can show: images on iOS, and one category of buttons.
fn capabilities() -> Capabilities {
    Capabilities {
        ios_service_extension: true,
        ios_categories: vec![Category {
            id: "OFFER".to_owned(),
            actions: vec!["Shop now".to_owned(), "Later".to_owned()],
        }],
        android_handler: true,
        android_channel_id: Some("offers".to_owned()),
    }
}

fn credentials(sandbox: &Handle) -> Result<[CredentialSecret; 2], CommandError> {
    let key = sandbox.demo_apns_key();
    let ca = Some(sandbox.ca_pem().to_owned());
    let service_account = sandbox
        .demo_fcm_service_account_json()
        .ok_or("the sandbox has no FCM account")?;
    Ok([
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
            ca,
        },
    ])
}
