//! The site's files. In a finished binary they are inside it, compressed
//! beforehand and named by content, so that a browser keeps them for good.
//! Under `cargo leptos watch` they are on disk and change.

use app::shell::document::SiteFiles;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use std::sync::Arc;
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

/// A file of the site.
#[derive(Debug)]
struct Asset {
    /// What it is called in the sources: `carillon.js`.
    name: &'static str,
    /// What it is called in addresses, with its content's hash.
    file: &'static str,
    content_type: &'static str,
    identity: &'static [u8],
    /// The same, compressed; none where compression gains nothing.
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Where the site's files come from.
#[derive(Debug, Clone)]
pub enum Site {
    /// Inside this binary.
    Embedded,
    /// On disk, where `cargo leptos watch` writes them.
    Watched(LeptosOptions),
}

impl Site {
    /// Under `cargo leptos watch` the environment says where the files are.
    pub fn find() -> Self {
        if std::env::var_os("LEPTOS_WATCH").is_some()
            && let Ok(file) = leptos::config::get_configuration(None)
        {
            return Self::Watched(file.leptos_options);
        }
        Self::Embedded
    }

    /// Whether this binary can bring pages to life.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Embedded => !EMBEDDED.is_empty(),
            Self::Watched(_) => true,
        }
    }

    /// The options that Leptos' routes ask for; the files themselves go past them.
    pub fn leptos_options(&self) -> LeptosOptions {
        match self {
            Self::Embedded => LeptosOptions::builder().output_name("carillon").build(),
            Self::Watched(options) => options.clone(),
        }
    }

    /// The addresses that the document refers to.
    pub fn files(&self) -> Arc<SiteFiles> {
        Arc::new(match self {
            Self::Embedded => {
                let address = |name: &str| {
                    EMBEDDED
                        .iter()
                        .find(|asset| asset.name == name)
                        .map(|asset| format!("/pkg/{}", asset.file))
                };
                SiteFiles {
                    pages: address("pages.js"),
                    script: address("carillon.js"),
                    wasm: address("carillon.wasm"),
                    style: address("carillon.css"),
                    icon: address("favicon.svg"),
                    fonts: PRELOADED_FONTS.iter().filter_map(|f| address(f)).collect(),
                }
            }
            Self::Watched(options) => {
                let pkg = format!("/{}/{}", options.site_pkg_dir, options.output_name);
                SiteFiles {
                    pages: Some("/pages/main.js".to_owned()),
                    script: Some(format!("{pkg}.js")),
                    wasm: Some(format!("{pkg}.wasm")),
                    style: Some("/style/main.css".to_owned()),
                    icon: Some("/favicon.svg".to_owned()),
                    fonts: Vec::new(),
                }
            }
        })
    }

    /// Routes that serve the files.
    pub fn routes(&self) -> Router {
        match self {
            Self::Embedded => Router::new().route("/pkg/{file}", get(embedded)),
            Self::Watched(options) => Router::new()
                .nest_service(
                    &format!("/{}", options.site_pkg_dir),
                    ServeDir::new(format!("{}/{}", options.site_root, options.site_pkg_dir)),
                )
                .nest_service("/style", ServeDir::new("style"))
                .nest_service("/pages", ServeDir::new("frontend/pages"))
                .route_service(
                    "/favicon.svg",
                    ServeFile::new(format!("{}/favicon.svg", options.site_root)),
                )
                .layer(SetResponseHeaderLayer::overriding(
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("no-store"),
                )),
        }
    }
}

/// Text and code in the Latin script: what nearly every page shows first.
const PRELOADED_FONTS: &[&str] = &["inter-latin.woff2"];

async fn embedded(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = EMBEDDED.iter().find(|asset| asset.file == file) else {
        return (StatusCode::NOT_FOUND, "no such file in this version\n").into_response();
    };
    let mut response = Response::new(Body::empty());
    let answer = response.headers_mut();
    answer.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asset.content_type),
    );
    answer.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let body = match asset.brotli.filter(|_| accepts_brotli(&headers)) {
        Some(compressed) => {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            compressed
        }
        None => asset.identity,
    };
    *response.body_mut() = Body::from(Bytes::from_static(body));
    response
}

/// RFC 9110, section 12.5.3: `br`, or `*`, with a weight that is not zero.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let mut any = false;
    for part in headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut pieces = part.split(';').map(str::trim);
        let coding = pieces.next().unwrap_or_default();
        let refused = pieces
            .filter_map(|piece| piece.strip_prefix("q="))
            .any(|weight| weight.parse() == Ok(0.0_f32));
        if coding.eq_ignore_ascii_case("br") {
            return !refused;
        }
        any |= coding == "*" && !refused;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_is_sent_only_to_who_takes_it() {
        assert!(accepts_brotli(&accept("gzip, deflate, br, zstd")));
        assert!(accepts_brotli(&accept("*")));
        assert!(accepts_brotli(&accept("br;q=0.5")));
        assert!(!accepts_brotli(&accept("gzip")));
        assert!(!accepts_brotli(&accept("br;q=0, *")));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn embedded_names_are_unique() {
        for (index, asset) in EMBEDDED.iter().enumerate() {
            assert!(EMBEDDED[..index].iter().all(|a| a.file != asset.file));
        }
    }
}
