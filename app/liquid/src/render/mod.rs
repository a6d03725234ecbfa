//! Renders a parsed template: blocks and loops here, values in `lookup`, tests in `condition`.

mod condition;
mod lookup;

use crate::ast::{Body, Case, Cycle, Expr, For, Group, Node, NodeKind, Offset, Span, Test};
use crate::limits::{Meter, Sink};
use crate::number::{int_text, integer};
use crate::problem::{Fault, Kind, Outcome};
use crate::value::{Value, pair, range_len};

/// The state of one rendering.
pub(crate) struct Renderer<'t> {
    meter: &'t Meter,
    source: &'t str,
    data: &'t Value,
    depth: u16,
    /// Assigned and captured variables.
    locals: Vec<(&'t str, Value)>,
    counters: Vec<(&'t str, i64)>,
    /// The loops that run, innermost last.
    loops: Vec<Loop<'t>>,
    cycles: Vec<(String, usize)>,
    /// Where loops by the same name stopped, for `offset: continue`.
    offsets: Vec<(&'t str, i64)>,
    changed: Option<String>,
    interrupt: Option<Interrupt>,
}

struct Loop<'t> {
    tag: &'t For,
    item: Value,
    index: i64,
    length: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Interrupt {
    Break,
    Continue,
}

impl<'t> Renderer<'t> {
    pub(crate) fn new(source: &'t str, data: &'t Value, meter: &'t Meter) -> Self {
        Self {
            meter,
            source,
            data,
            depth: 0,
            locals: Vec::new(),
            counters: Vec::new(),
            loops: Vec::new(),
            cycles: Vec::new(),
            offsets: Vec::new(),
            changed: None,
            interrupt: None,
        }
    }

    pub(crate) fn body(&mut self, body: &'t Body, sink: &mut Sink<'_>) -> Outcome<()> {
        if self.depth >= self.meter.limits.depth {
            let limit = int_text(self.meter.limits.depth.into());
            let fault = Fault::new(
                Kind::DepthLimit,
                &["blocks are nested more than ", &limit, " deep"],
            );
            return Err(match body.nodes.first() {
                Some(node) => fault.at(node.at),
                None => fault,
            });
        }
        self.depth += 1;
        for node in &body.nodes {
            self.node(node, sink).map_err(|fault| fault.at(node.at))?;
            if self.interrupt.is_some() {
                break;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn node(&mut self, node: &'t Node, sink: &mut Sink<'_>) -> Outcome<()> {
        self.meter.charge(1)?;
        match &node.kind {
            NodeKind::Text(span) | NodeKind::Raw(span) => return sink.push(self.text(*span)),
            NodeKind::Output(pipeline) => return self.pipeline(pipeline)?.print(sink),
            NodeKind::Assign(name, pipeline) => {
                let value = self.pipeline(pipeline)?.into_owned();
                self.set(name, value);
            }
            NodeKind::Capture(name, body) => {
                let text = self.captured(body)?;
                self.set(name, text.into());
            }
            NodeKind::If(branches) => {
                for branch in branches {
                    let taken = match &branch.test {
                        Test::When(condition) => self.holds(condition),
                        Test::Unless(condition) => self.holds(condition).map(|holds| !holds),
                        Test::Always => Ok(true),
                    };
                    if taken.map_err(|fault| fault.at(branch.at))? {
                        return self.body(&branch.body, sink);
                    }
                }
            }
            NodeKind::Case(case) => return self.case(case, sink),
            NodeKind::For(tag) => return self.for_loop(tag, sink),
            NodeKind::Break => self.interrupt = Some(Interrupt::Break),
            NodeKind::Continue => self.interrupt = Some(Interrupt::Continue),
            NodeKind::Cycle(cycle) => return self.cycle(cycle, sink),
            NodeKind::Increment(name) => {
                let counter = self.counter(name);
                let before = *counter;
                *counter = before.saturating_add(1);
                return sink.push(&int_text(before));
            }
            NodeKind::Decrement(name) => {
                let counter = self.counter(name);
                *counter = counter.saturating_sub(1);
                let after = *counter;
                return sink.push(&int_text(after));
            }
            NodeKind::IfChanged(body) => {
                let text = self.captured(body)?;
                if self.changed.as_ref() != Some(&text) {
                    sink.push(&text)?;
                    self.changed = Some(text);
                }
            }
        }
        Ok(())
    }

    fn text(&self, span: Span) -> &'t str {
        &self.source[span.start as usize..span.end as usize]
    }

    fn captured(&mut self, body: &'t Body) -> Outcome<String> {
        let mut text = String::new();
        let mut sink = self.meter.sink(&mut text);
        self.body(body, &mut sink)?;
        self.meter.charge_text(text.len())?;
        Ok(text)
    }

    fn set(&mut self, name: &'t str, value: Value) {
        match self.locals.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.locals.push((name, value)),
        }
    }

    /// A counter, which starts from the data's number of that name or 0.
    fn counter(&mut self, name: &'t str) -> &mut i64 {
        let known = self.counters.iter().position(|(known, _)| *known == name);
        let index = known.unwrap_or_else(|| {
            let start = match self.data.at_key(&name.into()) {
                Some(Value::Int(number)) => *number,
                _ => 0,
            };
            self.counters.push((name, start));
            self.counters.len() - 1
        });
        &mut self.counters[index].1
    }

    fn case(&mut self, case: &'t Case, sink: &mut Sink<'_>) -> Outcome<()> {
        let mut matched = false;
        for arm in &case.arms {
            if arm.values.is_empty() && !matched {
                self.body(&arm.body, sink)?;
            }
            for value in &arm.values {
                self.meter.charge(1)?;
                if self
                    .equal(&case.subject, value)
                    .map_err(|fault| fault.at(arm.at))?
                {
                    matched = true;
                    self.body(&arm.body, sink)?;
                }
            }
        }
        Ok(())
    }

    fn for_loop(&mut self, tag: &'t For, sink: &mut Sink<'_>) -> Outcome<()> {
        let collection = self.value(&tag.collection)?.into_owned();
        let from = match &tag.offset {
            Offset::None => 0,
            Offset::Continue => self
                .offsets
                .iter()
                .find(|(name, _)| *name == &*tag.name)
                .map_or(0, |(_, offset)| *offset),
            Offset::At(offset) => self.whole_or(offset, 0)?,
        };
        let limit = tag
            .limit
            .as_ref()
            .map_or(Ok(i64::MAX), |limit| self.whole_or(limit, i64::MAX))?;
        let available = match &collection {
            Value::Str(text) => i64::from(!text.is_empty()),
            other => other.size().unwrap_or(0),
        };
        let start = from.clamp(0, available);
        let end = from.saturating_add(limit).clamp(start, available);
        let length = end - start;
        let stopped = from.saturating_add(length);
        match self
            .offsets
            .iter_mut()
            .find(|(name, _)| *name == &*tag.name)
        {
            Some((_, offset)) => *offset = stopped,
            None => self.offsets.push((&tag.name, stopped)),
        }
        if length == 0 {
            return tag
                .otherwise
                .as_ref()
                .map_or(Ok(()), |body| self.body(body, sink));
        }
        self.loops.push(Loop {
            tag,
            item: Value::Nil,
            index: 0,
            length,
        });
        for index in 0..length {
            self.meter.charge(1)?;
            let place = if tag.reversed {
                end - 1 - index
            } else {
                start + index
            };
            if let Some(running) = self.loops.last_mut() {
                running.item = item_at(&collection, place);
                running.index = index;
            }
            self.body(&tag.body, sink)?;
            if self.interrupt.take() == Some(Interrupt::Break) {
                break;
            }
        }
        self.loops.pop();
        Ok(())
    }

    /// An expression as a whole number; nil counts as `otherwise`.
    fn whole_or(&self, expression: &'t Expr, otherwise: i64) -> Outcome<i64> {
        match &*self.value(expression)? {
            Value::Nil => Ok(otherwise),
            value => integer(value),
        }
    }

    fn cycle(&mut self, cycle: &'t Cycle, sink: &mut Sink<'_>) -> Outcome<()> {
        // Named and unnamed groups are told apart by their first letter.
        let key = match &cycle.group {
            Group::Unnamed(key) => ["u", key].concat(),
            Group::Named(name) => {
                let name = self.value(name)?;
                self.meter
                    .build(|sink| sink.push("n").and_then(|()| name.inspect(sink, 0)))?
            }
        };
        self.meter.charge(self.cycles.len() / 8)?;
        let known = self.cycles.iter().position(|(known, _)| *known == key);
        let index = known.unwrap_or_else(|| {
            self.cycles.push((key, 0));
            self.cycles.len() - 1
        });
        let place = self.cycles[index].1;
        let next = if place + 1 >= cycle.values.len() {
            0
        } else {
            place + 1
        };
        self.cycles[index].1 = next;
        match cycle.values.get(place) {
            Some(value) => self.value(value)?.print(sink),
            None => Ok(()),
        }
    }
}

/// The item a loop sees at a place that is inside of the collection.
fn item_at(collection: &Value, place: i64) -> Value {
    let index = usize::try_from(place).unwrap_or(usize::MAX);
    match collection {
        Value::Array(items) => items.get(index).cloned().unwrap_or_default(),
        Value::Object(object) => object
            .entry(index)
            .map(|(key, value)| pair(key, value))
            .unwrap_or_default(),
        Value::Range(first, last) if place < range_len(*first, *last) => {
            Value::Int(first.saturating_add(place))
        }
        Value::Str(_) => collection.clone(),
        _ => Value::Nil,
    }
}
