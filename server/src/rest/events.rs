//! Events.

use axum::Json as Answer;
use axum::extract::{FromRequest, Request, State};
use domain::event::{EVENT_BATCH_MAX, EventInput, Properties};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ApiState;
use super::extract::{Sender, from_json, read_json};
use super::many::{OneOrMany, bounded, one_or_many};
use super::problem::{ApiError, Problem, Result};
use super::time::Time;

/// Largest body: a full batch of events of usual size, many times over.
pub const BODY_MAX: usize = 16 * 1024 * 1024;

/// Something that a contact did.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Event)]
#[serde(deny_unknown_fields)]
pub struct EventBody {
    /// Your own identifier of the event: posted again, it is taken once.
    #[serde(default)]
    id: Option<String>,
    /// Your own identifier of the contact; one that is not known is created.
    #[schema(example = "customer-17")]
    external_id: String,
    /// What happened.
    #[schema(example = "order_placed")]
    name: String,
    /// When it happened; now when absent.
    #[serde(default)]
    occurred_at: Option<Time>,
    /// Facts about it.
    #[serde(default)]
    #[schema(value_type = Object)]
    properties: Properties,
}

impl From<EventBody> for EventInput {
    fn from(body: EventBody) -> Self {
        Self {
            id: body.id,
            external_id: body.external_id,
            name: body.name,
            occurred_at: body.occurred_at.map(|at| at.0),
            properties: body.properties,
        }
    }
}

/// Many events at once, all taken or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBatch {
    /// The events, at most 1000.
    #[schema(max_items = 1000, min_items = 1)]
    #[serde(deserialize_with = "bounded::<_, _, EVENT_BATCH_MAX>")]
    events: Vec<EventBody>,
}

/// One event, or `{"events": […]}`.
#[derive(Debug)]
pub enum EventsBody {
    /// Many.
    Batch(EventBatch),
    /// One.
    One(EventBody),
}

impl PartialSchema for EventsBody {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(Ref::from_schema_name("EventBatch"))
            .item(Ref::from_schema_name("Event"))
            .into()
    }
}

impl ToSchema for EventsBody {
    fn name() -> Cow<'static, str> {
        "Events".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("EventBatch".to_owned(), EventBatch::schema()));
        schemas.push(("Event".to_owned(), EventBody::schema()));
        EventBatch::schemas(schemas);
        EventBody::schemas(schemas);
    }
}

impl<'de> Deserialize<'de> for EventsBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(match one_or_many(deserializer, "events", "an event")? {
            OneOrMany::Many(batch) => Self::Batch(batch),
            OneOrMany::One(event) => Self::One(event),
        })
    }
}

impl FromRequest<ApiState> for EventsBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self> {
        let bytes = read_json(request, BODY_MAX).await?;
        match Self::read_right(&bytes) {
            Some(events) => Ok(events),
            None => from_json(&bytes),
        }
    }
}

impl EventsBody {
    /// Reads a body in one pass; `None` for one that is wrong, which takes more to
    /// explain.
    fn read_right(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(clippy::option_option, reason = "absent, `null`, or a value")]
        struct Either {
            #[serde(default, deserialize_with = "some_events")]
            events: Option<Vec<EventBody>>,
            #[serde(default, deserialize_with = "present")]
            id: Option<Option<String>>,
            #[serde(default, deserialize_with = "present")]
            external_id: Option<String>,
            #[serde(default, deserialize_with = "present")]
            name: Option<String>,
            #[serde(default, deserialize_with = "present")]
            occurred_at: Option<Option<Time>>,
            #[serde(default, deserialize_with = "present")]
            properties: Option<Properties>,
        }
        // `null` is not the same as nothing.
        fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
            deserializer: D,
        ) -> std::result::Result<Option<T>, D::Error> {
            T::deserialize(deserializer).map(Some)
        }
        fn some_events<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> std::result::Result<Option<Vec<EventBody>>, D::Error> {
            bounded::<_, _, EVENT_BATCH_MAX>(deserializer).map(Some)
        }
        // A derived reader would take a list for an object's fields in order.
        let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if start != Some(&b'{') {
            return None;
        }
        match serde_json::from_slice(bytes).ok()? {
            Either {
                events: Some(events),
                id: None,
                external_id: None,
                name: None,
                occurred_at: None,
                properties: None,
            } => Some(Self::Batch(EventBatch { events })),
            Either {
                events: None,
                id,
                external_id: Some(external_id),
                name: Some(name),
                occurred_at,
                properties,
            } => Some(Self::One(EventBody {
                id: id.flatten(),
                external_id,
                name,
                occurred_at: occurred_at.flatten(),
                properties: properties.unwrap_or_default(),
            })),
            _ => None,
        }
    }
}

