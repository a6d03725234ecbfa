//! The HTML document around the application, written by the server alone.

use super::{App, Theme};
use http::{header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;
use std::sync::Arc;

/// Where the browser finds this build's files, as absolute paths.
///
/// Leptos' own `HydrationScripts` reads a hash file from disk; our files are
/// inside the binary, so the server says what they are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteFiles {
    /// The script of all pages; none in a binary built without the site.
    pub pages: Option<String>,
    /// The ES module that loads the editors.
    pub script: Option<String>,
    /// The editors' WebAssembly module.
    pub wasm: Option<String>,
    /// The style sheet.
    pub style: Option<String>,
    /// The icon in the browser's tab.
    pub icon: Option<String>,
    /// Fonts to fetch before the style sheet asks for them.
    pub fonts: Vec<String>,
}

/// Writes the document. The tags of a build are the same on every page.
pub fn document(site: &Arc<SiteFiles>, options: &LeptosOptions) -> impl IntoView + use<> {
    let theme = use_context::<Parts>().and_then(|parts| {
        let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?;
        Some(Theme::from_cookies(cookies))
    });
    let theme = theme.unwrap_or_default();
    provide_context(theme);
    provide_context(Arc::clone(site));
    let pages = site.pages.clone().map(|src| {
        view! { <script type="module" src=src nonce=use_nonce()></script> }
    });
    let style = site
        .style
        .clone()
        .map(|href| view! { <link rel="stylesheet" href=href /> });
    let icon = site
        .icon
        .clone()
        .map(|href| view! { <link rel="icon" type="image/svg+xml" href=href /> });
    let fonts = site
        .fonts
        .iter()
        .map(|href| {
            view! {
                <link
                    rel="preload"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                    href=href.clone()
                />
            }
        })
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {icon}
                {fonts}
                {style}
                {pages}
                <AutoReload options=options.clone() />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
