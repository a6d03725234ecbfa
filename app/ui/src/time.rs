//! Times as people read them: "3 min ago", with the exact one, in the
//! account's zone, on hover.

mod civil;
mod relative;

pub use civil::utc_text;
pub use relative::relative_text;

use leptos::prelude::*;

/// What time it is for the page, in milliseconds UTC.
#[derive(Clone, Copy)]
pub struct PageClock(pub i64);

/// Gives everything below the time at which the page was made. The pages' script keeps
/// relative times true from then on, and knows the rules of the account's zone.
pub fn provide_page_clock(now: i64) {
    provide_context(PageClock(now));
}

/// The page's clock, if one was provided.
pub fn page_clock() -> Option<PageClock> {
    use_context()
}

/// A moment, relative, with the exact time on hover.
#[component]
pub fn RelativeTime(
    /// Milliseconds UTC.
    at: i64,
) -> AnyView {
    let words = page_clock().map_or_else(|| utc_text(at), |PageClock(now)| relative_text(now, at));
    view! {
        <time class="time" data-relative="" datetime=civil::iso_text(at) title=utc_text(at)>
            {words}
        </time>
    }
    .into_any()
}

/// A moment, exactly, in the account's zone once the browser has written it.
#[component]
pub fn ExactTime(
    /// Milliseconds UTC.
    at: i64,
) -> AnyView {
    view! {
        <time class="time" data-exact="" datetime=civil::iso_text(at)>
            {utc_text(at)}
        </time>
    }
    .into_any()
}
