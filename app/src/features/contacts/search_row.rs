//! A list's search: the URL holds what is searched for.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::debounce, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use ui::SearchField;

/// How long a person may pause between keys before the list follows.
const PAUSE: Duration = Duration::from_millis(200);

/// What the address asks for: the words searched for, and where the page begins.
pub fn asked() -> Memo<(String, Option<String>)> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| (query.get("q").unwrap_or_default(), query.get("after"))))
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

/// A text as it stands in a query, the same on the server and in the browser.
fn encoded(text: &str) -> String {
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

/// The search of the list at `path`. A plain form until scripts arrive.
#[component]
pub fn SearchRow(
    /// The list's path.
    path: &'static str,
    /// What can be searched for, in words.
    label: &'static str,
) -> impl IntoView {
    let asked = asked();
    let words = RwSignal::new(asked.with_untracked(|(words, _)| words.clone()));
    // A link or the back button changes the address: the field follows.
    Effect::new(move |_| {
        let now = asked.with(|(words, _)| words.clone());
        if words.with_untracked(|words| words.trim() != now) {
            words.set(now);
        }
    });
    let navigate = use_navigate();
    let mut follow = debounce(PAUSE, move |text: String| {
        let href = list_href(path, text.trim(), None);
        navigate(
            &href,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            },
        );
    });
    Effect::new(move |before: Option<String>| {
        let now = words.get();
        let changed = before.is_some_and(|before| before != now);
        if changed && asked.with_untracked(|(words, _)| *words != now.trim()) {
            follow(now.clone());
        }
        now
    });
    view! {
        <form
            class="filter"
            method="get"
            action=path
            on:submit=move |event: ev::SubmitEvent| event.prevent_default()
        >
            <SearchField label name="q" value=words />
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