/// What was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedBody {
    /// How many events.
    accepted: usize,
}

/// Post events
///
/// One event, or up to 1000 as `{"events": […]}`: all are accepted or none. They
/// are durable when this answers. An event posted again under its own `id` is
/// stored once. Workflows and pages see events right after; while more come at
/// once than can be filed, some seconds later.
#[utoipa::path(
    post, path = "/api/v1/events", tag = "events", request_body = EventsBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 200, body = AcceptedBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post(
    State(state): State<ApiState>,
    Sender(caller): Sender,
    body: EventsBody,
) -> Result<Answer<AcceptedBody>> {
    let (events, many): (Vec<EventInput>, bool) = match body {
        EventsBody::Batch(batch) => (batch.events.into_iter().map(Into::into).collect(), true),
        EventsBody::One(event) => (vec![event.into()], false),
    };
    let named = |n: usize| {
        if many {
            format!("events[{n}].")
        } else {
            String::new()
        }
    };
    let accepted = events.len();
    state.service.take_events(&caller, events, named).await?;
    Ok(Answer(AcceptedBody { accepted }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick(text: &str) -> Option<(Vec<EventBody>, bool)> {
        Some(match EventsBody::read_right(text.as_bytes())? {
            EventsBody::Batch(batch) => (batch.events, true),
            EventsBody::One(event) => (vec![event], false),
        })
    }

    fn slow(text: &str) -> Option<(Vec<EventBody>, bool)> {
        Some(match from_json(text.as_bytes()).ok()? {
            EventsBody::Batch(batch) => (batch.events, true),
            EventsBody::One(event) => (vec![event], false),
        })
    }

    #[test]
    fn what_is_read_in_one_pass_is_what_is_read_thoroughly() {
        let one = r#"{"external_id": "a", "name": "b"}"#;
        let full = r#" {"id": "1", "external_id": "a", "name": "b",
            "occurred_at": "2026-11-22T03:21:44.120+01:00", "properties": {"x": [1, {"y": null}]}}"#;
        let many = format!(r#"{{"events": [{one}, {full}]}}"#);
        let null = r#"{"id": null, "external_id": "a", "name": "b", "occurred_at": null}"#;
        for right in [one, full, null, many.as_str(), r#"{"events": []}"#] {
            let (quick, slow) = (quick(right).expect(right), slow(right).expect(right));
            let inputs = |events: Vec<EventBody>| -> Vec<EventInput> {
                events.into_iter().map(Into::into).collect()
            };
            assert_eq!(quick.1, slow.1, "{right}");
            let (quick, slow) = (inputs(quick.0), inputs(slow.0));
            assert_eq!(quick.len(), slow.len());
            for (quick, slow) in quick.iter().zip(&slow) {
                assert_eq!(quick.occurred_at, slow.occurred_at);
                let value =
                    |event: &EventInput| serde_json::to_value(event).expect("an event has a text");
                assert_eq!(value(quick), value(slow));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_left_to_be_explained() {
        let one = r#"{"external_id": "a", "name": "b"}"#;
        for wrong in [
            "",
            "[]",
            "{}",
            r#"["a", "b"]"#,
            r#"{"name": "b"}"#,
            r#"{"external_id": "a", "name": null}"#,
            r#"{"external_id": "a", "name": "b", "properties": null}"#,
            r#"{"events": [], "name": null}"#,
            r#"{"events": [], "id": null}"#,
            r#"{"external_id": "a", "name": "b", "at": 1}"#,
            r#"{"external_id": "a", "name": "b", "properties": []}"#,
            r#"{"external_id": "a", "name": "b", "properties": {"x": 1e999}}"#,
            &format!(r#"{{"events": [{one}], "name": "b"}}"#),
            &format!(r#"{{"events": {one}}}"#),
            &format!("{one} {one}"),
        ] {
            assert!(quick(wrong).is_none(), "{wrong}");
            assert!(slow(wrong).is_none(), "{wrong}");
        }
    }
}
