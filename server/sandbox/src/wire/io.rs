//! Two thin layers of the byte stream: one under TLS that can end a connection
//! with a TCP reset, one over TLS that can slip a GOAWAY between two frames.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A TCP stream that is reset instead of closed when told so before its end.
#[derive(Debug)]
pub(super) struct Cut {
    tcp: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Cut {
    pub(super) fn new(tcp: TcpStream, reset: Arc<AtomicBool>) -> Self {
        Self { tcp, reset }
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed)
            && let Err(error) = self.tcp.set_zero_linger()
        {
            tracing::debug!(%error, "the connection closes in order, a reset was wanted");
        }
    }
}

impl AsyncRead for Cut {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Cut {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// The order to send a GOAWAY, shared between a connection and its stream.
/// Holds the last stream id plus one; zero when there is none.
#[derive(Debug, Default)]
pub(super) struct GoAwayOrder(AtomicU64);

impl GoAwayOrder {
    pub(super) fn give(&self, last_stream_id: u32) {
        self.0
            .store(u64::from(last_stream_id) + 1, Ordering::Relaxed);
    }

    fn take(&self) -> Option<u32> {
        if self.0.load(Ordering::Relaxed) == 0 {
            return None;
        }
        u32::try_from(self.0.swap(0, Ordering::Relaxed).checked_sub(1)?).ok()
    }
}

/// How much may wait for the socket before writing pushes back.
const BUFFER: usize = 64 * 1024;

/// The stream over TLS. The `h2` crate always names the newest stream that it
/// has read as the last one processed; a provider that goes away in the middle
/// of its work names an older one, so that frame is written here.
#[derive(Debug)]
pub(super) struct Tap<T> {
    inner: T,
    out: BytesMut,
    edge: FrameEdge,
    order: Arc<GoAwayOrder>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Tap<T> {
    pub(super) fn new(inner: T, order: Arc<GoAwayOrder>) -> Self {
        Self {
            inner,
            out: BytesMut::with_capacity(BUFFER),
            edge: FrameEdge::default(),
            order,
        }
    }

    /// Puts an ordered GOAWAY into the stream if a frame has just ended.
    fn slip_in(&mut self) {
        if self.edge.is_between_frames()
            && let Some(last) = self.order.take()
        {
            // RFC 9113 section 6.8: length 8, type 7, stream 0, NO_ERROR.
            self.out.extend_from_slice(&[0, 0, 8, 7, 0, 0, 0, 0, 0]);
            self.out.extend_from_slice(&last.to_be_bytes());
            self.out.extend_from_slice(&[0, 0, 0, 0]);
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.out))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.out.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Tap<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tap<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.out.len() >= BUFFER {
            ready!(self.poll_drain(cx))?;
        }
        self.slip_in();
        self.edge.feed(buf);
        self.out.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.slip_in();
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Follows an HTTP/2 byte stream and knows where its frames end.
#[derive(Debug, Default)]
struct FrameEdge {
    header: [u8; 9],
    header_length: usize,
    payload_left: usize,
}

impl FrameEdge {
    fn is_between_frames(&self) -> bool {
        self.header_length == 0 && self.payload_left == 0
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.payload_left > 0 {
                let skipped = self.payload_left.min(bytes.len());
                self.payload_left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            let taken = (self.header.len() - self.header_length).min(bytes.len());
            self.header[self.header_length..self.header_length + taken]
                .copy_from_slice(&bytes[..taken]);
            self.header_length += taken;
            bytes = &bytes[taken..];
            if self.header_length == self.header.len() {
                let [a, b, c, ..] = self.header;
                self.payload_left = u32::from_be_bytes([0, a, b, c]) as usize;
                self.header_length = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_edge_is_found_however_the_bytes_are_cut() {
        // A frame of three bytes, then an empty one.
        let stream = [
            0, 0, 3, 0, 0, 0, 0, 0, 1, b'a', b'b', b'c', 0, 0, 0, 4, 1, 0, 0, 0, 0,
        ];
        for size in 1..=stream.len() {
            let mut edge = FrameEdge::default();
            let mut seen = 0;
            for piece in stream.chunks(size) {
                edge.feed(piece);
                seen += piece.len();
                assert_eq!(
                    edge.is_between_frames(),
                    seen == 12 || seen == 21,
                    "after {seen} bytes in pieces of {size}"
                );
            }
        }
    }

    #[tokio::test]
    async fn goaway_waits_for_the_end_of_the_frame_being_written() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (near, mut far) = tokio::io::duplex(1024);
        let order = Arc::new(GoAwayOrder::default());
        let mut tap = Tap::new(near, Arc::clone(&order));
        tap.write_all(&[0, 0, 2, 0, 0, 0, 0, 0, 1, b'a'])
            .await
            .unwrap();
        order.give(7);
        tap.flush().await.unwrap();
        tap.write_all(b"b").await.unwrap();
        tap.flush().await.unwrap();
        drop(tap);
        let mut seen = Vec::new();
        far.read_to_end(&mut seen).await.unwrap();
        assert_eq!(&seen[..11], &[0, 0, 2, 0, 0, 0, 0, 0, 1, b'a', b'b']);
        assert_eq!(
            &seen[11..],
            &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0]
        );
    }
}
