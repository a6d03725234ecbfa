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
    /// The ES module that wasm-bindgen wrote; none in a binary built without the site.
    pub script: Option<String>,
    /// The WebAssembly module it loads.
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
        Theme::from_cookies(cookies).name()
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
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {icon}
                {fonts}
                {style}
                {hydration(site)}
                <AutoReload options=options.clone() />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The script that hydrates the page, and the hints that fetch it early.
fn hydration(site: &SiteFiles) -> Option<impl IntoView + use<>> {
    let (script, wasm) = site.script.clone().zip(site.wasm.clone())?;
    let nonce = use_nonce();
    let start = format!(
        "import start, {{ hydrate }} from {script:?};\
         await start({{ module_or_path: {wasm:?} }});\
         hydrate();\
         document.documentElement.dataset.hydrated = '';"
    );
    Some(view! {
        <link rel="modulepreload" href=script crossorigin="anonymous" nonce=nonce.clone() />
        <link
            rel="preload"
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
            href=wasm
        />
        <script type="module" nonce=nonce>
            {start}
        </script>
    })
}
