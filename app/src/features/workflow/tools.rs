//! Zoom, fit and tidy, at the lower left; the map beside them.

use leptos::prelude::*;
use ui::{ButtonSize, Glyph, IconButton};

/// The tools that move the view.
pub(super) fn tools(may_edit: bool) -> AnyView {
    let tool = |name: &'static str, glyph, label: &'static str, disabled: bool| {
        view! {
            <IconButton glyph label size=ButtonSize::Small disabled attr:data-part=name />
        }
        .into_any()
    };
    view! {
        <div class="canvas-tools" role="toolbar" aria-label="View">
            {tool("zoom-out", Glyph::ZoomOut, "Zoom out (−)", false)}
            <button
                class="canvas-tools__zoom"
                type="button"
                title="Natural size (0)"
                data-part="zoom"
            ></button>
            {tool("zoom-in", Glyph::ZoomIn, "Zoom in (+)", false)}
            {tool("fit", Glyph::Fit, "Show everything (F)", false)}
            {tool("tidy", Glyph::Tidy, "Lay out again (T)", !may_edit)}
            <div class="minimap" aria-hidden="true" hidden data-part="minimap">
                <svg preserveAspectRatio="xMidYMid meet" data-part="map">
                    <path class="minimap__card" data-part="map-cards" />
                    <path class="minimap__sight" data-part="map-sight" />
                </svg>
            </div>
        </div>
    }
    .into_any()
}
