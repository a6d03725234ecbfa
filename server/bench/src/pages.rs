//! Pages over HTTP, as somebody signed in opens them, and the devices that they
//! are of.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use domain::consent::Way;
use domain::device::DeviceInput;
use domain::time::Clock;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use serde_json::json;
use storage::devices::Registration;
use storage::refusals::NewRefusal;
use storage::{apps, contacts, devices, refusals};
use tokio::net::TcpStream;

use crate::Failure;
use crate::clock::BenchClock;
use crate::seed;

/// Rows in one transaction.
const BATCH: usize = 5_000;

#[derive(Debug, Args)]
pub(crate) struct SeedDevicesArgs {
    /// The database: `sqlite://…` or `postgres://…`.
    #[arg(long)]
    database: String,
    /// Devices, each of a contact of its own.
    #[arg(long)]
    devices: usize,
}

/// Fills a database with contacts and a device of each,  and a thousand refused registrations.
pub(crate) async fn fill(args: SeedDevicesArgs) -> Result<(), Failure> {
    let store = seed::open(&args.database).await?;
    let now = BenchClock::default().now();
    let mut tx = store.begin().await?;
    let none = domain::app::Capabilities::default();
    let (app, _) = apps::put(&mut tx, "shop", "Shop", &none, now).await?;
    apps::put(&mut tx, "news", "News", &none, now).await?;
    for n in 0..refusals::KEPT {
        let contact = format!("contact-{n}");
        let refusal = NewRefusal {
            door: "PUT /api/v1/contacts/contact/devices/device",
            reason: "422: token is not an APNs token",
            app: Some("shop"),
            contact: Some(&contact),
            device: Some("phone"),
            request: "{\"token\": \"…\"}",
        };
        refusals::insert(&mut tx, &refusal, now).await?;
    }
    tx.commit().await?;
    for start in (0..args.devices).step_by(BATCH) {
        let range = start..(start + BATCH).min(args.devices);
        let inputs: Vec<_> = range.clone().map(seed::contact).collect();
        let bindings: Vec<DeviceInput> = range
            .clone()
            .map(|n| {
                serde_json::from_value(json!({
                    "app": "shop", "channel": "apns", "token": token(n), "os_permission": "granted",
                }))
            })
            .collect::<Result<_, _>>()?;
        let names: Vec<String> = range.map(|n| format!("device-{n}")).collect();
        let registrations: Vec<_> = inputs
            .iter()
            .zip(&names)
            .zip(&bindings)
            .map(|(((contact, _), device), input)| Registration {
                external_id: contact,
                device_id: device,
                app_id: app.id,
                input,
            })
            .collect();
        let mut tx = store.begin().await?;
        contacts::upsert(&mut tx, &inputs, now, Way::Import, "bench").await?;
        devices::register(&mut tx, &registrations, now, Way::Import, "bench").await?;
        tx.commit().await?;
    }
    store.close().await;
    println!("{}", json!({"devices": args.devices}));
    Ok(())
}

