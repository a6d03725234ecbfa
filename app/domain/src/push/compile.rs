//! A push with its templates parsed once, rendered for each contact.

use std::borrow::Cow;

use liquid::{Limits, Moment, Template, Value};

use super::content::{DeliveryClass, PushContent};
use super::data::{CONTACT, EVENT};
use super::overrides::path;
use super::rendered::{RenderProblem, Rendered, RenderedButton};
use crate::device::Platform;
use crate::validate::{FieldErrors, check_link};
use crate::{AppId, Timestamp};

/// Bounds on rendering one field of a push: no payload is larger than 4096
/// bytes, so a field past this is a mistake.
const LIMITS: Limits = Limits {
    steps: 20_000,
    depth: 20,
    output_bytes: 16 * 1024,
};

/// A push whose templates are parsed.
#[derive(Debug)]
pub struct CompiledPush {
    content: PushContent,
    title: Template,
    subtitle: Option<Template>,
    body: Template,
    image: Option<Template>,
    link: Option<Template>,
    collapse_id: Option<Template>,
    buttons: Vec<CompiledButton>,
    /// The Android channel, where the push names one.
    channel_id: Option<String>,
    /// Of platforms that get another content: the whole of it.
    variants: Vec<(Platform, CompiledPush)>,
}

/// What the templates of a push read of a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is the same for everybody.
    Nothing,
    /// The contact.
    Contact,
    /// The contact, and the event that began the journey.
    ContactAndEvent,
}

#[derive(Debug)]
struct CompiledButton {
    title: Template,
    link: Option<Template>,
    placeholder: Option<Template>,
}

