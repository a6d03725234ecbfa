//! What a push looks like and weighs for one contact on one platform: the same
//! templates, payload builder and rules that the send itself uses.

use domain::{
    Timestamp,
    app::Capabilities,
    contact::Contact,
    device::{Channel, Platform},
    payload::{self, Target, Warning, warnings},
    push::{CompiledPush, PushContent, RenderProblem, Rendered},
    validate::{FieldError, FieldErrors},
};
use liquid::Value;

use super::state::control;
use crate::features::preview::{Arrived, Shown};

/// For whom, where and when a push is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// What templates read: the sample contact and an event's properties.
    pub data: &'a Value,
    /// What the app can show.
    pub capabilities: &'a Capabilities,
    /// The system.
    pub platform: Platform,
    /// The time that templates see.
    pub now: Timestamp,
}

/// A push as one contact gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What stands on the screen.
    pub shown: Shown,
    /// The push service that carries it.
    pub channel: Channel,
    /// Bytes that count against the platform's limit.
    pub counted: usize,
    /// What the platform leaves out, and why.
    pub warnings: Vec<Warning>,
    /// Addresses of images as they are rendered, by the names of their fields.
    pub images: Vec<(String, String)>,
    /// Why iOS shows no buttons, where the app uses iOS and no category fits them.
    pub missing_category: Option<String>,
    /// Characters of the rendered title.
    pub title_length: usize,
    /// Characters of the rendered text.
    pub body_length: usize,
}

/// Looks at `content` as `viewer` does.
///
/// # Errors
/// Every template that is not well formed, or the first that fails for this
/// contact.
pub fn look(content: &PushContent, viewer: Viewer<'_>) -> Result<Look, FieldErrors> {
    let push = CompiledPush::compile(content.clone())?;
    let rendered = push.render(viewer.data, viewer.now).map_err(one_error)?;
    let channel = channel_of(viewer.platform);
    let target = Target {
        channel,
        platform: viewer.platform,
        // Addresses and is not content: it does not count.
        token: "",
        capabilities: viewer.capabilities,
        delivery: uuid::Uuid::nil(),
        decided_at: viewer.now,
    };
    let payload = payload::build(&rendered, target);
    let arrived = Arrived::parse(channel, &payload.body).unwrap_or_default();
    Ok(Look {
        shown: Shown::of(arrived, viewer.platform, viewer.capabilities),
        channel,
        counted: payload.counted,
        warnings: warnings(&rendered, viewer.platform, viewer.capabilities),
        images: images(&rendered, content),
        missing_category: payload::missing_category(&rendered, viewer.capabilities)
            .filter(|_| viewer.capabilities.reaches(Platform::Ios)),
        title_length: rendered.title.chars().count(),
        body_length: rendered.body.chars().count(),
    })
}

/// The images of what is sent: the common one, and those that platforms have of their own.
fn images(rendered: &Rendered<'_>, content: &PushContent) -> Vec<(String, String)> {
    let own = rendered.variants.iter().filter_map(|(platform, variant)| {
        let sets = content.overrides.on(*platform).sets("image");
        let image = variant.image.as_ref().filter(|_| sets)?;
        Some((control(*platform, "image"), image.to_string()))
    });
    let common = rendered.image.iter();
    common
        .map(|image| ("image".to_owned(), image.to_string()))
        .chain(own)
        .collect()
}

fn one_error(problem: RenderProblem) -> FieldErrors {
    FieldErrors(vec![FieldError {
        field: problem.field,
        message: problem.message,
    }])
}

/// The push service that reaches a platform.
pub const fn channel_of(platform: Platform) -> Channel {
    match platform {
        Platform::Ios => Channel::Apns,
        Platform::Android => Channel::Fcm,
        Platform::Web => Channel::Webpush,
        Platform::Fireos => Channel::Adm,
    }
}

/// A contact who does not exist, to look at a push before there is anybody.
pub fn made_up_contact() -> Contact {
    let nobody = uuid::Uuid::nil();
    Contact {
        id: nobody.into(),
        shard: domain::Shard::of("sample"),
        external_id: "sample-1".to_owned(),
        first_name: Some("Ana".to_owned()),
        last_name: Some("Kovač".to_owned()),
        email: Some("ana@example.com".to_owned()),
        locale: Some("en".to_owned()),
        time_zone: Some("Europe/Zagreb".to_owned()),
        opted_in: Some(true),
        attributes: domain::contact::Attributes::new(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

#[cfg(test)]
mod tests {
    use domain::push::template_data;
    use serde_json::Map;

    use super::*;

    fn seen(content: &PushContent, platform: Platform) -> Result<Look, FieldErrors> {
        let viewer = Viewer {
            data: &template_data(&made_up_contact(), &Map::new()),
            capabilities: &Capabilities::default(),
            platform,
            now: Timestamp(0),
        };
        look(content, viewer)
    }

    fn content(title: &str) -> PushContent {
        PushContent {
            title: title.to_owned(),
            body: "B".to_owned(),
            ..PushContent::default()
        }
    }

    #[test]
    fn the_preview_shows_what_the_payload_says() {
        for platform in [Platform::Ios, Platform::Android] {
            let look = seen(&content("Hi {{ contact.first_name }}"), platform).expect("renders");
            assert_eq!(look.shown.title, "Hi Ana");
            assert_eq!(look.title_length, 6);
        }
    }

    #[test]
    fn one_more_byte_of_text_is_one_more_byte_counted() {
        for platform in [Platform::Ios, Platform::Android] {
            let bytes = |title| seen(&content(title), platform).expect("renders").counted;
            assert_eq!(bytes("ab"), bytes("a") + 1);
            assert_eq!(bytes("aé"), bytes("a") + 2);
        }
    }

    #[test]
    fn an_image_that_ios_cannot_fetch_is_warned_of_and_not_drawn() {
        let content = PushContent {
            image: Some("https://x.test/i.png".into()),
            ..content("T")
        };
        let look = seen(&content, Platform::Ios).expect("renders");
        assert_eq!(look.shown.image, None);
        assert!(look.warnings.iter().any(|warning| warning.field == "image"));
    }

    #[test]
    fn a_broken_template_names_its_field() {
        let errors = seen(&content("Hi {{ contact."), Platform::Ios).expect_err("is broken");
        assert!(errors.of("title").is_some());
    }

    #[test]
    fn the_count_is_that_of_the_payload_which_is_sent() {
        let content = content("Hi {{ contact.first_name }}");
        let push = CompiledPush::compile(content.clone()).expect("compiles");
        let data = template_data(&made_up_contact(), &Map::new());
        let rendered = push.render(&data, Timestamp(0)).expect("renders");
        for platform in [Platform::Ios, Platform::Android] {
            let target = Target {
                channel: channel_of(platform),
                platform,
                token: "a-push-token-as-devices-have-it",
                capabilities: &Capabilities::default(),
                delivery: uuid::Uuid::from_u128(0x0123_4567_89ab_cdef),
                decided_at: Timestamp(0),
            };
            let sent = payload::build(&rendered, target);
            assert_eq!(
                seen(&content, platform).expect("renders").counted,
                sent.counted
            );
        }
    }
}
