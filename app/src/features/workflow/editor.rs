//! The editor: bar, palette, canvas, settings.

use super::{
    api::EditorData,
    bar::bar,
    cards,
    palette::palette,
    settings,
    shortcuts::shortcuts,
    surface::surface,
    tools::tools,
    words::{EDITOR_ID, PROBLEMS_ID},
};
use leptos::prelude::*;
use ui::{Glyph, Icon, IconButton};

/// The editor of one workflow, as it stands before its module has started.
pub(super) fn editor(data: &EditorData) -> AnyView {
    view! {
        <div class="flow-editor" id=EDITOR_ID>
            {bar(data)}
            <div class="flow-editor__work" data-part="work">
                {palette(data.may_edit)}
                <div class="flow-editor__stage">
                    {surface()}
                    {welcome()}
                    {tools(data.may_edit)}
                    {problems()}
                    {refused()}
                </div>
            </div>
            <p class="spoken" role="status" aria-live="polite" data-part="said"></p>
            {shortcuts()}
        </div>
        {cards::templates(data.may_edit)}
        {settings::templates(data)}
    }
    .into_any()
}

/// What an empty canvas says.
fn welcome() -> AnyView {
    view! {
        <div class="flow-welcome" hidden data-part="welcome">
            <p class="strong">"Begin with what lets contacts in"</p>
            <p class="quiet">
                "Drag “Event trigger” here, or press it. Everything is saved as you draw; nothing runs until you publish."
            </p>
        </div>
    }
    .into_any()
}

/// What keeps the draft from being published, as a list that jumps.
fn problems() -> AnyView {
    view! {
        <section
            class="flow-problems"
            id=PROBLEMS_ID
            tabindex="-1"
            hidden
            aria-label="What keeps this workflow from being published"
        >
            <header class="flow-problems__head">
                <Icon glyph=Glyph::AlertCircle />
                <h2>"Before this can be published"</h2>
                <IconButton
                    glyph=Glyph::Close
                    label="Close the list"
                    attr:data-part="close-problems"
                />
            </header>
            <ul class="flow-problems__list" data-part="list"></ul>
        </section>
    }
    .into_any()
}

/// Why the last thing was not done.
fn refused() -> AnyView {
    view! {
        <div class="flow-refused" role="alert">
            <div class="flow-refused__words" data-tone="paused" hidden data-part="refused">
                <Icon glyph=Glyph::Warning />
                <p data-part="refused-words"></p>
                <IconButton glyph=Glyph::Close label="Dismiss" attr:data-part="dismiss" />
            </div>
        </div>
    }
    .into_any()
}
