//! The payload of a delivery that was not kept, rendered again on demand.

use domain::{ChunkId, view::RenderedAgain};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Code};

use super::{api::render_again, send::pretty};
use crate::AppError;

/// A button that asks for the payload, then the payload.
#[component]
pub fn RenderedAgainView(
    /// The delivery's chunk.
    chunk_id: ChunkId,
    /// Its number there.
    seq: i32,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<RenderedAgain, AppError>>);
    let ask = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let again = render_again(chunk_id, seq).await;
            answer.set(Some(again));
            busy.set(false);
        });
    };
    let shown = move || match answer.get() {
        None => view! {
            <Button size=ButtonSize::Small busy on:click=ask>
                "Render the payload again"
            </Button>
        }
        .into_any(),
        Some(Ok(again)) => view! {
            <p class="call__name">
                "Rendered again from revision " {again.revision} " as the contact is now"
            </p>
            <Code text=pretty(&again.payload) what="payload" />
        }
        .into_any(),
        Some(Err(error)) => view! { <p class="small quiet">{error.to_string()}</p> }.into_any(),
    };
    view! { <div aria-live="polite">{shown}</div> }.into_any()
}
