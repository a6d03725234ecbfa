//! Zoom, fit and tidy, at the lower left; the map beside them.

use super::minimap::minimap;
use super::state::Canvas;
use leptos::prelude::*;
use ui::{ButtonSize, Glyph, IconButton};

/// The tools that move the view.
pub(super) fn tools(canvas: Canvas) -> AnyView {
    let zoom = move || format!("{:.0}%", canvas.view.get().zoom * 100.0);
    view! {
        <div class="canvas-tools" role="toolbar" aria-label="View">
            <IconButton
                glyph=Glyph::ZoomOut
                label="Zoom out (−)"
                size=ButtonSize::Small
                disabled=Signal::derive(move || !canvas.can_zoom(true))
                on:click=move |_| canvas.zoom_by_step(true)
            />
            <button
                class="canvas-tools__zoom"
                type="button"
                title="Natural size (0)"
                aria-label=move || format!("{}, back to natural size", zoom())
                on:click=move |_| canvas.natural_size()
            >
                {zoom}
            </button>
            <IconButton
                glyph=Glyph::ZoomIn
                label="Zoom in (+)"
                size=ButtonSize::Small
                disabled=Signal::derive(move || !canvas.can_zoom(false))
                on:click=move |_| canvas.zoom_by_step(false)
            />
            <IconButton
                glyph=Glyph::Fit
                label="Show everything (F)"
                size=ButtonSize::Small
                on:click=move |_| canvas.fit()
            />
            <IconButton
                glyph=Glyph::Tidy
                label="Lay out again (T)"
                size=ButtonSize::Small
                disabled=!canvas.may_edit
                on:click=move |_| canvas.tidy()
            />
            {minimap(canvas)}
        </div>
    }
    .into_any()
}
