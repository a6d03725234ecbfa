//! A push with its templates parsed once, rendered for each contact.

use std::borrow::Cow;

use liquid::{Limits, Moment, Template, Value};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::content::{DeliveryClass, Priority, PushContent};
use super::raw::RawPush;
use crate::contact::{AttributeValue, Contact};
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
    buttons: Vec<(Template, Option<Template>)>,
}

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

/// A push as it will be sent: no Liquid left, empty fields gone.
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
    /// A body typed by hand, in the place of all the rest.
    pub raw: Option<&'a RawPush>,
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
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Cow<'a, str>>,
}

impl CompiledPush {
    /// Parses every template of `content`.
    ///
    /// # Errors
    /// Each field whose template is not well formed.
    pub fn compile(content: PushContent) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        Self::parse(content, &mut errors).ok_or(errors)
    }

    /// Notes each field whose template is not well formed.
    pub(super) fn check_templates(content: &PushContent, errors: &mut FieldErrors) {
        Self::parse(content.clone(), errors);
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
            let title = optional(&format!("buttons[{n}].title"), Some(&button.title));
            let link = optional(&format!("buttons[{n}].link"), button.link.as_deref());
            buttons.push(title.flatten().zip(link));
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

    /// Whether any field differs from contact to contact.
    pub fn is_personal(&self) -> bool {
        let texts = [Some(&self.title), Some(&self.body)].into_iter().flatten();
        let optional = [&self.subtitle, &self.image, &self.link, &self.collapse_id];
        let buttons = self
            .buttons
            .iter()
            .flat_map(|(title, link)| [Some(title), link.as_ref()]);
        texts
            .chain(optional.into_iter().flatten())
            .chain(buttons.flatten())
            .any(|template| template.as_static().is_none())
    }

    /// Renders for a contact. Dates are shown in UTC.
    ///
    /// # Errors
    /// The first field that fails, or a link that is none once rendered.
    pub fn render(&self, data: &Value, now: Timestamp) -> Result<Rendered<'_>, RenderProblem> {
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
        for (n, (button_title, button_link)) in self.buttons.iter().enumerate() {
            buttons.push(RenderedButton {
                id: &self.content.buttons[n].id,
                title: text(&format!("buttons[{n}].title"), button_title)?,
                link: link(&format!("buttons[{n}].link"), button_link.as_ref())?,
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

/// What templates may read: `contact` and its attributes, and `event`, the
/// properties of the event that began the journey.
pub fn template_data(contact: &Contact, properties: &Map<String, serde_json::Value>) -> Value {
    template_data_of(contact_value(contact), properties)
}

/// The same for a contact that is a value already, as [`contact_json`] reads.
pub fn template_data_of(contact: Value, properties: &Map<String, serde_json::Value>) -> Value {
    Value::object([("contact", contact), ("event", properties.into())])
}

/// The fields of a contact that stand beside its attributes, as templates call them.
fn own_fields(contact: &Contact) -> impl Iterator<Item = (&'static str, &str)> {
    let known = [
        ("external_id", Some(&contact.external_id)),
        ("first_name", contact.first_name.as_ref()),
        ("last_name", contact.last_name.as_ref()),
        ("email", contact.email.as_ref()),
        ("locale", contact.locale.as_ref()),
        ("time_zone", contact.time_zone.as_ref()),
    ];
    known
        .into_iter()
        .filter_map(|(name, field)| Some((name, field?.as_str())))
}

fn contact_value(contact: &Contact) -> Value {
    let text = |text: &str| Value::Str(text.into());
    let mut entries: Vec<(Box<str>, Value)> = Vec::with_capacity(contact.attributes.len() + 6);
    for (name, value) in &contact.attributes {
        let value = match value {
            AttributeValue::Bool(value) => Value::Bool(*value),
            AttributeValue::Int(value) => Value::Int(*value),
            AttributeValue::Float(value) => Value::Float(*value),
            AttributeValue::Text(value) => text(value),
        };
        entries.push((name.as_str().into(), value));
    }
    entries.extend(own_fields(contact).map(|(name, field)| (name.into(), text(field))));
    Value::Object(std::sync::Arc::new(liquid::Object::new(entries)))
}

/// The contact as JSON that reads as the [`Value`] which templates see: for a browser,
/// which needs no more of it.
pub fn contact_json(contact: &Contact) -> String {
    serde_json::to_string(&Readable(contact)).unwrap_or_default()
}

/// A contact, written as templates see it.
struct Readable<'a>(&'a Contact);

impl Serialize for Readable<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.0.attributes {
            map.serialize_entry(name, value)?;
        }
        // A field follows an attribute of its name and takes its place when read.
        for (name, field) in own_fields(self.0) {
            map.serialize_entry(name, field)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shard;

    #[test]
    fn a_contact_written_for_the_browser_reads_as_templates_see_it() {
        let attributes = [
            ("vip", AttributeValue::Bool(true)),
            ("orders", AttributeValue::Int(-3)),
            ("spent", AttributeValue::Float(2.0)),
            ("plan", AttributeValue::Text("gold".into())),
            ("email", AttributeValue::Text("an attribute".into())),
        ];
        let contact = Contact {
            id: uuid::Uuid::nil().into(),
            shard: Shard::of("a"),
            external_id: "a".into(),
            first_name: Some("Ana".into()),
            last_name: None,
            email: Some("ana@example.com".into()),
            locale: None,
            time_zone: None,
            opted_in: None,
            attributes: attributes.map(|(name, value)| (name.into(), value)).into(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        let read: Value = serde_json::from_str(&contact_json(&contact)).expect("reads");
        assert_eq!(read, contact_value(&contact));
        assert_eq!(
            template_data_of(read, &Map::new()),
            template_data(&contact, &Map::new())
        );
    }
}
