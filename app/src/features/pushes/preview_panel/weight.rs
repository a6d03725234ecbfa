//! The payload's bytes against what the push service takes.

use domain::{payload::PAYLOAD_MAX, validate::FieldErrors};
use leptos::prelude::*;
use ui::grouped;

use super::nothing_yet;
use crate::features::pushes::look::Look;

/// The byte count and its bar.
#[component]
pub fn Weight(
    /// What the push looks like.
    look: Memo<Result<Look, FieldErrors>>,
) -> impl IntoView {
    let counted = Memo::new(move |_| look.with(|look| look.as_ref().ok().map(|look| look.counted)));
    let words = move || {
        look.with(|look| match look {
            Ok(look) => format!(
                "{} of {} bytes to {}",
                grouped(look.counted as u64),
                grouped(PAYLOAD_MAX as u64),
                look.channel.label()
            ),
            Err(errors) if nothing_yet(errors) => "Write a title or a text".to_owned(),
            Err(_) => "No payload while there is a mistake".to_owned(),
        })
    };
    let tone = move || match counted.get() {
        Some(counted) if counted > PAYLOAD_MAX => "rejected",
        Some(counted) if counted > PAYLOAD_MAX * 9 / 10 => "paused",
        _ => "plain",
    };
    let over = move || {
        let counted = counted.get()?;
        let over = counted.checked_sub(PAYLOAD_MAX).filter(|over| *over > 0)?;
        Some(view! {
            <p class="field__error">
                {format!("Too large by {} bytes for this contact: it would not be sent.", grouped(over as u64))}
            </p>
        })
    };
    view! {
        <div class="weight" data-tone=tone>
            <div class="row row--apart small">
                <span class="quiet">"Payload"</span>
                <span
                    class="weight__count"
                    data-bytes=move || counted.get().map(|counted| counted.to_string())
                >
                    {words}
                </span>
            </div>
            <progress
                class="progress__bar"
                aria-label="Payload size"
                max=PAYLOAD_MAX.to_string()
                value=move || counted.get().unwrap_or_default().min(PAYLOAD_MAX).to_string()
            ></progress>
            {over}
        </div>
    }
    .into_any()
}
