//! Carillon's design system: the pieces that every page is built from.
//!
//! Owns how things look and answer to a person (buttons, fields, tables,
//! dialogs, states, times); their dress is in `style/components`. Must not know
//! any feature, the domain, the server or the router.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

pub mod badge;
pub mod button;
pub mod card;
pub mod code;
pub mod dialog;
pub mod facts;
pub mod field;
pub mod funnel;
pub mod icon;
pub mod menu;
pub mod notice;
pub mod number;
pub mod page;
pub mod progress;
pub mod segmented;
pub mod summary;
pub mod table;
pub mod tabs;
pub mod time;
pub mod tip;
pub mod toast;

pub use badge::{Badge, State, StateChip, Tone};
pub use button::{Button, ButtonKind, ButtonSize, IconButton, LinkButton};
pub use card::{Card, Figure};
pub use code::{AnsweredCode, Code, CopyButton, Token};
pub use dialog::{CallForm, ConfirmDialog, Dialog, DialogBody, DialogFoot, Then};
pub use facts::{Fact, Facts, Timeline, TimelineItem};
pub use field::{
    Checkbox, FieldFrame, InputKind, NumberField, SearchField, SelectField, SelectOption, Switch,
    TextArea, TextField, field_id,
};
pub use funnel::{Funnel, FunnelPart, Reason};
pub use icon::{Glyph, Icon, IconSize};
pub use menu::{Menu, MenuAlign, MenuItem, MenuLink, MoreMenu};
pub use notice::{EmptyState, ErrorPanel, FieldError, FormFailure, Loading, Notice};
pub use number::{counted, grouped, percent, span_text};
pub use page::{Page, PageHeader, Section};
pub use progress::Progress;
pub use segmented::{Segment, Segmented};
pub use summary::{FormError, FormSummary};
pub use table::{Column, Pager, Table};
pub use tabs::LinkTabs;
pub use time::{
    ExactTime, PageClock, RelativeTime, page_clock, provide_page_clock, relative_text, utc_text,
};
pub use tip::Tip;
pub use toast::ToastRegion;