/// The push token of device `n`: tokens have nothing in common.
fn token(n: usize) -> String {
    let mixed = (n as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    format!("{mixed:032x}{:032x}", mixed.rotate_left(61))
}

#[derive(Debug, Args)]
pub(crate) struct PagesArgs {
    /// Where the server listens.
    #[arg(long)]
    address: String,
    /// The one-time link of an administrator.
    #[arg(long)]
    link: String,
    /// The path of the function that uses it.
    #[arg(long)]
    use_link: String,
    /// A key that may read.
    #[arg(long)]
    key: String,
    /// How often each page is opened.
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Where the pages are kept, to be looked at.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// Opens every page, and prints the median time of each.
pub(crate) async fn open(args: PagesArgs) -> Result<(), Failure> {
    let mut browser = Browser::connect(&args.address).await?;
    let link = args.link.trim().rsplit('/').next().unwrap_or_default();
    let form = format!("token={link}&email=bench%40example.org&password=a+long+enough+password");
    browser.cookie = browser.sign_in(&args.use_link, form).await?;
    let middle = 5_000;
    let device = browser.device(&args.key, middle).await?;
    let whole = token(middle);
    let pages = [
        ("overview", "/".to_owned()),
        ("contacts", "/contacts".to_owned()),
        (
            "contacts, by the beginning of a name",
            format!("/contacts?q=contact-{middle}"),
        ),
        ("a contact", format!("/contacts/{}", device.contact)),
        ("devices", "/devices".to_owned()),
        (
            "devices, by contact",
            format!("/devices?q=contact-{middle}"),
        ),
        (
            "devices, by the beginning of a contact",
            "/devices?q=contact-".to_owned(),
        ),
        (
            "devices, by device id",
            format!("/devices?q=device-{middle}"),
        ),
        (
            "devices, by the beginning of a device id",
            "/devices?q=device-".to_owned(),
        ),
        ("devices, by token", format!("/devices?q={whole}")),
        (
            "devices, by the end of a token",
            format!("/devices?q={}", &whole[whole.len() - 8..]),
        ),
        (
            "devices, by the beginning of a token",
            format!("/devices?q={}", &whole[..16]),
        ),
        (
            "devices, by what is not there",
            "/devices?q=nothing-is-called-so".to_owned(),
        ),
        ("devices of an app", "/devices?app=shop".to_owned()),
        (
            "devices of an app that has none",
            "/devices?app=news".to_owned(),
        ),
        ("devices of a channel", "/devices?channel=apns".to_owned()),
        ("devices that are gone", "/devices?state=gone".to_owned()),
        (
            "devices of an app, by the beginning of a device id",
            "/devices?app=news&q=device-".to_owned(),
        ),
        ("live registrations", "/devices?tab=live".to_owned()),
        ("refused registrations", "/devices?tab=refused".to_owned()),
        ("a device", format!("/devices/{}", device.id)),
        (
            "found from anywhere",
            format!("/find?text=contact-{middle}"),
        ),
    ];
    for (name, path) in &pages {
        let mut times = Vec::with_capacity(args.rounds);
        for _ in 0..args.rounds {
            let begun = Instant::now();
            let page = browser.get(path).await?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            if let Some(folder) = &args.keep {
                std::fs::create_dir_all(folder)?;
                std::fs::write(folder.join(format!("{name}.html")), page)?;
            }
        }
        times.sort_by(f64::total_cmp);
        let middle = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
        println!("{}", json!({"page": name, "ms": middle}));
    }
    Ok(())
}

/// A device and its contact, by our identifiers.
struct Found {
    id: String,
    contact: String,
}

/// One connection, and the session on it.
struct Browser {
    sender: SendRequest<Full<Bytes>>,
    cookie: String,
}

impl Browser {
    async fn connect(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            cookie: String::new(),
        })
    }

    async fn sign_in(&mut self, path: &str, form: String) -> Result<String, Failure> {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(form)))?;
        let answer = self.sender.send_request(request).await?;
        let cookie = answer
            .headers()
            .get(header::SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok()?.split(';').next())
            .map(str::to_owned);
        let status = answer.status();
        answer.into_body().collect().await?;
        cookie.ok_or_else(|| format!("the link was answered {status}").into())
    }

    /// Device `n`, as the API tells it.
    async fn device(&mut self, key: &str, n: usize) -> Result<Found, Failure> {
        let request = Request::get(format!("/api/v1/contacts/contact-{n}/devices/device-{n}"))
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .body(Full::default())?;
        let text = self.read(request).await?;
        let device: serde_json::Value = serde_json::from_str(&text)?;
        let text = |name: &str| device[name].as_str().unwrap_or_default().to_owned();
        Ok(Found {
            id: text("id"),
            contact: text("contact_id"),
        })
    }

    async fn get(&mut self, path: &str) -> Result<String, Failure> {
        let request = Request::get(path)
            .header(header::HOST, "localhost")
            .header(header::COOKIE, &self.cookie)
            .body(Full::default())?;
        self.read(request).await
    }

    async fn read(&mut self, request: Request<Full<Bytes>>) -> Result<String, Failure> {
        let path = request.uri().to_string();
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("{path} was answered {status}").into());
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}
