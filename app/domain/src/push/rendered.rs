//! A push with a contact's data in it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::button::ActionKind;
use super::content::{DeliveryClass, Priority};
use super::raw::RawPush;
use crate::device::Platform;

/// Why a push does not render for a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field} {message}")]
pub struct RenderProblem {
    /// The field, as the API names it.
    pub field: String,
    /// Line and column of its template, from 1, if that is what failed.
    pub place: Option<(u32, u32)>,
    /// What went wrong there.
    pub message: String,
}

/// A push as it will be sent: no Liquid left, empty fields gone. Its own fields
/// are the common ones; [`Rendered::on`] gives a platform's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered<'a> {
    /// First line.
    pub title: Cow<'a, str>,
    /// Second line, iOS alone.
    pub subtitle: Option<Cow<'a, str>>,
    /// The text.
    pub body: Cow<'a, str>,
    /// Address of an image.
    pub image: Option<Cow<'a, str>>,
    /// What a tap opens.
    pub link: Option<Cow<'a, str>>,
    /// Buttons.
    pub buttons: RenderedButtons<'a>,
    /// A later push with the same id replaces this one.
    pub collapse_id: Option<Cow<'a, str>>,
    /// Sound.
    pub sound: Option<&'a str>,
    /// Number on the icon.
    pub badge: Option<u32>,
    /// Time to live in seconds.
    pub ttl_seconds: u32,
    /// How urgent.
    pub priority: Priority,
    /// What an uncertain delivery means.
    pub class: DeliveryClass,
    /// The Android notification channel; the app's first when absent.
    pub channel_id: Option<&'a str>,
    /// A body typed by hand, in the place of all the rest.
    pub raw: Option<&'a RawPush>,
    /// What platforms with overrides get, whole.
    pub variants: Vec<(Platform, Rendered<'a>)>,
}

impl Rendered<'_> {
    /// What `platform` gets.
    pub fn on(&self, platform: Platform) -> &Self {
        self.variants
            .iter()
            .find(|(of, _)| *of == platform)
            .map_or(self, |(_, rendered)| rendered)
    }
}

/// The buttons of a rendered push.
pub type RenderedButtons<'a> = Vec<RenderedButton<'a>>;

/// A rendered button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenderedButton<'a> {
    /// Identifier that the app is told.
    pub id: &'a str,
    /// What it says.
    pub title: Cow<'a, str>,
    /// What a tap does.
    #[serde(skip_serializing_if = "ActionKind::is_open")]
    pub kind: ActionKind,
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Cow<'a, str>>,
    /// What stands in the empty field of one that takes a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<Cow<'a, str>>,
}
