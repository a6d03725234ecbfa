//! An APNs that takes everything and keeps nothing.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use domain::time::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sandbox::{Config, Sandbox};

use crate::Failure;
use crate::clock::BenchClock;

#[derive(Debug, Args)]
pub(crate) struct SinkArgs {
    /// Where certificate and key are written.
    #[arg(long)]
    dir: PathBuf,
}

pub(crate) async fn run(args: SinkArgs) -> Result<(), Failure> {
    std::fs::create_dir_all(&args.dir)?;
    let mut config = Config::local(Arc::new(BenchClock::default()));
    config.fcm = None;
    config.keep_recent = 0;
    let sandbox = Sandbox::start(config).await?;
    std::fs::write(args.dir.join("ca.pem"), sandbox.ca_pem())?;
    let key = sandbox.demo_apns_key();
    std::fs::write(args.dir.join("key.p8"), &key.private_key_pem)?;
    let address = sandbox.apns_addr().ok_or("APNs does not listen")?;
    println!(
        "{}",
        serde_json::json!({
            "address": address.to_string(),
            "team": &key.team_id,
            "authorization": authorization(&key)?,
            "key": key.key_id,
        })
    );
    // Ends with whoever started it.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

/// A provider token, for clients that cannot sign their own.
fn authorization(key: &sandbox::DemoApnsKey) -> Result<String, Failure> {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(key.key_id.clone());
    let issued_at = BenchClock::default().now().as_seconds();
    let claims = serde_json::json!({"iss": key.team_id, "iat": issued_at});
    let signing = EncodingKey::from_ec_pem(key.private_key_pem.as_bytes())?;
    Ok(format!(
        "bearer {}",
        jsonwebtoken::encode(&header, &claims, &signing)?
    ))
}
