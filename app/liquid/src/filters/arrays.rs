//! Lists: sorting, picking, mapping. Any input is taken as a list: nested lists are flattened,
//! nil is empty, anything else is a list of itself.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Arguments, Filter};
use crate::limits::Meter;
use crate::number::{Number, Operation, saturate};
use crate::problem::{Fault, Outcome};
use crate::value::{Value, one_char, range_len, wrap_index};

pub(super) fn apply(
    meter: &Meter,
    filter: Filter,
    input: &Value,
    arguments: &Arguments<'_>,
) -> Outcome<Value> {
    use Filter as F;
    let items = items(meter, input)?;
    let items = &*items;
    meter.charge(items.len())?;
    let property = arguments.first();
    match filter {
        F::Join => join(meter, items, arguments),
        F::Reverse => {
            let mut items = items.to_vec();
            items.reverse();
            Ok(Value::array(items))
        }
        F::Concat => concat(meter, items, property),
        F::Map => map(items, property),
        F::Sort | F::SortNatural => sort(meter, filter, items, property),
        F::Compact => compact(items, property),
        F::Uniq => uniq(meter, items, property),
        F::Sum => sum(meter, items, property),
        _ => {
            meter.charge(items.len().saturating_mul(arguments.second().weight()))?;
            pick(filter, items, arguments)
        }
    }
}

/// The input as a flat list, borrowed where it is one.
fn items<'a>(meter: &Meter, input: &'a Value) -> Outcome<Cow<'a, [Value]>> {
    Ok(match input {
        Value::Nil => Cow::Borrowed(&[]),
        Value::Array(items) if !items.iter().any(|item| matches!(item, Value::Array(_))) => {
            Cow::Borrowed(items)
        }
        Value::Array(_) => {
            let mut flat = Vec::new();
            flatten(meter, input, &mut flat)?;
            Cow::Owned(flat)
        }
        Value::Range(first, last) => {
            meter.charge(usize::try_from(range_len(*first, *last)).unwrap_or(usize::MAX))?;
            Cow::Owned((*first..=*last).map(Value::Int).collect())
        }
        other => Cow::Borrowed(std::slice::from_ref(other)),
    })
}

fn flatten(meter: &Meter, value: &Value, flat: &mut Vec<Value>) -> Outcome<()> {
    meter.charge(1)?;
    if let Value::Array(items) = value {
        return items.iter().try_for_each(|item| flatten(meter, item, flat));
    }
    flat.push(value.clone());
    Ok(())
}

/// What `item[property]` gives.
enum Selected {
    Value(Value),
    /// The item has no properties at all: the whole filter gives nil.
    Nothing,
}

/// Reads a property as Ruby's `item[property]` does, which the reference relies on: a text has
/// the texts it contains, a whole number its bits.
fn select(item: &Value, property: &Value) -> Outcome<Selected> {
    let place = match property {
        Value::Int(place) => Some(*place),
        Value::Float(place) => Some(saturate(*place)),
        _ => None,
    };
    let value = match (item, property, place) {
        (Value::Object(object), Value::Str(name), _) => {
            object.get(name).cloned().unwrap_or_default()
        }
        (Value::Str(text), Value::Str(part), _) if text.contains(&**part) => property.clone(),
        (Value::Object(_), ..) | (Value::Str(_), Value::Str(_), _) => Value::Nil,
        (Value::Str(text), _, Some(place)) => {
            let at = if place < 0 {
                wrap_index(place, text.chars().count())
            } else {
                usize::try_from(place).ok()
            };
            at.and_then(|at| text.chars().nth(at))
                .map_or(Value::Nil, one_char)
        }
        (Value::Int(number), _, Some(place)) => {
            let shift = u32::try_from(place.min(63)).ok();
            Value::Int(shift.map_or(0, |shift| (number >> shift) & 1))
        }
        (Value::Str(_), Value::Nil, _)
        | (Value::Nil | Value::Bool(_) | Value::Float(_) | Value::Range(..), ..) => {
            return Ok(Selected::Nothing);
        }
        _ => {
            return Err(Fault::value(
                "an item of the list has no such property; give the filter a list of objects",
            ));
        }
    };
    Ok(Selected::Value(value))
}

/// `where`, `reject`, `has`, `find` and `find_index`.
fn pick(filter: Filter, items: &[Value], arguments: &Arguments<'_>) -> Outcome<Value> {
    let target = arguments.second();
    let mut picked = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Selected::Value(value) = select(item, arguments.first())? else {
            return Ok(Value::Nil);
        };
        let matches = if matches!(target, Value::Nil) {
            value.is_truthy()
        } else {
            value == *target
        };
        match filter {
            Filter::Has if matches => return Ok(Value::Bool(true)),
            Filter::Find if matches => return Ok(item.clone()),
            Filter::FindIndex if matches => {
                return Ok(Value::Int(i64::try_from(index).unwrap_or(i64::MAX)));
            }
            Filter::Where | Filter::Reject if matches == (filter == Filter::Where) => {
                picked.push(item.clone());
            }
            _ => {}
        }
    }
    Ok(match filter {
        Filter::Has => Value::Bool(false),
        Filter::Find | Filter::FindIndex => Value::Nil,
        _ => Value::array(picked),
    })
}

