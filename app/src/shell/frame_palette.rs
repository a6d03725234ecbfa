//! Search and commands: Ctrl or ⌘ K finds contacts, pushes, campaigns, devices
//! by token, places and actions.

mod entry;
mod keys;

use std::time::Duration;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;
use ui::{Glyph, Icon, close_on_backdrop, open_with};

pub use entry::Entry;

use super::{ask::ask, find::find_anything, session::Session};

/// How long a person may pause between keys before the server is asked.
const PAUSE: Duration = Duration::from_millis(140);

/// The palette's door: whoever has it can open it.
#[derive(Clone, Copy)]
pub struct PaletteDoor(RwSignal<bool>);

impl PaletteDoor {
    /// Opens the palette.
    pub fn open(self) {
        self.0.set(true);
    }
}

/// Makes the palette's door for everything below.
pub fn provide_palette() {
    provide_context(PaletteDoor(RwSignal::new(false)));
}

/// The palette's door; without a frame around, it leads nowhere.
pub fn use_palette() -> PaletteDoor {
    use_context().unwrap_or_else(|| PaletteDoor(RwSignal::new(false)))
}

/// The palette itself. One to a page.
#[component]
pub fn Palette() -> impl IntoView {
    let PaletteDoor(open) = use_palette();
    let sheet = NodeRef::<html::Dialog>::new();
    open_with(sheet, open);
    keys::open_on_shortcut(open);
    view! {
        <dialog
            node_ref=sheet
            class="palette"
            aria-label="Search and commands"
            on:close=move |_| open.set(false)
            on:click=move |event| close_on_backdrop(&event, open)
        >
            <Show when=move || open.get()>
                <Finder open />
            </Show>
        </dialog>
    }
    .into_any()
}

/// The field and what it finds, made anew each time.
#[component]
fn Finder(open: RwSignal<bool>) -> impl IntoView {
    let session = use_context::<Session>();
    let sandbox = session.as_ref().is_some_and(|session| session.sandbox);
    let words = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);

    let mut soon =
        leptos::leptos_dom::helpers::debounce(PAUSE, move |text: String| asked.set(text));
    let found = ask(
        move || asked.get(),
        |text| async move {
            if text.trim().len() < 2 {
                Ok(Vec::new())
            } else {
                find_anything(text).await
            }
        },
    );
    let entries = Memo::new(move |_| {
        let mut entries = words.with(|words| entry::local(words, sandbox));
        if let Some(Ok(things)) = found.get() {
            entries.extend(things.into_iter().map(Entry::from));
        }
        entries
    });
    let failed = move || matches!(found.get(), Some(Err(_)));

    let navigate = use_navigate();
    let go = Callback::new(move |entry: Entry| {
        open.set(false);
        navigate(&entry.href, leptos_router::NavigateOptions::default());
    });
    let on_key = keys::walk(entries, at, go);
    view! {
        <div class="palette__field">
            <Icon glyph=Glyph::Search />
            <input
                class="palette__input"
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-autocomplete="list"
                aria-activedescendant=move || format!("palette-{}", at.get())
                aria-label="Find a contact, a push, a campaign, a device by its token, or something to do"
                placeholder="Find a contact, push, campaign, device token…"
                autocomplete="off"
                spellcheck="false"
                autofocus
                on:input=move |event| {
                    let text = event_target_value(&event);
                    words.set(text.clone());
                    at.set(0);
                    soon(text);
                }
                on:keydown=on_key
            />
        </div>
        <div class="palette__list" role="listbox" id="palette-list" aria-label="Found">
            {move || entry::rows(&entries.get(), at, go)}
            <Show when=move || entries.with(Vec::is_empty)>
                <p class="palette__none">
                    {move || {
                        if failed() {
                            "The search did not answer. Places and actions still work."
                        } else {
                            "Nothing by that name. Ids and push tokens can be pasted whole."
                        }
                    }}
                </p>
            </Show>
        </div>
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
    }
    .into_any()
}
