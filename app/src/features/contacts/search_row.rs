//! A list's search: the URL holds what is searched for.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::SearchField;

/// The id of the part of a page that a search changes.
pub const FOUND: &str = "found";

/// What the address asks for: the words searched for, and where the page begins.
pub fn asked() -> (String, Option<String>) {
    use_query_map().with_untracked(|query| {
        let words = query.get("q").unwrap_or_default();
        (words.trim().to_owned(), query.get("after"))
    })
}

/// The address of a list at `path`: searched for `words`, after `cursor`.
pub fn list_href(path: &str, words: &str, cursor: Option<&str>) -> String {
    let mut href = path.to_owned();
    for (name, value) in [("q", Some(words)), ("after", cursor)] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(name);
            href.push('=');
            href.push_str(&encoded(value));
        }
    }
    href
}

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            // Writing to a string does not fail.
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    out
}

/// The search of the list at `path`; what it finds stands in the element [`FOUND`]. A
/// plain form without scripts.
#[component]
pub fn SearchRow(
    /// The list's path.
    path: &'static str,
    /// What can be searched for, in words.
    label: &'static str,
    /// What else decides what is shown.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (words, _) = asked();
    view! {
        <form class="filter" method="get" action=path data-search="" data-region=FOUND>
            <SearchField label name="q" value=words />
            {children.map(|children| children())}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_search_and_the_cursor() {
        assert_eq!(
            list_href("/contacts", "ada@x y", Some("abc=")),
            "/contacts?q=ada%40x%20y&after=abc%3D"
        );
    }

    #[test]
    fn an_empty_search_leaves_the_path_alone() {
        assert_eq!(list_href("/contacts", "", None), "/contacts");
    }
}