fn join(meter: &Meter, items: &[Value], arguments: &Arguments<'_>) -> Outcome<Value> {
    let glue = match &arguments.first {
        Some(glue) => glue.text(meter)?,
        None => Cow::Borrowed(" "),
    };
    let joined = meter.build(|sink| {
        items.iter().enumerate().try_for_each(|(index, item)| {
            sink.push(if index > 0 { &glue } else { "" })?;
            item.write_text(sink)
        })
    })?;
    Ok(joined.into())
}

fn concat(meter: &Meter, items: &[Value], more: &Value) -> Outcome<Value> {
    let Value::Array(more) = more else {
        return Err(Fault::value("`concat` needs a list as its argument"));
    };
    meter.charge(more.len())?;
    Ok(Value::array([items, more].concat()))
}

fn map(items: &[Value], property: &Value) -> Outcome<Value> {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.push(match select(item, property)? {
            Selected::Value(value) => value,
            Selected::Nothing => Value::Nil,
        });
    }
    Ok(Value::array(values))
}

fn compact(items: &[Value], property: &Value) -> Outcome<Value> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let Some(value) = key(item, property)? else {
            return Ok(Value::Nil);
        };
        if !matches!(value, Value::Nil) {
            kept.push(item.clone());
        }
    }
    Ok(Value::array(kept))
}

fn uniq(meter: &Meter, items: &[Value], property: &Value) -> Outcome<Value> {
    let mut seen: Vec<Value> = Vec::new();
    let mut kept = Vec::new();
    for item in items {
        let Some(value) = key(item, property)? else {
            return Ok(Value::Nil);
        };
        meter.charge(
            (1 + seen.len() / 32).saturating_add(value.weight().saturating_mul(seen.len())),
        )?;
        // 1 and 1.0 are equal, yet two of them.
        let known = |other: &Value| {
            std::mem::discriminant(other) == std::mem::discriminant(&value) && *other == value
        };
        if !seen.iter().any(known) {
            seen.push(value);
            kept.push(item.clone());
        }
    }
    Ok(Value::array(kept))
}

/// What an item is judged by: its property, or itself if none was given.
fn key(item: &Value, property: &Value) -> Outcome<Option<Value>> {
    if matches!(property, Value::Nil) {
        return Ok(Some(item.clone()));
    }
    Ok(match select(item, property)? {
        Selected::Value(value) => Some(value),
        Selected::Nothing => None,
    })
}

fn sum(meter: &Meter, items: &[Value], property: &Value) -> Outcome<Value> {
    let mut total = Number::Int(0);
    for item in items {
        let value = key(item, property)?.unwrap_or_default();
        let mut numbers = Vec::new();
        flatten(meter, &value, &mut numbers)?;
        for number in &numbers {
            total = total.compute(Operation::Plus, Number::of(number))?;
        }
    }
    Ok(total.value())
}

fn sort(meter: &Meter, filter: Filter, items: &[Value], property: &Value) -> Outcome<Value> {
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let Some(mut value) = key(item, property)? else {
            return Ok(Value::Nil);
        };
        if filter == Filter::SortNatural && !matches!(value, Value::Nil) {
            value = value.text(meter)?.to_ascii_lowercase().into();
        }
        meter.charge(value.weight())?;
        keyed.push((value, item));
    }
    let order = order_of(&keyed).ok_or_else(|| {
        Fault::value("the list holds values of different kinds, which have no order")
    })?;
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Value::Nil, _) | (_, Value::Nil) => matches!(a, Value::Nil).cmp(&matches!(b, Value::Nil)),
        _ => order(a, b),
    });
    Ok(Value::array(
        keyed.into_iter().map(|(_, item)| item.clone()).collect(),
    ))
}

/// The order that the keys have, nil aside, which goes last; none if they are of different kinds.
/// It must be total, as a sort may not be given any other.
fn order_of(keyed: &[(Value, &Value)]) -> Option<fn(&Value, &Value) -> Ordering> {
    let all = |is: fn(&Value) -> bool| {
        keyed
            .iter()
            .all(|(key, _)| matches!(key, Value::Nil) || is(key))
    };
    if all(|key| matches!(key, Value::Str(_))) {
        return Some(|a, b| {
            if let (Value::Str(a), Value::Str(b)) = (a, b) {
                a.cmp(b)
            } else {
                Ordering::Equal
            }
        });
    }
    if all(|key| matches!(key, Value::Int(_))) {
        return Some(|a, b| {
            if let (Value::Int(a), Value::Int(b)) = (a, b) {
                a.cmp(b)
            } else {
                Ordering::Equal
            }
        });
    }
    if all(|key| matches!(key, Value::Int(_) | Value::Float(_))) {
        return Some(|a, b| Number::of(a).as_f64().total_cmp(&Number::of(b).as_f64()));
    }
    let mut others = keyed
        .iter()
        .map(|(key, _)| key)
        .filter(|key| !matches!(key, Value::Nil));
    let first = others.next()?;
    if others.all(|other| other == first) {
        Some(|_, _| Ordering::Equal)
    } else {
        None
    }
}

/// A part of a list.
pub(super) fn slice(meter: &Meter, input: &Value, arguments: &Arguments<'_>) -> Outcome<Value> {
    let Value::Array(items) = input else {
        return Ok(Value::Nil);
    };
    let Some((start, len)) = super::strings::slice_bounds(items.len(), arguments)? else {
        return Ok(Value::array(Vec::new()));
    };
    let end = start.saturating_add(len).min(items.len());
    meter.charge(end - start)?;
    Ok(Value::array(items[start..end].to_vec()))
}
