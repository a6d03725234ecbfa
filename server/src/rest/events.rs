//! Events.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::EventId;
use domain::event::{EVENT_BATCH_MAX, EventInput};
use http::StatusCode;
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ApiState;
use super::extract::{Json, Sender};
use super::problem::{Problem, Result};
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
    properties: Map<String, Value>,
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
    #[serde(deserialize_with = "bounded")]
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
    /// Looks for `events` first, so that a mistake is named in the form that
    /// was meant: an untagged enum would only say that nothing fits.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let named = |error: serde_path_to_error::Error<serde_json::Error>| {
            let path = error.path().to_string();
            let error = error.into_inner();
            if path == "." {
                D::Error::custom(error)
            } else {
                D::Error::custom(format!("{path}: {error}"))
            }
        };
        match value {
            Value::Object(object) if object.contains_key("events") => {
                serde_path_to_error::deserialize(Value::Object(object))
                    .map(Self::Batch)
                    .map_err(named)
            }
            value @ Value::Object(_) => serde_path_to_error::deserialize(value)
                .map(Self::One)
                .map_err(named),
            _ => Err(D::Error::custom("expected an event, or {\"events\": […]}")),
        }
    }
}

/// Stops reading after one event more than a batch may hold.
fn bounded<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Vec<EventBody>, D::Error> {
    struct Bounded;
    impl<'de> serde::de::Visitor<'de> for Bounded {
        type Value = Vec<EventBody>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of events")
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut items: A,
        ) -> std::result::Result<Self::Value, A::Error> {
            let mut events = Vec::new();
            while events.len() <= EVENT_BATCH_MAX {
                match items.next_element()? {
                    Some(event) => events.push(event),
                    None => return Ok(events),
                }
            }
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(events)
        }
    }
    deserializer.deserialize_seq(Bounded)
}

/// What was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenBody {
    /// How many events were new.
    taken: usize,
    /// Our identifiers, in your order; `null` for an event that was taken
    /// before under your own identifier.
    ids: Vec<Option<EventId>>,
}

/// Post events
///
/// One event, or up to 1000 as `{"events": […]}`: all are taken or none. They
/// are durable when this answers; workflows look at them right after.
#[utoipa::path(
    post, path = "/events", tag = "events", request_body = EventsBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 202, body = TakenBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post(
    State(state): State<ApiState>,
    Sender(caller): Sender,
    Json(body): Json<EventsBody>,
) -> Result<Response> {
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
    let taken = state.service.take_events(&caller, events, named).await?;
    let body = TakenBody {
        taken: taken.taken(),
        ids: taken.ids,
    };
    Ok((StatusCode::ACCEPTED, Answer(body)).into_response())
}
