//! Accepts connections for one service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, End};
use super::io::Cut;
use super::plan::Service;

const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// A listening service; dropping it closes the port and every connection.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The address that it listens on.
    pub(crate) addr: SocketAddr,
    accepted: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Connections accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves connections that `socket` accepts.
pub(crate) fn listen<S: Service>(
    socket: TcpListener,
    addr: SocketAddr,
    tls: Arc<rustls::ServerConfig>,
    service: Arc<S>,
) -> Listener {
    let acceptor = TlsAcceptor::from(tls);
    let accepted = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&accepted);
    let task = tokio::spawn(async move {
        // The set lives in this task, so that aborting the task ends them all.
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            match socket.accept().await {
                Ok((tcp, peer)) => {
                    count.fetch_add(1, Ordering::Relaxed);
                    let acceptor = acceptor.clone();
                    let service = Arc::clone(&service);
                    connections.spawn(async move {
                        if let Err(error) = serve(tcp, acceptor, service).await {
                            tracing::debug!(%peer, %error, "connection not served");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    // Out of file descriptors, most likely: let some close.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    });
    Listener {
        addr,
        accepted,
        task,
    }
}

#[derive(Debug, thiserror::Error)]
enum ConnectionError {
    #[error("no TLS handshake within {TLS_TIMEOUT:?}")]
    Slow,
    #[error("TLS handshake: {0}")]
    Tls(#[from] std::io::Error),
    #[error("the client does not offer HTTP/2 (ALPN h2)")]
    NotHttp2,
    #[error("HTTP/2 handshake: {0}")]
    Http2(#[from] h2::Error),
}

async fn serve<S: Service>(
    tcp: TcpStream,
    acceptor: TlsAcceptor,
    service: Arc<S>,
) -> Result<(), ConnectionError> {
    tcp.set_nodelay(true)?;
    let reset = Arc::new(AtomicBool::new(false));
    let io = Cut::new(tcp, Arc::clone(&reset));
    let tls = tokio::time::timeout(TLS_TIMEOUT, acceptor.accept(io))
        .await
        .map_err(|_| ConnectionError::Slow)??;
    if tls.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(ConnectionError::NotHttp2);
    }
    let mut connection = Connection::open(tls, service).await?;
    if connection.serve().await == End::Reset {
        // Before the connection is dropped, and its socket with it.
        reset.store(true, Ordering::Relaxed);
    }
    Ok(())
}
