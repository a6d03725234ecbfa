//! Times as people read them: "3 min ago", with the exact one, in the
//! account's zone, on hover.

mod civil;
mod relative;

pub use civil::utc_text;
pub use relative::relative_text;

use leptos::prelude::*;

/// What time it is for the page, and which zone it speaks in.
#[derive(Clone, Copy)]
pub struct PageClock {
    now: RwSignal<i64>,
    zone: Signal<String>,
}

/// How often relative times are looked at again.
#[cfg(feature = "hydrate")]
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(20);

/// Gives everything below the time and the account's zone.
///
/// `rendered_at` (milliseconds UTC) must be the same on the server and at
/// hydration, so pass a shared value; from then on the browser's clock goes on
/// from there. `zone` is an IANA name.
pub fn provide_page_clock(rendered_at: i64, zone: Signal<String>) -> PageClock {
    let clock = PageClock {
        now: RwSignal::new(rendered_at),
        zone,
    };
    provide_context(clock);
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        let tick = move || clock.now.set(browser::now());
        let timer = set_interval_with_handle(tick, LOOK_AGAIN);
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    clock
}

/// The page's clock, if one was provided.
pub fn page_clock() -> Option<PageClock> {
    use_context()
}

impl PageClock {
    /// The time now, in milliseconds UTC, renewed every twenty seconds.
    pub fn now(self) -> i64 {
        self.now.get()
    }

    /// The account's zone.
    pub fn zone(self) -> String {
        self.zone.get()
    }
}

/// A moment, relative, with the exact time on hover.
#[component]
pub fn RelativeTime(
    /// Milliseconds UTC.
    #[prop(into)]
    at: Signal<i64>,
) -> AnyView {
    let clock = page_clock();
    // The exact text needs the zone's rules, which the browser has and the
    // served page does not: it starts in UTC and says so.
    let exact = RwSignal::new(utc_text(at.get_untracked()));
    // What came since the clock was renewed is over, not to come.
    let shown_at = RwSignal::new(i64::MIN);
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        shown_at.set(browser::now());
        exact.set(exact_text(at.get(), clock));
    });
    let words = move || {
        clock.map_or_else(
            || utc_text(at.get()),
            |clock| relative_text(clock.now().max(shown_at.get()), at.get()),
        )
    };
    view! {
        <time class="time" datetime=move || civil::iso_text(at.get()) title=exact>
            {words}
        </time>
    }
    .into_any()
}

/// A moment, exactly, in the account's zone once the browser has it.
#[component]
pub fn ExactTime(
    /// Milliseconds UTC.
    #[prop(into)]
    at: Signal<i64>,
) -> AnyView {
    let clock = page_clock();
    let exact = RwSignal::new(utc_text(at.get_untracked()));
    Effect::new(move || exact.set(exact_text(at.get(), clock)));
    view! {
        <time class="time" datetime=move || civil::iso_text(at.get())>
            {exact}
        </time>
    }
    .into_any()
}

fn exact_text(at: i64, clock: Option<PageClock>) -> String {
    #[cfg(feature = "hydrate")]
    if let Some(text) = clock.and_then(|clock| browser::zoned_text(at, &clock.zone())) {
        return text;
    }
    let _ = clock;
    utc_text(at)
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::{JsCast, JsValue};

    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 fit an i64 for ages"
    )]
    pub(super) fn now() -> i64 {
        js_sys::Date::now() as i64
    }

    /// The time as `Intl` writes it for `zone`, with the zone's name; nothing
    /// if the browser does not know that zone.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a date's milliseconds are exact in a double"
    )]
    pub(super) fn zoned_text(at: i64, zone: &str) -> Option<String> {
        let options = js_sys::Object::new();
        let set = |key: &str, value: &str| {
            js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()
        };
        set("dateStyle", "medium")?;
        set("timeStyle", "medium")?;
        set("timeZone", zone)?;
        let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
        let method = js_sys::Reflect::get(&date, &"toLocaleString".into()).ok()?;
        let method = method.dyn_into::<js_sys::Function>().ok()?;
        let text = method
            .call2(&date, &"en-GB".into(), &options)
            .ok()?
            .as_string()?;
        Some(format!("{text} ({zone})"))
    }
}
