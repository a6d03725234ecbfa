//! Images at addresses that people give, over a real socket.

use std::sync::Arc;

use delivery::{Connector, NoPicture, Reach};
use domain::Timestamp;
use domain::image::{IOS_MAX, ImageFormat};
use domain::time::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

/// A server that gives every caller the same answer; its address.
async fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(&answer).await;
            });
        }
    });
    format!("http://{address}/image")
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut whole = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
    whole.extend_from_slice(body);
    whole
}

fn connector(reach: Reach) -> Connector {
    Connector::new(Arc::new(Standing), reach)
}

fn near() -> Connector {
    connector(Reach::besides(vec!["127.0.0.0/8".parse().unwrap()]))
}

#[tokio::test]
async fn an_image_is_known_by_its_bytes_and_measured() {
    let address = server(answer("200 OK\r\nContent-Length: 16", PNG)).await;
    let seen = near().look_at_picture(&address).await.expect("an image");
    assert_eq!((seen.format, seen.bytes), (ImageFormat::Png, 16));
    // Without a length, what comes is counted.
    let address = server(answer("200 OK\r\nContent-Type: text/plain", PNG)).await;
    let seen = near().look_at_picture(&address).await.expect("an image");
    assert_eq!((seen.format, seen.bytes), (ImageFormat::Png, 16));
}

#[tokio::test]
async fn no_more_is_read_than_anybody_shows() {
    let mut large = PNG.to_vec();
    large.resize(usize::try_from(IOS_MAX).expect("a size") + 100_000, 0);
    let address = server(answer("200 OK", &large)).await;
    let seen = near().look_at_picture(&address).await.expect("an image");
    assert_eq!(seen.bytes, IOS_MAX + 1);
}

#[tokio::test]
async fn what_is_no_image_is_told_by_what_it_is() {
    let page = answer(
        "200 OK\r\nContent-Type: text/html",
        b"<!doctype html><p>Hello",
    );
    let address = server(page).await;
    let refused = near().look_at_picture(&address).await;
    assert_eq!(
        refused,
        Err(NoPicture::NoImage(", but text/html".to_owned()))
    );
    let address = server(answer("404 Not Found\r\nContent-Length: 0", b"")).await;
    let refused = near().look_at_picture(&address).await;
    assert_eq!(refused, Err(NoPicture::Status(404)));
    let refused = near().look_at_picture("http://127.0.0.1:1/").await;
    assert!(
        matches!(refused, Err(NoPicture::Unreachable(_))),
        "{refused:?}"
    );
    let refused = near().look_at_picture("file:///etc/passwd").await;
    assert!(
        matches!(refused, Err(NoPicture::NoAddress(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_redirect_is_followed_and_not_for_ever() {
    let image = server(answer("200 OK\r\nContent-Length: 16", PNG)).await;
    let head = format!("302 Found\r\nContent-Length: 0\r\nLocation: {image}");
    let address = server(answer(&head, b"")).await;
    assert!(near().look_at_picture(&address).await.is_ok());
    let head = "302 Found\r\nContent-Length: 0\r\nLocation: /image";
    let address = server(answer(head, b"")).await;
    let refused = near().look_at_picture(&address).await;
    assert_eq!(refused, Err(NoPicture::Redirects));
}

#[tokio::test]
async fn nothing_inside_is_looked_at_straight_or_by_a_redirect() {
    let outside_only = connector(Reach::default());
    for address in [
        "http://127.0.0.1/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "https://localhost/x.png",
        "http://[::1]/",
    ] {
        let refused = outside_only.look_at_picture(address).await;
        assert!(matches!(refused, Err(NoPicture::Inside(_))), "{refused:?}");
    }
    let head = "302 Found\r\nContent-Length: 0\r\nLocation: http://10.0.0.1/x.png";
    let address = server(answer(head, b"")).await;
    let refused = near().look_at_picture(&address).await;
    assert!(matches!(refused, Err(NoPicture::Inside(_))), "{refused:?}");
}
