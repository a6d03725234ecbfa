//! Light, dark, or whatever the system prefers.

/// Remembers the choice, so that the server writes it into the first markup and
/// nothing flashes. The pages' script writes it; it holds nothing worth hiding.
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
