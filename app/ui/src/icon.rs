//! Icons: drawn by us on a 24-unit grid as one stroked path each, so that an
//! icon costs its path and nothing more.

mod paths;

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// The first page.
    Overview,
    /// A campaign.
    Campaign,
    /// A push.
    Push,
    /// A segment.
    Segment,
    /// A contact, a person.
    Contact,
    /// Contacts.
    Contacts,
    /// A device.
    Device,
    /// A device of the sandbox.
    VirtualDevice,
    /// Settings.
    Settings,
    /// Search.
    Search,
    /// Add.
    Plus,
    /// Take away.
    Minus,
    /// Close, remove.
    Close,
    /// Done.
    Check,
    /// Accepted.
    CheckCircle,
    /// A warning.
    Warning,
    /// An error.
    AlertCircle,
    /// Information.
    Info,
    /// Waiting, time.
    Clock,
    /// Pause.
    Pause,
    /// Paused.
    PauseCircle,
    /// Start.
    Play,
    /// Stop.
    Stop,
    /// Suppressed.
    Ban,
    /// Rejected, failed.
    CloseCircle,
    /// Unknown.
    Question,
    /// A draft.
    Draft,
    /// Running.
    Live,
    /// Opens downward.
    ChevronDown,
    /// Opens upward.
    ChevronUp,
    /// Before.
    ChevronLeft,
    /// After.
    ChevronRight,
    /// Back.
    ArrowLeft,
    /// Onward.
    ArrowRight,
    /// Up.
    ArrowUp,
    /// Down.
    ArrowDown,
    /// Leads outside.
    External,
    /// Copy.
    Copy,
    /// Delete.
    Trash,
    /// Edit.
    Edit,
    /// More actions.
    More,
    /// Menu.
    Menu,
    /// Upload, import.
    Upload,
    /// Download.
    Download,
    /// Filter.
    Filter,
    /// A date, a schedule.
    Calendar,
    /// Send.
    Send,
    /// An image.
    Image,
    /// A link.
    Link,
    /// A key, a credential.
    Key,
    /// Sign out.
    SignOut,
    /// Light.
    Sun,
    /// Dark.
    Moon,
    /// As the system says; a browser.
    Screen,
    /// The web, a time zone.
    Globe,
    /// Closed to this role.
    Lock,
    /// Security, consent.
    Shield,
    /// History.
    History,
    /// Again.
    Refresh,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// An event.
    Event,
    /// A branch.
    Branch,
    /// A delay.
    Delay,
    /// The end of a journey.
    Exit,
    /// A goal.
    Flag,
    /// Show, seen.
    Eye,
    /// Hide, not shown.
    EyeOff,
    /// A topic, a tag.
    Tag,
    /// A payload.
    Code,
    /// Personalization.
    Braces,
    /// Drag.
    Grip,
    /// Fit into view.
    Fit,
    /// Closer.
    ZoomIn,
    /// Farther.
    ZoomOut,
    /// Lay out again.
    Tidy,
    /// A sound.
    Sound,
    /// A reply.
    Reply,
    /// How to.
    Book,
    /// Work under way.
    Turning,
}

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 16 px, beside words.
    #[default]
    Small,
    /// 20 px, alone.
    Large,
}

/// Draws a glyph. It is silent to screen readers: the words beside it, or the
/// control's own label, say what it means.
#[component]
pub fn Icon(
    /// What to draw.
    glyph: Glyph,
    /// How large.
    #[prop(optional)]
    size: IconSize,
    /// Turns for as long as work is under way.
    #[prop(optional)]
    turning: bool,
) -> AnyView {
    let class = match (size, turning) {
        (IconSize::Small, false) => "icon",
        (IconSize::Small, true) => "icon icon--spin",
        (IconSize::Large, false) => "icon icon--large",
        (IconSize::Large, true) => "icon icon--large icon--spin",
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path() />
        </svg>
    }
    .into_any()
}
