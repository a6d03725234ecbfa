//! Tabs: as links when the URL holds the choice, as buttons when it is a
//! matter of the moment.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// One tab of a [`TabBar`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What the signal holds when it is chosen; its panel has the id
    /// [`panel_id`] of it.
    pub id: &'static str,
    /// Its words.
    pub label: String,
    /// A count after the words.
    pub count: Option<String>,
}

impl Tab {
    /// A tab without a count.
    pub fn new(id: &'static str, label: impl Into<String>) -> Self {
        Self {
            id,
            label: label.into(),
            count: None,
        }
    }
}

/// The element id of the panel that belongs to the tab `id`.
pub fn panel_id(id: &str) -> String {
    format!("panel-{id}")
}

/// Tabs that switch a panel in place. Arrow keys, Home and End move.
#[component]
pub fn TabBar(
    /// What the tabs divide, read aloud.
    #[prop(into)]
    label: Signal<String>,
    /// The tabs.
    tabs: Vec<Tab>,
    /// The tab chosen.
    chosen: RwSignal<&'static str>,
) -> AnyView {
    let ids: Vec<&'static str> = tabs.iter().map(|tab| tab.id).collect();
    let buttons = tabs
        .into_iter()
        .map(|tab| {
            let here = move || chosen.get() == tab.id;
            view! {
                <button
                    class="tabs__tab"
                    type="button"
                    role="tab"
                    id=format!("tab-{}", tab.id)
                    aria-controls=panel_id(tab.id)
                    aria-selected=move || if here() { "true" } else { "false" }
                    tabindex=move || if here() { "0" } else { "-1" }
                    on:click=move |_| chosen.set(tab.id)
                >
                    {tab.label}
                    {tab.count.map(|count| view! { <span class="tabs__count">{count}</span> })}
                </button>
            }
        })
        .collect_view();
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=label
            on:keydown=move |event| walk(&event, &ids, chosen)
        >
            {buttons}
        </div>
    }
    .into_any()
}

fn walk(event: &ev::KeyboardEvent, ids: &[&'static str], chosen: RwSignal<&'static str>) {
    let now = ids
        .iter()
        .position(|id| *id == chosen.get_untracked())
        .unwrap_or(0);
    let last = ids.len().saturating_sub(1);
    let to = match event.key().as_str() {
        "ArrowRight" => {
            if now == last {
                0
            } else {
                now + 1
            }
        }
        "ArrowLeft" => {
            if now == 0 {
                last
            } else {
                now - 1
            }
        }
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    let Some(id) = ids.get(to) else { return };
    event.prevent_default();
    chosen.set(id);
    if let Some(tab) = document().get_element_by_id(&format!("tab-{id}"))
        && let Ok(tab) = tab.dyn_into::<web_sys::HtmlElement>()
    {
        // Focus may be refused by a closed dialog; the choice stands.
        let _ = tab.focus();
    }
}

/// The panel of the tab `id`, shown while that tab is chosen.
#[component]
pub fn TabPanel(
    /// What it shows; it stays mounted, so that nothing typed in it is lost.
    children: Children,
    /// The id of its tab.
    id: &'static str,
    /// The tab chosen.
    chosen: RwSignal<&'static str>,
) -> AnyView {
    view! {
        <div
            role="tabpanel"
            id=panel_id(id)
            aria-labelledby=format!("tab-{id}")
            hidden=move || chosen.get() != id
        >
            {children()}
        </div>
    }
    .into_any()
}

/// Tabs that lead to pages of their own: `(href, label)` each.
#[component]
pub fn LinkTabs(
    /// What the tabs divide, read aloud.
    #[prop(into)]
    label: Signal<String>,
    /// Where each leads and what it is called.
    tabs: Vec<(String, String)>,
    /// The path that is open now; the longest `href` that starts it is current.
    #[prop(into)]
    here: Signal<String>,
) -> AnyView {
    let hrefs: Vec<String> = tabs.iter().map(|(href, _)| href.clone()).collect();
    let current = Memo::new(move |_| {
        let here = here.get();
        hrefs
            .iter()
            .filter(|href| here.starts_with(href.as_str()))
            .max_by_key(|href| href.len())
            .cloned()
    });
    let links = tabs
        .into_iter()
        .map(|(href, words)| {
            let own = href.clone();
            view! {
                <a
                    class="tabs__tab"
                    href=href
                    aria-current=move || current.with(|now| now.as_ref() == Some(&own)).then_some("page")
                >
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
