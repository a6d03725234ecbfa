//! Texts: case, trimming, cutting, joining and replacing.

use std::borrow::Cow;

use super::{Arguments, Filter};
use crate::limits::Meter;
use crate::number::{count, integer};
use crate::problem::Outcome;
use crate::value::{Value, is_space, one_char};

pub(super) fn apply(
    meter: &Meter,
    filter: Filter,
    input: &Value,
    arguments: &Arguments<'_>,
) -> Outcome<Value> {
    use Filter as F;
    if matches!(
        (filter, input),
        (F::Truncate | F::TruncateWords | F::Squish, Value::Nil)
    ) {
        return Ok(Value::Nil);
    }
    let text = input.text(meter)?;
    meter.charge_text(text.len())?;
    let text = &*text;
    let changed: Cow<'_, str> = match filter {
        F::Append => meter
            .build(|sink| {
                sink.push(text)
                    .and_then(|()| arguments.first().write_text(sink))
            })?
            .into(),
        F::Prepend => meter
            .build(|sink| {
                arguments
                    .first()
                    .write_text(sink)
                    .and_then(|()| sink.push(text))
            })?
            .into(),
        F::Capitalize => capitalize(text).into(),
        F::Downcase => lower(text).into(),
        F::Upcase => text
            .chars()
            .flat_map(char::to_uppercase)
            .collect::<String>()
            .into(),
        F::Strip => text.trim_matches(strippable).into(),
        F::LeftStrip => text.trim_start_matches(strippable).into(),
        F::RightStrip => text.trim_end_matches(strippable).into(),
        F::StripNewlines => text.replace("\r\n", "\n").replace('\n', "").into(),
        F::Squish => words(text).collect::<Vec<_>>().join(" ").into(),
        F::Slice => return slice(text, arguments),
        F::Truncate => truncate(meter, text, arguments)?.into(),
        F::TruncateWords => truncate_words(meter, text, arguments)?.into(),
        _ => replace(meter, filter, text, arguments)?.into(),
    };
    Ok(meter.bounded(changed.into_owned())?.into())
}

fn strippable(character: char) -> bool {
    character == '\0' || u8::try_from(character).is_ok_and(is_space)
}

fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + &lower(characters.as_str())
}

/// Letter by letter: the standard library's rule for a Greek sigma at a word's end is not worth
/// its size here.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(strippable).filter(|word| !word.is_empty())
}

/// `replace`, `remove` and their kin. The result may be far longer than the input, so it is
/// built under the limit.
fn replace(
    meter: &Meter,
    filter: Filter,
    text: &str,
    arguments: &Arguments<'_>,
) -> Outcome<String> {
    use Filter as F;
    let wanted = arguments.text(meter)?;
    let wanted = &*wanted;
    let removes = matches!(filter, F::Remove | F::RemoveFirst | F::RemoveLast);
    let replacement = if removes {
        Cow::Borrowed("")
    } else {
        arguments.second().text(meter)?
    };
    meter.charge_text(text.len())?;
    meter.build(|sink| match filter {
        F::Replace | F::Remove => {
            let mut from = 0;
            for (at, found) in text.match_indices(wanted) {
                sink.push(&text[from..at])?;
                sink.push(&replacement)?;
                from = at + found.len();
            }
            sink.push(&text[from..])
        }
        _ => {
            let last = matches!(filter, F::ReplaceLast | F::RemoveLast);
            let Some(at) = (if last {
                text.rfind(wanted)
            } else {
                text.find(wanted)
            }) else {
                return sink.push(text);
            };
            sink.push(&text[..at])?;
            sink.push(&replacement)?;
            sink.push(&text[at + wanted.len()..])
        }
    })
}

/// A character at an offset, from the end if negative, or as many as the second argument says.
fn slice(text: &str, arguments: &Arguments<'_>) -> Outcome<Value> {
    let characters = text.chars().count();
    let Some((start, len)) = slice_bounds(characters, arguments)? else {
        return Ok("".into());
    };
    let start_at = text
        .char_indices()
        .nth(start)
        .map_or(text.len(), |(at, _)| at);
    let rest = &text[start_at..];
    let end = rest
        .char_indices()
        .nth(len)
        .map_or(rest.len(), |(at, _)| at);
    Ok(rest[..end].into())
}

/// Start and length of a slice; none if it lies outside.
pub(super) fn slice_bounds(
    size: usize,
    arguments: &Arguments<'_>,
) -> Outcome<Option<(usize, usize)>> {
    let start = integer(arguments.first())?;
    let len = match arguments.second() {
        Value::Nil | Value::Bool(false) => 1,
        len => integer(len)?,
    };
    let start = crate::value::wrap_index(start, size).filter(|start| *start <= size);
    Ok(start.filter(|_| len >= 0).map(|start| (start, count(len))))
}

fn truncate(meter: &Meter, text: &str, arguments: &Arguments<'_>) -> Outcome<String> {
    let length = match &arguments.first {
        Some(length) => integer(length)?,
        None => 50,
    };
    let length = count(length);
    let end = ending(meter, arguments)?;
    if text.chars().count() <= length {
        return Ok(text.into());
    }
    let kept = length.saturating_sub(end.chars().count());
    let cut = text
        .char_indices()
        .nth(kept)
        .map_or(text.len(), |(at, _)| at);
    meter.build(|sink| sink.push(&text[..cut]).and_then(|()| sink.push(&end)))
}

fn truncate_words(meter: &Meter, text: &str, arguments: &Arguments<'_>) -> Outcome<String> {
    let most = match &arguments.first {
        Some(most) => integer(most)?,
        None => 15,
    };
    let most = count(most).max(1);
    let end = ending(meter, arguments)?;
    if words(text).nth(most).is_none() {
        return Ok(text.into());
    }
    meter.build(|sink| {
        for (index, word) in words(text).take(most).enumerate() {
            sink.push(if index > 0 { " " } else { "" })?;
            sink.push(word)?;
        }
        sink.push(&end)
    })
}

/// What a shortened text ends with.
fn ending<'a>(meter: &Meter, arguments: &'a Arguments<'_>) -> Outcome<Cow<'a, str>> {
    arguments
        .second
        .as_ref()
        .map_or(Ok(Cow::Borrowed("...")), |end| end.text(meter))
}

/// The parts between separators, empty ones at the end left out. A space separates words, an
/// empty separator characters.
pub(super) fn split(meter: &Meter, input: &Value, arguments: &Arguments<'_>) -> Outcome<Value> {
    let text = input.text(meter)?;
    let separator = arguments.text(meter)?;
    meter.charge(text.len() / 8)?;
    let mut parts: Vec<Value> = Vec::new();
    match &*separator {
        "" => parts.extend(text.chars().map(one_char)),
        " " => parts.extend(words(&text).map(Value::from)),
        separator => {
            let mut from = 0;
            for (at, _) in text.match_indices(separator) {
                parts.push(text[from..at].into());
                from = at + separator.len();
            }
            parts.push(text[from..].into());
        }
    }
    while parts.last().is_some_and(Value::is_empty) {
        parts.pop();
    }
    Ok(Value::array(parts))
}
