//! The payload of a delivery that was not kept, rendered again on demand.

use domain::{ChunkId, view::RenderedAgain};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Code};

use super::{api::render_again, send::pretty};
use crate::AppError;

/// A delivery whose payload was asked for, and what came of it.
pub struct Asked {
    delivery: String,
    answer: Result<RenderedAgain, AppError>,
}

/// What a timeline knows of payloads that are rendered again.
pub struct Again<'a> {
    /// The timeline's own address.
    pub here: String,
    /// The one that was asked for.
    pub asked: Option<&'a Asked>,
}

/// Renders the payload that the address asks for, as [`name_of`] writes it.
pub async fn asked_again(delivery: Option<String>) -> Option<Asked> {
    let delivery = delivery?;
    let (chunk, seq) = delivery.split_once('.')?;
    let (chunk, seq) = (chunk.parse().ok()?, seq.parse().ok()?);
    let answer = render_again(chunk, seq).await;
    Some(Asked { delivery, answer })
}

/// What a delivery is called in an address.
fn name_of(chunk_id: ChunkId, seq: i32) -> String {
    format!("{chunk_id}.{seq}")
}

impl Again<'_> {
    /// The payload of a delivery, if it was asked for.
    fn answer(&self, delivery: &str) -> Option<&Result<RenderedAgain, AppError>> {
        let asked = self.asked.filter(|asked| asked.delivery == delivery)?;
        Some(&asked.answer)
    }

    /// Whether a delivery's payload was asked for.
    pub fn is_asked(&self, chunk_id: ChunkId, seq: i32) -> bool {
        self.answer(&name_of(chunk_id, seq)).is_some()
    }

    /// A button that asks for the payload, or the payload.
    pub fn view(&self, chunk_id: ChunkId, seq: i32) -> AnyView {
        let delivery = name_of(chunk_id, seq);
        let region = format!("again-{delivery}");
        let shown = match self.answer(&delivery) {
            None => self.form(&region, delivery),
            Some(Ok(again)) => view! {
                <p class="call__name">
                    "Rendered again from revision " {again.revision} " as the contact is now"
                </p>
                <Code text=pretty(&again.payload) what="payload" />
            }
            .into_any(),
            Some(Err(error)) => view! { <p class="small quiet">{error.to_string()}</p> }.into_any(),
        };
        view! {
            <div id=region aria-live="polite">
                {shown}
            </div>
        }
        .into_any()
    }

    /// It leads to the same timeline with the payload in its place.
    fn form(&self, region: &str, delivery: String) -> AnyView {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let kept = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| {
                view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> }
            })
            .collect_view();
        view! {
            <form method="get" action=path.to_owned() data-search="" data-region=region.to_owned()>
                {kept}
                <input type="hidden" name="again" value=delivery />
                <Button size=ButtonSize::Small submit=true>
                    "Render the payload again"
                </Button>
            </form>
        }
        .into_any()
    }
}
