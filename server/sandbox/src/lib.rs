//! The provider simulator: the push services as their clients see them, over real
//! HTTP/2 and TLS, with faults on demand and a log of every push received.
//!
//! It owns the providers' checks, answers and error bodies, its own
//! certificate authority and demo credentials, and the virtual devices' mail.
//! It must not know the database, nor how Carillon sends.

mod adm;
mod apns;
mod arrivals;
mod clock;
mod control;
pub mod faults;
mod fcm;
mod form;
mod handle;
mod identity;
mod twilio;
mod webpush;
mod wire;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use domain::time::Clock;
use tokio::net::TcpListener;

pub use apns::{ApnsKey, UnknownKeys};
pub use arrivals::Arrival;
pub use faults::Faults;
pub use fcm::FcmAccount;
pub use handle::{DemoAdmProfile, DemoApnsKey, DemoTwilioAccount, Handle, RegisterError};
pub use identity::IdentityError;

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Config {
    /// Where APNs listens; port 0 takes a free one. Not at all if absent.
    pub apns: Option<SocketAddr>,
    /// Where FCM and its token endpoint listen.
    pub fcm: Option<SocketAddr>,
    /// Where browsers' push service listens.
    pub webpush: Option<SocketAddr>,
    /// Where ADM and its token endpoint listen.
    pub adm: Option<SocketAddr>,
    /// Where Twilio Notify listens.
    pub twilio: Option<SocketAddr>,
    /// Each push, refused ones included, is appended here as one JSON line; the
    /// last of those that are there already are remembered from the start.
    pub log: Option<PathBuf>,
    /// Faults in force from the start.
    pub faults: Faults,
    /// Keeps the certificate authority and the demo credentials over restarts.
    pub state_dir: Option<PathBuf>,
    /// Host names and addresses beyond the local ones that the server
    /// certificate is made out to.
    pub names: Vec<String>,
    /// How many of the last arrivals are kept for [`Handle::recent`]; none
    /// with 0, and then [`Handle::subscribe`] tells nothing either.
    pub keep_recent: usize,
    /// What to do about credentials that are not registered here.
    pub unknown_keys: UnknownKeys,
    /// The APNs topics that there are; any if empty.
    pub apns_topics: Vec<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// Listens on free local ports, keeps the last thousand arrivals, logs nothing.
    pub fn local(clock: Arc<dyn Clock>) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            apns: Some(free),
            fcm: Some(free),
            webpush: Some(free),
            adm: Some(free),
            twilio: Some(free),
            log: None,
            faults: Faults::default(),
            state_dir: None,
            names: Vec::new(),
            keep_recent: 1000,
            unknown_keys: UnknownKeys::default(),
            apns_topics: Vec::new(),
            clock,
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error("cannot listen for {provider} on {addr}: {source}")]
    Listen {
        /// Which provider.
        provider: &'static str,
        /// Where.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The log cannot be opened.
    #[error("cannot open the log {path}: {source}")]
    Log {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no certificate or no demo credential.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A demo credential cannot be registered.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// The simulator.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Starts to listen. The sandbox runs until the handle is stopped or dropped.
    ///
    /// # Errors
    /// If an address is taken, a file cannot be used, or a key cannot be made.
    pub async fn start(config: Config) -> Result<Handle, StartError> {
        let log = config.log.as_deref();
        let arrivals = arrivals::Arrivals::open(log, config.keep_recent).map_err(|source| {
            StartError::Log {
                path: config.log.clone().unwrap_or_default(),
                source,
            }
        })?;
        let ports = Ports {
            apns: bind("APNs", config.apns).await?,
            fcm: bind("FCM", config.fcm).await?,
            adm: bind("ADM", config.adm).await?,
            webpush: bind("Web Push", config.webpush).await?,
            twilio: bind("Twilio", config.twilio).await?,
        };
        handle::start(config, arrivals, ports)
    }
}

/// The providers' ports.
struct Ports {
    apns: Bound,
    fcm: Bound,
    adm: Bound,
    webpush: Bound,
    twilio: Bound,
}

/// A socket that listens, and its address.
type Bound = Option<(TcpListener, SocketAddr)>;

async fn bind(provider: &'static str, addr: Option<SocketAddr>) -> Result<Bound, StartError> {
    let Some(addr) = addr else { return Ok(None) };
    let wrap = |source| StartError::Listen {
        provider,
        addr,
        source,
    };
    let socket = TcpListener::bind(addr).await.map_err(wrap)?;
    let addr = socket.local_addr().map_err(wrap)?;
    Ok(Some((socket, addr)))
}