impl CompiledPush {
    /// Parses every template of what is sent of `content`.
    ///
    /// # Errors
    /// Each field whose template is not well formed.
    pub fn compile(content: PushContent) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let sent = content.as_sent().into_owned();
        Self::parse_all(sent, &mut errors).ok_or(errors)
    }

    /// Notes each field whose template is not well formed.
    pub(super) fn check_templates(content: &PushContent, errors: &mut FieldErrors) {
        Self::parse_all(content.clone(), errors);
    }

    /// Parses the common content and each platform's.
    fn parse_all(content: PushContent, errors: &mut FieldErrors) -> Option<Self> {
        let own = content.overrides.contents(&content);
        let overrides = content.overrides.clone();
        let push = Self::parse(content, errors);
        let mut variants = Some(Vec::with_capacity(own.len()));
        for (platform, content) in own {
            let mut found = FieldErrors::default();
            match (Self::parse(content, &mut found), &mut variants) {
                (Some(mut parsed), Some(variants)) => {
                    let channel = overrides.on(platform).channel_id.clone();
                    parsed.channel_id = channel.filter(|id| !id.trim().is_empty());
                    variants.push((platform, parsed));
                }
                _ => variants = None,
            }
            for error in found.0 {
                if overrides.on(platform).sets(&error.field) {
                    errors.add(path(platform, &error.field), error.message);
                }
            }
        }
        Some(Self {
            variants: variants?,
            ..push?
        })
    }

    /// Parses every field before giving up, so that all mistakes are noted.
    fn parse(content: PushContent, errors: &mut FieldErrors) -> Option<Self> {
        let mut parse = |field: &str, source: &str| {
            Template::parse(source)
                .map_err(|problem| {
                    let place = format!("line {}, column {}", problem.line, problem.column);
                    errors.add(
                        field,
                        format!("is not well formed at {place}: {}", problem.message),
                    );
                })
                .ok()
        };
        let title = parse("title", &content.title);
        let body = parse("body", &content.body);
        let mut optional = |field: &str, source: Option<&str>| {
            source.map_or(Some(None), |source| parse(field, source).map(Some))
        };
        let subtitle = optional("subtitle", content.subtitle.as_deref());
        let image = optional("image", content.image.as_deref());
        let link = optional("link", content.link.as_deref());
        let collapse_id = optional("collapse_id", content.collapse_id.as_deref());
        let mut buttons = Vec::with_capacity(content.buttons.len());
        for (n, button) in content.buttons.iter().enumerate() {
            let mut of = |part: &str, source: Option<&str>| {
                optional(&format!("buttons[{n}].{part}"), source)
            };
            let title = of("title", Some(&button.title));
            let link = of("link", button.link.as_deref());
            let placeholder = of("placeholder", button.placeholder.as_deref());
            buttons.push(title.flatten().zip(link).zip(placeholder).map(
                |((title, link), placeholder)| CompiledButton {
                    title,
                    link,
                    placeholder,
                },
            ));
        }
        let buttons: Option<Vec<_>> = buttons.into_iter().collect();
        Some(Self {
            title: title?,
            subtitle: subtitle?,
            body: body?,
            image: image?,
            link: link?,
            collapse_id: collapse_id?,
            buttons: buttons?,
            channel_id: None,
            variants: Vec::new(),
            content,
        })
    }

    /// The one app to send to; every app of the contact when `None`.
    pub const fn app(&self) -> Option<AppId> {
        self.content.app
    }

    /// What an uncertain delivery means.
    pub const fn class(&self) -> DeliveryClass {
        self.content.class
    }

    /// How long a provider keeps trying, in seconds.
    pub const fn ttl_seconds(&self) -> u32 {
        self.content.ttl_seconds
    }

    /// What its templates read of a recipient.
    pub fn needs(&self) -> Needs {
        if self.may_read(EVENT) {
            Needs::ContactAndEvent
        } else if self.may_read(CONTACT) {
            Needs::Contact
        } else {
            Needs::Nothing
        }
    }

    /// Whether any field of any platform may look at this variable.
    fn may_read(&self, variable: &str) -> bool {
        let texts = [Some(&self.title), Some(&self.body)];
        let optional = [&self.subtitle, &self.image, &self.link, &self.collapse_id];
        let buttons = self.buttons.iter().flat_map(|button| {
            let optional = [button.link.as_ref(), button.placeholder.as_ref()];
            [Some(&button.title)].into_iter().chain(optional)
        });
        let own = texts
            .into_iter()
            .chain(optional.map(Option::as_ref))
            .chain(buttons)
            .flatten()
            .any(|template| template.may_read(variable));
        own || self
            .variants
            .iter()
            .any(|(_, push)| push.may_read(variable))
    }

    /// Renders for a contact, for every platform. Dates are shown in UTC.
    ///
    /// # Errors
    /// The first field that fails, or a link that is none once rendered.
    pub fn render(&self, data: &Value, now: Timestamp) -> Result<Rendered<'_>, RenderProblem> {
        let mut rendered = self.render_own(data, now)?;
        for (platform, variant) in &self.variants {
            let own = variant.render_own(data, now).map_err(|mut problem| {
                if self.content.overrides.on(*platform).sets(&problem.field) {
                    problem.field = path(*platform, &problem.field);
                }
                problem
            })?;
            rendered.variants.push((*platform, own));
        }
        Ok(rendered)
    }

    /// Renders its own content alone.
    fn render_own(&self, data: &Value, now: Timestamp) -> Result<Rendered<'_>, RenderProblem> {
        let moment = Moment::utc(now.as_millis());
        let text = |field: &str, template: &Template| -> Result<Cow<'_, str>, RenderProblem> {
            template
                .render(data, &LIMITS, moment)
                .map(Cow::Owned)
                .map_err(|problem| RenderProblem {
                    field: field.to_owned(),
                    place: Some((problem.line, problem.column)),
                    message: format!(
                        "fails at line {}, column {}: {}",
                        problem.line, problem.column, problem.message
                    ),
                })
        };
        let optional = |field: &str, template: Option<&Template>| {
            let rendered = template.map(|template| text(field, template)).transpose()?;
            Ok(rendered.filter(|text| !text.trim().is_empty()))
        };
        let link = |field: &str, template: Option<&Template>| {
            let link: Option<Cow<'_, str>> = optional(field, template)?;
            check_rendered_link(field, link)
        };
        let collapse_id = optional("collapse_id", self.collapse_id.as_ref())?;
        if let Some(id) = &collapse_id
            && id.len() > 64
        {
            return Err(RenderProblem {
                field: "collapse_id".to_owned(),
                place: None,
                message: format!("is {} bytes long; at most 64 are allowed", id.len()),
            });
        }
        let title = text("title", &self.title)?;
        let body = text("body", &self.body)?;
        if title.trim().is_empty() && body.trim().is_empty() {
            return Err(RenderProblem {
                field: "body".to_owned(),
                place: None,
                message: "comes out empty, and so does the title".to_owned(),
            });
        }
        let mut buttons = Vec::with_capacity(self.buttons.len());
        for (n, (button, composed)) in self.buttons.iter().zip(&self.content.buttons).enumerate() {
            let of = |part: &str| format!("buttons[{n}].{part}");
            buttons.push(RenderedButton {
                id: &composed.id,
                title: text(&of("title"), &button.title)?,
                kind: composed.kind,
                link: link(&of("link"), button.link.as_ref())?,
                placeholder: optional(&of("placeholder"), button.placeholder.as_ref())?,
            });
        }
        Ok(Rendered {
            title,
            subtitle: optional("subtitle", self.subtitle.as_ref())?,
            body,
            image: link("image", self.image.as_ref())?,
            link: link("link", self.link.as_ref())?,
            buttons,
            collapse_id,
            sound: self.content.sound.as_deref(),
            badge: self.content.badge,
            ttl_seconds: self.content.ttl_seconds,
            priority: self.content.priority,
            class: self.content.class,
            raw: self.content.raw.as_deref(),
            channel_id: self.channel_id.as_deref(),
            variants: Vec::new(),
        })
    }
}

/// A link that came out of a template is checked like one that was typed.
fn check_rendered_link<'a>(
    field: &str,
    link: Option<Cow<'a, str>>,
) -> Result<Option<Cow<'a, str>>, RenderProblem> {
    let Some(link) = link else { return Ok(None) };
    let link = match link {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    let mut errors = FieldErrors::default();
    check_link(field, &link, &mut errors);
    match errors.0.into_iter().next() {
        Some(error) => Err(RenderProblem {
            field: error.field,
            place: None,
            message: error.message,
        }),
        None => Ok(Some(link)),
    }
}
