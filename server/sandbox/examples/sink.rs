//! A sandbox that keeps and logs nothing, to measure senders against: writes
//! `ca.pem` and `key.p8` into the directory given, prints its address and the
//! credential's ids as one line of JSON, and runs until it is killed.

use std::path::PathBuf;
use std::sync::Arc;

use domain::Timestamp;
use domain::time::Clock;
use sandbox::{Config, Sandbox};

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "a tool of its own, outside the product"
        )]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("name a directory")?;
    let dir = PathBuf::from(dir);
    let mut config = Config::local(Arc::new(SystemClock));
    config.keep_recent = 0;
    let handle = Sandbox::start(config).await?;
    let key = handle.demo_apns_key();
    std::fs::create_dir_all(&dir)?;
    std::fs::write(dir.join("ca.pem"), handle.ca_pem())?;
    std::fs::write(dir.join("key.p8"), &key.private_key_pem)?;
    let line = serde_json::json!({
        "apns": handle.apns_addr(),
        "fcm": handle.fcm_addr(),
        "key_id": key.key_id,
        "team_id": key.team_id,
    });
    println!("{line}");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
