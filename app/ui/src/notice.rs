//! What a page says when there is nothing, when it waits, and when something
//! went wrong.

use leptos::prelude::*;

use crate::{
    badge::Tone,
    icon::{Glyph, Icon, IconSize},
};

/// Nothing here yet: one sentence of what will be, one action, a link to how.
#[component]
pub fn EmptyState(
    /// The action and the link, if the person may act.
    #[prop(optional)]
    children: Option<Children>,
    /// What will be here.
    glyph: Glyph,
    /// "No contacts yet".
    #[prop(into)]
    title: String,
    /// One sentence of what will be here.
    #[prop(into)]
    text: String,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty__mark">
                <Icon glyph size=IconSize::Large />
            </span>
            <h2 class="empty__title">{title}</h2>
            <p class="empty__text">{text}</p>
            {children.map(|children| view! { <div class="empty__acts">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Why a form as a whole was refused: hidden until it was.
#[component]
pub fn FormFailure(
    /// What it comes to, in bold: "Nothing was imported".
    #[prop(optional, into)]
    title: Option<String>,
) -> AnyView {
    view! {
        <div class="notice" data-tone=Tone::Rejected.name() role="alert" data-failure="" hidden=true>
            <Icon glyph=Glyph::AlertCircle />
            <div class="notice__body">
                {title.map(|title| view! { <p class="notice__title">{title}</p> })}
                <p data-words=""></p>
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong with a field that is none of the [`crate::field`]s: hidden until
/// something is.
#[component]
pub fn FieldError(
    /// The field's name in the form.
    #[prop(into)]
    name: String,
) -> AnyView {
    view! {
        <div class="field__error" aria-live="polite" data-error=name hidden=true>
            <Icon glyph=Glyph::AlertCircle />
            <span data-words=""></span>
        </div>
    }
    .into_any()
}

/// A wait in a line of text.
#[component]
pub fn Loading(
    /// What is being waited for.
    #[prop(into)]
    label: String,
) -> AnyView {
    view! {
        <span class="loading" role="status">
            <Icon glyph=Glyph::Turning turning=true />
            {label}
        </span>
    }
    .into_any()
}

/// A word to the person within the page.
#[component]
pub fn Notice(
    /// What it says.
    children: Children,
    /// Its colour family: `Paused` warns, `Rejected` is an error.
    #[prop(default = Tone::Waiting)]
    tone: Tone,
    /// Its first line, in bold.
    #[prop(optional, into)]
    title: Option<String>,
) -> AnyView {
    let glyph = match tone {
        Tone::Paused => Glyph::Warning,
        Tone::Rejected => Glyph::AlertCircle,
        Tone::Waiting | Tone::Plain | Tone::Accent => Glyph::Info,
        other => other.glyph(),
    };
    let role = if tone == Tone::Rejected {
        "alert"
    } else {
        "note"
    };
    view! {
        <div class="notice" data-tone=tone.name() role=role>
            <Icon glyph />
            <div class="notice__body">
                {title.map(|title| view! { <p class="notice__title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// In place of a page or a part that could not be shown: what happened, what
/// was kept, what to do next. Raw errors never come here.
#[component]
pub fn ErrorPanel(
    /// What to do next: buttons or links.
    #[prop(optional)]
    children: Option<Children>,
    /// What happened, in a few words.
    #[prop(into)]
    title: String,
    /// What was kept and what to do.
    #[prop(into)]
    text: String,
    /// The incident's id, to be quoted to whoever runs the server.
    #[prop(optional, into)]
    incident: Option<String>,
) -> AnyView {
    view! {
        <div class="notice notice--panel" data-tone="rejected" role="alert">
            <Icon glyph=Glyph::AlertCircle />
            <div class="notice__body">
                <p class="notice__title">{title}</p>
                <p>{text}</p>
                {incident
                    .map(|id| {
                        view! {
                            <p class="quiet small">
                                "Incident " <code>{id}</code> ", noted in the server's log."
                            </p>
                        }
                    })}
                {children.map(|children| view! { <div class="notice__acts">{children()}</div> })}
            </div>
        </div>
    }
    .into_any()
}
