//! What each channel would be sent of a push, byte for byte, for one contact.

use std::sync::Arc;

use delivery::{Message, Options, outline};
use domain::Timestamp;
use domain::app::Capabilities;
use domain::device::{Channel, Platform};
use domain::payload::{self, Target};
use domain::people::{Permission, Principal};
use domain::push::{CompiledPush, PushContent, Rendered, template_data_of};
use domain::validate::FieldErrors;
use domain::view::{AppView, Inspected, InspectedRequest};
use liquid::Value;
use serde_json::Map;
use uuid::Uuid;

use crate::service::require;
use crate::{Result, Service};

/// What is sent to whom, in the order in which people read it.
const SHOWN: [(Channel, Platform); 8] = [
    (Channel::Apns, Platform::Ios),
    (Channel::Fcm, Platform::Android),
    (Channel::Fcm, Platform::Ios),
    (Channel::Fcm, Platform::Web),
    (Channel::Adm, Platform::Fireos),
    (Channel::Webpush, Platform::Web),
    (Channel::Twilio, Platform::Ios),
    (Channel::Twilio, Platform::Android),
];
/// A token that each channel takes for one, where the payload names the device.
const TOKEN: &str = "TOKEN";

impl Service {
    /// What each channel would be sent of `content` for the contact `sample`, as
    /// templates see it, after an event with these properties, if it were sent now.
    ///
    /// # Errors
    /// `Invalid` where the push does not compile or render.
    pub async fn inspect_push(
        &self,
        by: &Principal,
        content: &PushContent,
        sample: Value,
        event: &Map<String, serde_json::Value>,
    ) -> Result<Vec<Inspected>> {
        require(by, Permission::Read)?;
        let apps = self.list_apps(by).await?;
        let chosen = |view: &&AppView| content.app.is_none_or(|id| view.app.id == id);
        let apps: Vec<&AppView> = apps.iter().filter(chosen).collect();
        let capabilities = Capabilities::shared(apps.iter().map(|view| &view.app.capabilities));
        let topic = apps
            .iter()
            .flat_map(|view| &view.credentials)
            .find(|credential| credential.channel == Channel::Apns)
            .map(|credential| credential.topic.as_str().into());
        let push = CompiledPush::compile(content.clone())?;
        let now = self.now();
        let data = template_data_of(sample, event);
        let rendered = push.render(&data, now).map_err(|problem| {
            let mut errors = FieldErrors::default();
            errors.add(problem.field, problem.message);
            errors
        })?;
        let look = Look {
            rendered: &rendered,
            capabilities: &capabilities,
            topic,
            now,
        };
        Ok(SHOWN.map(|to| look.at(to)).into())
    }
}

struct Look<'a> {
    rendered: &'a Rendered<'a>,
    capabilities: &'a Capabilities,
    topic: Option<Arc<str>>,
    now: Timestamp,
}

impl Look<'_> {
    fn at(&self, (channel, platform): (Channel, Platform)) -> Inspected {
        let target = Target {
            channel,
            platform,
            token: TOKEN,
            capabilities: self.capabilities,
            delivery: Uuid::nil(),
            decided_at: self.now,
        };
        let built = payload::build(self.rendered, target);
        let options = payload::options(self.rendered, platform, Uuid::nil());
        let topic = self.topic.clone().filter(|_| channel == Channel::Apns);
        let message = Message {
            id: Uuid::nil(),
            token: TOKEN.into(),
            body: built.body.clone().into(),
            options: Options::of(options, topic, self.now),
            validate_only: false,
        };
        Inspected {
            channel,
            platform,
            used: self.capabilities.channels.is_empty()
                || self.capabilities.channels.contains(&channel),
            request: outline(channel, &message, self.now).map(|outline| InspectedRequest {
                line: outline.line,
                headers: outline.headers,
            }),
            body: String::from_utf8_lossy(&built.body).into_owned(),
            counted: built.counted,
            limit: payload::limit(channel),
        }
    }
}
