//! The yardstick: pushes per second of a bare loop over hyper's HTTP/2 client,
//! with no pool, no outcomes and no storage.
//!
//! `bare_loop --address 127.0.0.1:2197 --ca ca.pem --key key.p8 --key-id K
//! --team-id T [--topic com.example.app] [--connections 4] [--streams 256]
//! [--pushes 200000] [--payload 200]`
//!
//! Prints one line of JSON. It stops at the first answer that is not a 200.

mod flags;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;

use flags::{Failure, Flags, Report};

/// What all requests have in common.
struct Template {
    authority: String,
    authorization: HeaderValue,
    topic: HeaderValue,
    body: Bytes,
}

impl Template {
    fn request(&self, number: u64) -> Result<Request<Full<Bytes>>, Failure> {
        let uri: Uri = format!("https://{}/3/device/{number:064x}", self.authority).parse()?;
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert("authorization", self.authorization.clone());
        headers.insert("apns-topic", self.topic.clone());
        headers.insert("apns-push-type", HeaderValue::from_static("alert"));
        headers.insert("apns-priority", HeaderValue::from_static("10"));
        Ok(request)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let flags = Flags::read()?;
    let connections = flags.number("--connections", 4)?.max(1);
    let streams = flags.number("--streams", 256)?.max(1);
    let pushes = flags.number("--pushes", 200_000)?;
    let template = Arc::new(template(&flags)?);
    let tls = tokio_rustls::TlsConnector::from(Arc::new(tls(&flags)?));

    let mut senders = Vec::new();
    for _ in 0..connections {
        let sender = connect(&template.authority, &tls).await?;
        // As a provider wants it: one push until the token was taken.
        push(&template, sender.clone(), 0).await?;
        senders.push(sender);
    }
    let next = Arc::new(AtomicU64::new(0));
    let report = Report::start();
    let mut workers = Vec::new();
    for number in 0..streams {
        let index = usize::try_from(number % connections)?;
        let (template, sender, next) = (
            Arc::clone(&template),
            senders[index].clone(),
            Arc::clone(&next),
        );
        workers.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= pushes {
                    return Ok::<_, Failure>(());
                }
                push(&template, sender.clone(), number).await?;
            }
        }));
    }
    for worker in workers {
        worker.await??;
    }
    report.print("bare hyper loop", pushes, connections, streams);
    Ok(())
}

fn template(flags: &Flags) -> Result<Template, Failure> {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = None;
    header.kid = Some(flags.text("--key-id")?.to_owned());
    // A yardstick has nobody to hand it the time.
    #[expect(
        clippy::disallowed_methods,
        reason = "a tool of its own, outside the product"
    )]
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_secs();
    let claims = serde_json::json!({"iss": flags.text("--team-id")?, "iat": now});
    let key = EncodingKey::from_ec_pem(&std::fs::read(flags.text("--key")?)?)?;
    let token = jsonwebtoken::encode(&header, &claims, &key)?;
    let frame = r#"{"aps":{"alert":""}}"#.len();
    let filling = usize::try_from(flags.number("--payload", 200)?)?.saturating_sub(frame);
    Ok(Template {
        authority: flags.text("--address")?.to_owned(),
        authorization: HeaderValue::try_from(format!("bearer {token}"))?,
        topic: HeaderValue::try_from(flags.text("--topic").unwrap_or("com.example.app"))?,
        body: format!(r#"{{"aps":{{"alert":"{}"}}}}"#, "x".repeat(filling)).into(),
    })
}

fn tls(flags: &Flags) -> Result<rustls::ClientConfig, Failure> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(flags.text("--ca")?)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    Ok(tls)
}

async fn connect(
    authority: &str,
    tls: &tokio_rustls::TlsConnector,
) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let tcp = TcpStream::connect(authority).await?;
    tcp.set_nodelay(true)?;
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    let stream = tls
        .connect(ServerName::try_from(host.to_owned())?, tcp)
        .await?;
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn push(
    template: &Template,
    mut sender: SendRequest<Full<Bytes>>,
    number: u64,
) -> Result<(), Failure> {
    let response = sender.send_request(template.request(number)?).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status != 200 {
        return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into());
    }
    Ok(())
}
