//! States: one colour, one icon and one word each, everywhere.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// The colour family of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Green: the provider took it, it works.
    Accepted,
    /// Blue: it waits or is under way.
    Waiting,
    /// Grey with stripes: a gate stopped it.
    Suppressed,
    /// Red: refused, failed.
    Rejected,
    /// Violet: nobody can say.
    Unknown,
    /// Amber: held by a person, or needs attention.
    Paused,
    /// Brass: ours, chosen.
    Accent,
    /// No state at all.
    #[default]
    Plain,
}

impl Tone {
    /// The tone's name in the style sheet (`data-tone`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Waiting => "waiting",
            Self::Suppressed => "suppressed",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Paused => "paused",
            Self::Accent => "accent",
            Self::Plain => "plain",
        }
    }

    /// The icon that goes with the tone, so that colour is never the only sign.
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Accepted => Glyph::CheckCircle,
            Self::Waiting => Glyph::Clock,
            Self::Suppressed => Glyph::Ban,
            Self::Rejected => Glyph::CloseCircle,
            Self::Unknown => Glyph::Question,
            Self::Paused => Glyph::PauseCircle,
            Self::Accent => Glyph::Live,
            Self::Plain => Glyph::Draft,
        }
    }
}

/// A state that something can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Being written; nobody receives it.
    Draft,
    /// Published and at work.
    Live,
    /// Its time is set.
    Scheduled,
    /// Planned and not yet called.
    Planned,
    /// Waits for its time or a retry.
    Waiting,
    /// Work is under way.
    Running,
    /// Held by a person.
    Paused,
    /// Over.
    Finished,
    /// Stopped by a person.
    Stopped,
    /// The provider took it.
    Accepted,
    /// The provider refused it.
    Rejected,
    /// It failed on our side.
    Failed,
    /// A gate stopped it.
    Suppressed,
    /// Its time to live ran out.
    Expired,
    /// The provider no longer knows the token.
    TokenGone,
    /// Nobody can say whether it arrived.
    Unknown,
    /// Usable.
    Active,
    /// Set aside until checked.
    Quarantined,
    /// Opted out.
    OptedOut,
}

impl State {
    /// Its colour family.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Draft | Self::Finished => Tone::Plain,
            Self::Live | Self::Accepted | Self::Active => Tone::Accepted,
            Self::Scheduled | Self::Planned | Self::Waiting | Self::Running => Tone::Waiting,
            Self::Paused | Self::Quarantined => Tone::Paused,
            Self::Rejected | Self::Failed | Self::TokenGone => Tone::Rejected,
            Self::Suppressed | Self::Stopped | Self::Expired | Self::OptedOut => Tone::Suppressed,
            Self::Unknown => Tone::Unknown,
        }
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Live => "Live",
            Self::Scheduled => "Scheduled",
            Self::Planned => "Planned",
            Self::Waiting => "Waiting",
            Self::Running => "Running",
            Self::Paused => "Paused",
            Self::Finished => "Finished",
            Self::Stopped => "Stopped",
            Self::Accepted => "Accepted",
            Self::Rejected => "Rejected",
            Self::Failed => "Failed",
            Self::Suppressed => "Suppressed",
            Self::Expired => "Expired",
            Self::TokenGone => "Token gone",
            Self::Unknown => "Unknown",
            Self::Active => "Active",
            Self::Quarantined => "Quarantined",
            Self::OptedOut => "Opted out",
        }
    }

    /// Its icon.
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Draft => Glyph::Draft,
            Self::Live => Glyph::Live,
            Self::Scheduled => Glyph::Calendar,
            Self::Running => Glyph::Play,
            Self::Finished => Glyph::Check,
            Self::Stopped => Glyph::Stop,
            Self::Expired => Glyph::Delay,
            Self::Failed | Self::Quarantined => Glyph::Warning,
            other => other.tone().glyph(),
        }
    }
}

/// A state's chip: colour, icon, word.
#[component]
pub fn StateChip(
    /// The state.
    state: State,
    /// Other words for it: "Suppressed: opted out".
    #[prop(optional, into)]
    label: Option<String>,
) -> AnyView {
    let words = label.unwrap_or_else(|| state.word().to_owned());
    view! {
        <span class="badge" data-tone=state.tone().name()>
            <Icon glyph=state.glyph() />
            {words}
        </span>
    }
    .into_any()
}

/// A short word on a ground, without a state: a channel, a role, a version.
#[component]
pub fn Badge(
    /// The word.
    children: Children,
    /// Its colour family.
    #[prop(optional)]
    tone: Tone,
    /// An icon before it.
    #[prop(optional)]
    glyph: Option<Glyph>,
) -> AnyView {
    let class = if glyph.is_some() {
        "badge"
    } else {
        "badge badge--plain"
    };
    view! {
        <span class=class data-tone=tone.name()>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </span>
    }
    .into_any()
}
