//! Buttons under a notification.

use serde::{Deserialize, Serialize};

use crate::validate::{FieldErrors, check_link, check_slug, check_text};

/// Most buttons that any platform shows.
const BUTTONS_MAX: usize = 4;

/// What a tap on a button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Opens the app, or a page.
    #[default]
    Open,
    /// Answers with its own words; the app stays in the background.
    QuickReply,
    /// Asks for a text and answers with it; the app stays in the background.
    TextInput,
}

impl ActionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Open, Self::QuickReply, Self::TextInput];

    /// The name in the API and in payloads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::QuickReply => "quick_reply",
            Self::TextInput => "text_input",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Opens",
            Self::QuickReply => "Quick reply",
            Self::TextInput => "Text input",
        }
    }

    /// Whether it is the usual kind, which need not be written.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// A button under the notification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// Identifier that the app is told when it is tapped.
    pub id: String,
    /// What it says; Liquid.
    pub title: String,
    /// What a tap does.
    #[serde(default, skip_serializing_if = "ActionKind::is_open")]
    pub kind: ActionKind,
    /// Where one that opens leads; Liquid. The push's own link when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What stands in the empty field of one that takes a text; Liquid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
}

pub(super) fn check_buttons(buttons: &[Button], errors: &mut FieldErrors) {
    if buttons.len() > BUTTONS_MAX {
        errors.add(
            "buttons",
            format!("are {}; at most {BUTTONS_MAX} are allowed", buttons.len()),
        );
    }
    for (n, button) in buttons.iter().enumerate() {
        let of = |part: &str| format!("buttons[{n}].{part}");
        let mut id_errors = FieldErrors::default();
        check_slug("id", &button.id, &mut id_errors);
        if let Some(message) = id_errors.of("id") {
            errors.add(of("id"), message);
        }
        if buttons[..n].iter().any(|other| other.id == button.id) {
            errors.add(of("id"), "is used by another button");
        }
        check_text(&of("title"), &button.title, 1, 256, errors);
        if let Some(link) = &button.link {
            if button.kind == ActionKind::Open {
                check_link(&of("link"), link, errors);
            } else {
                errors.add(
                    of("link"),
                    "leads nowhere: a reply opens nothing; take the link away or make the kind open",
                );
            }
        }
        if let Some(placeholder) = &button.placeholder {
            check_text(&of("placeholder"), placeholder, 0, 256, errors);
            if button.kind != ActionKind::TextInput {
                errors.add(
                    of("placeholder"),
                    "is for a button that takes a text; take it away or make the kind text_input",
                );
            }
        }
    }
}
