//! Search and commands: Ctrl or ⌘ K finds contacts, pushes, campaigns, devices
//! by token, places and actions. The pages' script opens it and asks [`FoundPage`].

mod entry;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Glyph, Icon};

use entry::Entry;

use super::{find::find_anything, loaded::load, session::SandboxOn};

/// Letters below which nothing is looked up.
const SHORTEST: usize = 2;

/// The palette itself. One to a page.
#[component]
pub fn Palette(
    /// Virtual devices exist here.
    sandbox: bool,
) -> impl IntoView {
    view! {
        <dialog class="palette" id="palette" aria-label="Search and commands">
            <div class="palette__field">
                <Icon glyph=Glyph::Search />
                <input
                    class="palette__input"
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant="palette-0"
                    aria-label="Find a contact, a push, a campaign, a device by its token, or something to do"
                    placeholder="Find a contact, push, campaign, device token…"
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                />
            </div>
            {list(&entry::local("", sandbox))}
            <p
                class="palette__none"
                data-nothing="Nothing by that name. Ids and push tokens can be pasted whole."
                data-failed="The search did not answer. Type on to try again."
                hidden=true
            ></p>
            <footer class="palette__foot" aria-hidden="true">
                <span>
                    <kbd>"↑"</kbd>
                    " "
                    <kbd>"↓"</kbd>
                    " choose"
                </span>
                <span>
                    <kbd>"↵"</kbd>
                    " open"
                </span>
                <span>
                    <kbd>"Esc"</kbd>
                    " close"
                </span>
            </footer>
        </dialog>
    }
    .into_any()
}

fn list(entries: &[Entry]) -> AnyView {
    view! {
        <div class="palette__list" role="listbox" id="palette-list" aria-label="Found">
            {entry::rows(entries)}
        </div>
    }
    .into_any()
}

/// What the palette found, without a frame: the pages' script puts it in place.
#[component]
pub fn FoundPage() -> impl IntoView {
    let text = use_query_map().with_untracked(|query| query.get("text").unwrap_or_default());
    let sandbox = use_context::<SandboxOn>().is_some_and(|SandboxOn(on)| on);
    let mut entries = entry::local(&text, sandbox);
    let found = async move {
        if text.trim().chars().count() < SHORTEST {
            Ok(Vec::new())
        } else {
            find_anything(text).await
        }
    };
    load(found).show("The search", move |things| {
        entries.extend(things.into_iter().map(Entry::from));
        list(&entries)
    })
}
