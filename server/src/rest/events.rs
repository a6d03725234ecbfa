//! Events.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::EventId;
use domain::event::{EVENT_BATCH_MAX, EventInput};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ApiState;
use super::extract::{Json, Sender};
use super::many::{OneOrMany, bounded, one_or_many};
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
        (status = 200, body = TakenBody),
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
    Ok(Answer(body).into_response())
}
