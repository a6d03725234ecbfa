//! Where to go after signing in.

/// The path to go to: `wanted` if it is a path of this site, else the overview.
/// Anything else could lead a person who trusts this page to another site.
pub fn safe_next(wanted: &str) -> &str {
    let local = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.contains(['\\', '\r', '\n', '\t']);
    if local { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn a_path_of_this_site_is_followed() {
        assert_eq!(safe_next("/pushes/1?tab=a"), "/pushes/1?tab=a");
    }

    #[test]
    fn an_address_elsewhere_is_not() {
        for wanted in [
            "",
            "https://evil.test",
            "//evil.test",
            "/\\evil.test",
            "javascript:x",
            "/\t/evil.test",
        ] {
            assert_eq!(safe_next(wanted), "/", "{wanted:?}");
        }
    }
}
