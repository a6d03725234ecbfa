//! Opens a connection: TCP, verified TLS, HTTP/2.

use std::sync::{Arc, Weak};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::PoolSettings;
use super::connection::Connection;
use super::error::describe;
use super::keep_alive::KeepAlive;
use super::slots::Slots;

/// Streams that are opened before the peer said how many it allows.
const STREAMS_AT_FIRST: usize = 100;
/// Most of an answer's headers, in bytes.
const HEADERS: u32 = 16 * 1024;
/// Large enough that no answer of a provider ever waits for a window update.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;

/// Answers that come after their time is up are no offense: without these, a
/// slow provider would have its connections torn down with all that is on them.
const LATE_ANSWERS: usize = 4096;

/// Opens one connection.
///
/// # Errors
/// What went wrong and with whom, in one line.
pub(super) async fn connect(
    settings: &PoolSettings,
    tls: &TlsConnector,
    slots: Weak<Slots>,
) -> Result<Arc<Connection>, String> {
    let origin = &settings.origin;
    tokio::time::timeout(settings.connect_timeout, open(settings, tls, slots))
        .await
        .map_err(|_| {
            format!(
                "{origin}: no connection within {:?}",
                settings.connect_timeout
            )
        })?
        .map_err(|problem| format!("{origin}: {problem}"))
}

async fn open(
    settings: &PoolSettings,
    tls: &TlsConnector,
    slots: Weak<Slots>,
) -> Result<Arc<Connection>, String> {
    let origin = &settings.origin;
    let tcp = TcpStream::connect(origin.host_and_port())
        .await
        .map_err(|error| format!("cannot connect: {error}"))?;
    tcp.set_nodelay(true).map_err(|error| error.to_string())?;
    let stream = tls
        .connect(origin.server_name(), tcp)
        .await
        .map_err(|error| format!("TLS: {}", describe(&error)))?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err("the server does not speak HTTP/2 (ALPN h2)".to_owned());
    }
    let (requests, mut driver) = h2::client::Builder::new()
        .enable_push(false)
        .initial_max_send_streams(STREAMS_AT_FIRST)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(HEADERS)
        .max_concurrent_reset_streams(LATE_ANSWERS)
        .max_local_error_reset_streams(None)
        .handshake(stream)
        .await
        .map_err(|error| format!("HTTP/2: {}", describe(&error)))?;
    let pings = driver
        .ping_pong()
        .ok_or("HTTP/2: the connection cannot be pinged")?;
    let keep_alive = KeepAlive::new(pings, settings.keep_alive_every);
    Ok(Connection::start(requests, driver, keep_alive, slots))
}
