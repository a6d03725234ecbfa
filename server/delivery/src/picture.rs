//! Looks at an image as devices will fetch it, within bounds of place, size and
//! time: the address comes from people, and must not be a way into the network
//! that Carillon stands in.

use std::sync::OnceLock;
use std::time::Duration;

use domain::image::{IOS_MAX, ImageFormat};
use http::header;
use reqwest::{Client, Response, Url};
use tokio::sync::Semaphore;

use crate::{Inside, Reach, SettingsError, outbound, tls};

/// How long a look takes at the most, redirects included.
const TIME: Duration = Duration::from_secs(6);
/// Redirects that are followed: more is a mistake, and devices give up too.
const REDIRECTS: u32 = 3;
/// Most bytes that are read: more is too large everywhere.
const READ_MAX: u64 = IOS_MAX + 1;
/// Looks at one time.
const AT_ONCE: usize = 4;

/// An image that was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it is, by its first bytes.
    pub format: ImageFormat,
    /// Its size in bytes; at [`IOS_MAX`] + 1 nothing more was read.
    pub bytes: u64,
}

/// Why there is no image there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// The text is no address.
    #[error("it is no address: {0}")]
    NoAddress(String),
    /// The address may not be called.
    #[error(transparent)]
    Inside(#[from] Inside),
    /// No answer came, or none in time.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The server has something else to say.
    #[error("its server answers {0}")]
    Status(u16),
    /// It leads on and on.
    #[error("it leads on more than {REDIRECTS} times")]
    Redirects,
    /// Something is there, and no image that devices draw.
    #[error("what is there is no JPEG, PNG, GIF or WebP image{0}")]
    NoImage(String),
}

/// Looks at images.
#[derive(Debug)]
pub(crate) struct Looker {
    client: OnceLock<Client>,
    places: Semaphore,
}

impl Default for Looker {
    fn default() -> Self {
        Self {
            client: OnceLock::new(),
            places: Semaphore::new(AT_ONCE),
        }
    }
}

impl Looker {
    /// Fetches what stands at `address`, if `reach` allows it.
    pub(crate) async fn look(&self, reach: &Reach, address: &str) -> Result<Picture, NoPicture> {
        let too_slow = || NoPicture::Unreachable(format!("no answer within {} s", TIME.as_secs()));
        tokio::time::timeout(TIME, async {
            let place = self.places.acquire().await;
            let _place = place.map_err(|_| too_slow())?;
            let answer = self.fetch(reach, address).await?;
            read(answer).await
        })
        .await
        .unwrap_or_else(|_| Err(too_slow()))
    }

    async fn fetch(&self, reach: &Reach, address: &str) -> Result<Response, NoPicture> {
        let client = self
            .client(reach)
            .map_err(|error| NoPicture::Unreachable(error.to_string()))?;
        let no_address = |error: String| NoPicture::NoAddress(error);
        let mut url = Url::parse(address).map_err(|error| no_address(error.to_string()))?;
        for _ in 0..=REDIRECTS {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(no_address("it is neither https:// nor http://".to_owned()));
            }
            reach.check(&url)?;
            let request = client.get(url.clone()).header(header::ACCEPT, "image/*");
            let answer = request.send().await.map_err(|error| unreachable(&error))?;
            if answer.status().is_success() {
                return Ok(answer);
            }
            let location = answer
                .headers()
                .get(header::LOCATION)
                .filter(|_| answer.status().is_redirection());
            let Some(location) = location else {
                return Err(NoPicture::Status(answer.status().as_u16()));
            };
            let location = location.to_str().unwrap_or_default();
            url = url
                .join(location)
                .map_err(|error| no_address(error.to_string()))?;
        }
        Err(NoPicture::Redirects)
    }

    fn client(&self, reach: &Reach) -> Result<&Client, SettingsError> {
        if self.client.get().is_none() {
            let client = outbound::guarded_client(tls::client_config(None)?, TIME, reach)?;
            // Another look may have made one meanwhile, as good as this.
            let _ = self.client.set(client);
        }
        self.client
            .get()
            .ok_or_else(|| SettingsError::new("http", "there is no client".to_owned()))
    }
}

/// Reads what decides: the first bytes, and how many there are.
async fn read(mut answer: Response) -> Result<Picture, NoPicture> {
    let said = answer.content_length();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .map_or_else(String::new, |kind| {
            format!(", but {}", kind.chars().take(64).collect::<String>())
        });
    let mut first = Vec::new();
    let mut bytes = 0_u64;
    while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(&error))? {
        bytes = (bytes + piece.len() as u64).min(READ_MAX);
        let wanted = ImageFormat::FIRST_BYTES.saturating_sub(first.len());
        first.extend_from_slice(&piece[..piece.len().min(wanted)]);
        let known = first.len() == ImageFormat::FIRST_BYTES;
        if bytes == READ_MAX || (known && said.is_some()) {
            break;
        }
    }
    let format = ImageFormat::of(&first).ok_or(NoPicture::NoImage(kind))?;
    Ok(Picture {
        format,
        bytes: said.unwrap_or(bytes).min(READ_MAX),
    })
}

fn unreachable(error: &reqwest::Error) -> NoPicture {
    if let Some(inside) = Inside::among(error) {
        return NoPicture::Inside(inside.clone());
    }
    // The last cause says it best: "connection refused", "certificate expired".
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    NoPicture::Unreachable(cause.to_string())
}
