//! Questions to the server from within a page that already stands.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

/// Asks whenever `source` changes, and holds the answer to the newest question.
///
/// A resource that is read below a `Suspense` makes that one show its fallback,
/// which takes the page's elements out and puts them back: a dialog above them
/// stops being modal, a field loses its focus. An answer held here does not.
pub fn ask<S, T, F>(
    source: impl Fn() -> S + 'static,
    question: impl Fn(S) -> F + 'static,
) -> ReadSignal<Option<T>>
where
    S: 'static,
    T: Send + Sync + 'static,
    F: Future<Output = T> + 'static,
{
    let (answer, hold) = signal(None);
    let newest = StoredValue::new(0_u32);
    Effect::new(move || {
        let asked = question(source());
        let number = newest.get_value().wrapping_add(1);
        newest.set_value(number);
        spawn_local(async move {
            let found = asked.await;
            if newest.try_get_value() == Some(number) {
                hold.try_set(Some(found));
            }
        });
    });
    answer
}
