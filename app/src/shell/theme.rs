//! Light, dark, or whatever the system prefers.

use leptos::prelude::*;

/// Remembers the choice, so that the server writes it into the first markup and
/// nothing flashes. Readable by scripts; it holds nothing worth hiding.
pub const THEME_COOKIE: &str = "carillon_theme";

/// The colours a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Follow the operating system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The cookie's value and the `data-theme` attribute; none for [`Theme::System`].
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Reads a cookie's or attribute's value; anything unknown follows the system.
    pub fn parse(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The choice in a request's `Cookie` header.
    pub fn from_cookies(header: &str) -> Self {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == THEME_COOKIE)
            .map_or(Self::System, |(_, value)| Self::parse(value))
    }

    /// What the document shows: the choice that the server wrote on `<html>`.
    pub fn shown() -> Self {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute("data-theme"))
            .map_or(Self::System, |value| Self::parse(&value))
    }

    /// Shows it now and remembers it for a year. On the server: nothing to do.
    pub fn apply(self) {
        #[cfg(not(feature = "ssr"))]
        {
            use wasm_bindgen::JsCast;
            let document = document();
            if let Some(root) = document.document_element() {
                let done = match self.name() {
                    Some(name) => root.set_attribute("data-theme", name),
                    None => root.remove_attribute("data-theme"),
                };
                if done.is_err() {
                    leptos::logging::warn!("the theme could not be shown");
                }
            }
            if let Ok(page) = document.dyn_into::<web_sys::HtmlDocument>() {
                let cookie = match self.name() {
                    Some(name) => {
                        format!("{THEME_COOKIE}={name}; path=/; max-age=31536000; samesite=lax")
                    }
                    None => format!("{THEME_COOKIE}=; path=/; max-age=0; samesite=lax"),
                };
                // Refused when cookies are off: the choice then lasts for this page.
                let _ = page.set_cookie(&cookie);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_found_among_other_cookies() {
        assert_eq!(
            Theme::from_cookies("a=b; carillon_theme=dark; c=d"),
            Theme::Dark
        );
        assert_eq!(Theme::from_cookies("carillon_theme=purple"), Theme::System);
        assert_eq!(Theme::from_cookies(""), Theme::System);
    }
}
