//! Buttons: words that act. A page has one primary action.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// How much a button calls for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The page's one main action.
    Primary,
    /// Any other action.
    #[default]
    Secondary,
    /// An action that stays in the background until needed.
    Quiet,
    /// An action that destroys something.
    Danger,
}

impl ButtonKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// How large a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 28 px high with a mouse.
    Small,
    /// 32 px high with a mouse.
    #[default]
    Normal,
}

impl ButtonSize {
    const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Normal => "normal",
        }
    }
}

/// A button with words: it submits its form, opens or closes a dialog, or is given
/// something to do by a script that finds it.
#[component]
pub fn Button(
    /// The words, a verb first.
    children: Children,
    /// How much it calls for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Submits the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// Opens the dialog with this id.
    #[prop(optional, into)]
    opens: Option<String>,
    /// What the dialog that it opens is filled with, as a JSON object.
    #[prop(optional, into)]
    with: Option<String>,
    /// Closes the dialog that it stands in.
    #[prop(optional)]
    closes: bool,
    /// Its work is under way: it keeps its place and focus and takes no press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It cannot be pressed now. Say nearby why.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=kind.name()
            data-size=size.name()
            data-opens=opens
            data-with=with
            data-closes=closes.then_some("")
            aria-busy=move || busy.get().then_some("true")
            disabled=disabled
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span class="button__label">{children()}</span>
            <span class="button__busy">
                <Icon glyph=Glyph::Turning turning=true />
            </span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button, for actions that lead to another page.
#[component]
pub fn LinkButton(
    /// The words, a verb first.
    children: Children,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it calls for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> AnyView {
    view! {
        <a class="button" href=href data-kind=kind.name() data-size=size.name()>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            <span class="button__label">{children()}</span>
        </a>
    }
    .into_any()
}

/// A button that is an icon alone; its label is read aloud and shown on hover.
#[component]
pub fn IconButton(
    /// What it shows.
    glyph: Glyph,
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// How large it is.
    #[prop(optional)]
    size: ButtonSize,
    /// How much it calls for attention.
    #[prop(default = ButtonKind::Quiet)]
    kind: ButtonKind,
    /// For a toggle: whether it is on.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// It cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    view! {
        <button
            class="button"
            type="button"
            data-kind=kind.name()
            data-size=size.name()
            data-shape="icon"
            aria-label=label
            title=label
            aria-pressed=move || pressed.get().map(|on| if on { "true" } else { "false" })
            disabled=disabled
        >
            <Icon glyph />
        </button>
    }
    .into_any()
}
