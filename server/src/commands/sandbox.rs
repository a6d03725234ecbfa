//! `carillon sandbox`: the provider simulator alone.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sandbox::{Config, Faults, Sandbox, UnknownKeys};
use serde_json::json;

use crate::cli::CommandError;
use crate::clock::SystemClock;
use crate::output;
use crate::serve::StopRequests;

/// Where the sandbox listens, and what it writes.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Play APNs here; port 0 takes a free one [default: 127.0.0.1:2197, unless another is given]
    #[arg(long, value_name = "ADDR")]
    listen_apns: Option<SocketAddr>,
    /// Play FCM and its token endpoint here [default: 127.0.0.1:2198, unless another is given]
    #[arg(long, value_name = "ADDR")]
    listen_fcm: Option<SocketAddr>,
    /// Play browsers' push service here; `GET /sandbox/subscriptions/ID` subscribes a virtual
    /// browser [default: 127.0.0.1:2201, unless another is given]
    #[arg(long, value_name = "ADDR")]
    listen_webpush: Option<SocketAddr>,
    /// Play ADM and its token endpoint here [default: 127.0.0.1:2199, unless another is given]
    #[arg(long, value_name = "ADDR")]
    listen_adm: Option<SocketAddr>,
    /// Play Twilio Notify here [default: 127.0.0.1:2200, unless another is given]
    #[arg(long, value_name = "ADDR")]
    listen_twilio: Option<SocketAddr>,
    /// Append one JSON line for each push, refused ones included: at, channel, token, headers,
    /// payload, status
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Faults to play, as JSON
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Write the certificate that vouches for the sandbox here, in PEM
    #[arg(long, value_name = "FILE")]
    ca_out: Option<PathBuf>,
    /// Write an APNs key that the sandbox takes here (.p8)
    #[arg(long, value_name = "FILE")]
    apns_key_out: Option<PathBuf>,
    /// Write a service account that the sandbox takes here (JSON)
    #[arg(long, value_name = "FILE")]
    fcm_account_out: Option<PathBuf>,
    /// Write an ADM security profile that the sandbox takes here (JSON: `client_id`,
    /// `client_secret`)
    #[arg(long, value_name = "FILE")]
    adm_profile_out: Option<PathBuf>,
    /// Write a Twilio account that the sandbox takes here (JSON: `account_sid`, `auth_token`,
    /// `service_sid`)
    #[arg(long, value_name = "FILE")]
    twilio_account_out: Option<PathBuf>,
    /// Refuse credentials other than the sandbox's own, as the providers would; without it their
    /// form and age are checked and their signature is believed
    #[arg(long)]
    refuse_unknown_keys: bool,
    /// The APNs topics that there are, separated by commas: pushes to any other are refused with
    /// `TopicDisallowed` [default: any topic]
    #[arg(long, value_name = "TOPICS", value_delimiter = ',')]
    apns_topics: Vec<String>,
    /// Keep certificate and keys here, so that they outlast a restart
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
}

impl SandboxArgs {
    /// Where each provider is played: as given, or the usual addresses if none
    /// was.
    fn addresses(&self) -> [Option<SocketAddr>; 5] {
        let given = [
            self.listen_apns,
            self.listen_fcm,
            self.listen_adm,
            self.listen_webpush,
            self.listen_twilio,
        ];
        if given.iter().any(Option::is_some) {
            return given;
        }
        [2197, 2198, 2199, 2201, 2200].map(|port| Some(SocketAddr::from(([127, 0, 0, 1], port))))
    }
}

/// Runs until it is asked to stop.
pub async fn run(args: SandboxArgs) -> Result<(), CommandError> {
    let mut config = Config::local(Arc::new(SystemClock));
    [
        config.apns,
        config.fcm,
        config.adm,
        config.webpush,
        config.twilio,
    ] = args.addresses();
    config.log.clone_from(&args.log);
    config.state_dir.clone_from(&args.state_dir);
    config.apns_topics.clone_from(&args.apns_topics);
    config.unknown_keys = if args.refuse_unknown_keys {
        UnknownKeys::Refuse
    } else {
        UnknownKeys::Trust
    };
    if let Some(path) = &args.faults {
        config.faults = Faults::from_file(path)?;
    }
    let sandbox = Sandbox::start(config).await?;
    write(args.ca_out.as_deref(), sandbox.ca_pem())?;
    let key = sandbox.demo_apns_key();
    write(args.apns_key_out.as_deref(), &key.private_key_pem)?;
    if let Some(account) = sandbox.demo_fcm_service_account_json() {
        write(args.fcm_account_out.as_deref(), &account)?;
    }
    let profile = sandbox.demo_adm_profile();
    let adm = json!({"client_id": profile.client_id, "client_secret": profile.client_secret});
    write(args.adm_profile_out.as_deref(), &adm.to_string())?;
    let account = sandbox.demo_twilio_account();
    let twilio = json!({
        "account_sid": account.account_sid,
        "auth_token": account.auth_token,
        "service_sid": account.service_sid,
    });
    write(args.twilio_account_out.as_deref(), &twilio.to_string())?;
    let mut requests = StopRequests::listen();
    // For whoever started us: the addresses are final, also for port 0.
    if let Some(url) = sandbox.apns_url() {
        output::line(format_args!(
            "apns {url} team {} key {}",
            key.team_id, key.key_id
        ))?;
    }
    if let Some(url) = sandbox.fcm_url() {
        output::line(format_args!("fcm {url}"))?;
    }
    if let Some(addr) = sandbox.webpush_addr() {
        output::line(format_args!("webpush https://{addr}"))?;
    }
    if let Some(url) = sandbox.adm_url() {
        output::line(format_args!("adm {url} client {}", profile.client_id))?;
    }
    if let Some(url) = sandbox.twilio_url() {
        output::line(format_args!(
            "twilio {url} account {} service {}",
            account.account_sid, account.service_sid
        ))?;
    }
    requests.next().await;
    sandbox.stop()?;
    Ok(())
}

fn write(path: Option<&Path>, text: &str) -> Result<(), CommandError> {
    let Some(path) = path else { return Ok(()) };
    fs::write(path, text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}
