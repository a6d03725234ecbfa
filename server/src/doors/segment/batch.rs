//! Many messages at once. Those that are right are taken; the others are counted
//! and logged, each with its reason, and the answer is a success all the same,
//! as Segment's is: a library that was refused would send the whole batch again.

use std::collections::BTreeMap;

use axum::extract::Request;
use domain::people::Principal;
use domain::validate::FieldErrors;
use http::StatusCode;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use service::messages::{Fate, Message};

use super::fields::{Fields, Said};
use super::message::{self, About};
use super::times::{Times, moment};
use super::unregistered::Door;
use super::{BATCH_MAX, BATCH_MESSAGES_MAX, Kind, MESSAGE_MAX, Tally, body, count, known, wrong};
use crate::rest::problem::{ApiError, Result};

/// What is counted of a message that is not taken.
const REFUSED: Fate = Fate::Refused(FieldErrors(Vec::new()));
/// How many refusals of one batch are looked at for devices.
const NOTED_MAX: usize = 20;

pub(super) async fn take(
    door: Door<'_>,
    by: Option<Principal>,
    request: Request,
    corrects: bool,
) -> Result<()> {
    let service = door.service;
    let text = body::read(request, BATCH_MAX).await?;
    let parts: BTreeMap<String, &RawValue> =
        serde_json::from_str(&text).map_err(super::not_an_object)?;
    let rest = Fields(
        ["writeKey", "sentAt", "context"]
            .into_iter()
            .filter_map(|name| Some((name, parts.get(name)?)))
            .map(|(name, part)| Ok((name.to_owned(), serde_json::from_str(part.get())?)))
            .collect::<std::result::Result<Map<String, Value>, _>>()
            .map_err(super::not_an_object)?,
    );
    let by = known(service, by, rest.aside("writeKey").as_deref()).await?;
    let messages = list(&parts)?;
    let mut errors = FieldErrors::default();
    let times = Times::new(
        service.now(),
        moment(&rest, "sentAt", &mut errors),
        corrects,
    );
    errors.into_result(()).map_err(wrong)?;

    let mut tally = Tally::of(&by);
    let mut good = Vec::new();
    let mut abouts: Vec<(usize, About)> = Vec::new();
    // Why messages were refused, and why devices of others were not registered.
    let (mut refused, mut unregistered) = (Vec::new(), Vec::new());
    for (n, text) in messages.iter().enumerate() {
        if n >= BATCH_MESSAGES_MAX {
            count(None, &REFUSED);
            tally.past_the_limit();
            continue;
        }
        match read(text, &rest, &times) {
            Ok((message, about)) => {
                good.push(message);
                abouts.push((n, about));
            }
            Err(unread) => {
                count(unread.kind, &REFUSED);
                tally.refused(n, &unread.id, &unread.errors);
                refused.push((n, unread.errors.to_string()));
            }
        }
    }
    let taken = service.take_messages(&by, good).await?;
    for ((n, about), fate) in abouts.iter().zip(taken.fates) {
        match fate {
            Fate::Refused(errors) => {
                let errors = about.in_segments_words(errors);
                let id = about.id.as_deref().unwrap_or_default();
                count(about.kind, &REFUSED);
                tally.refused(*n, id, &errors);
                refused.push((*n, errors.to_string()));
            }
            fate => count(about.kind, &fate),
        }
        tally.left_out(about);
    }
    for (place, errors) in taken.refused_devices {
        if let Some((n, about)) = abouts.get(place) {
            unregistered.push((*n, tally.refused_device(about, errors)));
        }
    }
    tally.finish();
    let message = |n: usize| {
        let text = messages.get(n).map_or("", |text| text.get());
        // As it was meant: with the context that the batch has for all.
        let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        with_context(fields, &rest)
    };
    for (n, reason) in refused.iter().take(NOTED_MAX) {
        door.note_message(&message(*n), reason).await;
    }
    for (n, reason) in unregistered.iter().take(NOTED_MAX) {
        door.note(&message(*n), reason).await;
    }
    Ok(())
}

/// A message with the batch's context, if it has none of its own.
fn with_context(mut fields: Map<String, Value>, batch: &Fields) -> Map<String, Value> {
    if !fields.contains_key("context")
        && let Some(context) = batch.0.get("context")
    {
        fields.insert("context".to_owned(), context.clone());
    }
    fields
}

/// The batch's messages, unread.
fn list<'a>(parts: &BTreeMap<String, &'a RawValue>) -> Result<Vec<&'a RawValue>> {
    let refused = |message| ApiError::field(StatusCode::BAD_REQUEST, "batch", message);
    let part = parts.get("batch").ok_or_else(|| refused("is missing"))?;
    serde_json::from_str(part.get()).map_err(|_| refused("must be a list of messages"))
}

/// A message that cannot be read.
struct Unread {
    kind: Option<Kind>,
    id: String,
    errors: FieldErrors,
}

fn read(
    text: &RawValue,
    batch: &Fields,
    times: &Times,
) -> std::result::Result<(Message, About), Unread> {
    let refused = |id, field: &str, message: String| {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        let kind = None;
        Unread { kind, id, errors }
    };
    let size = text.get().len();
    if size > MESSAGE_MAX {
        let message = format!("is {size} bytes of JSON; at most {MESSAGE_MAX} are allowed");
        return Err(refused(String::new(), "message", message));
    }
    let mut said: Said = serde_json::from_str(text.get()).map_err(|error| {
        let message = if error.is_data() {
            "must be an object".to_owned()
        } else {
            format!("is not JSON: {error}")
        };
        refused(String::new(), "message", message)
    })?;
    let id = said.fields.aside("messageId").unwrap_or_default();
    let Some(kind) = said.fields.aside("type").as_deref().and_then(Kind::parse) else {
        let names = Kind::ALL.map(Kind::name).join(", ");
        return Err(refused(id, "type", format!("must be one of {names}")));
    };
    said.fields.0 = with_context(said.fields.0, batch);
    message::read(kind, said, times).map_err(|errors| Unread {
        kind: Some(kind),
        id,
        errors,
    })
}
