//! Tabs: links, since the address holds the choice.

use leptos::prelude::*;

/// Tabs that lead to pages of their own: `(href, label)` each.
#[component]
pub fn LinkTabs(
    /// What the tabs divide, read aloud.
    #[prop(into)]
    label: String,
    /// Where each leads and what it is called.
    tabs: Vec<(String, String)>,
    /// The path that is open now; the longest `href` that starts it is current.
    #[prop(into)]
    here: String,
) -> AnyView {
    let current = tabs
        .iter()
        .map(|(href, _)| href.clone())
        .filter(|href| here.starts_with(href.as_str()))
        .max_by_key(String::len);
    let links = tabs
        .into_iter()
        .map(|(href, words)| {
            let current = (current.as_ref() == Some(&href)).then_some("page");
            view! {
                <a class="tabs__tab" href=href aria-current=current>
                    {words}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
    .into_any()
}
