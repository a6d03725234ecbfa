//! Evaluates expressions: pipelines, literals, variables and the paths into them. Nothing here
//! changes the rendering's state, so values stay borrowed from the data.

use std::borrow::Cow;

use super::{Loop, Renderer};
use crate::ast::{Expr, Path, Pipeline, Root, Step};
use crate::filters::{self, Arguments, Held};
use crate::number::range_bound;
use crate::problem::Outcome;
use crate::value::Value;

/// What `forloop` has, besides `parentloop`.
const LOOP_FIELDS: [&str; 8] = [
    "name", "length", "index", "index0", "rindex", "rindex0", "first", "last",
];

impl<'t> Renderer<'t> {
    pub(super) fn pipeline(&self, pipeline: &'t Pipeline) -> Outcome<Held<'_>> {
        let mut value = self.value(&pipeline.input)?;
        for call in &pipeline.calls {
            let mut given = call.arguments.iter().map(|argument| self.value(argument));
            let arguments = Arguments {
                first: given.next().transpose()?,
                second: given.next().transpose()?,
                allow_false: match &call.allow_false {
                    Some(allow) => self.value(allow)?.is_truthy(),
                    None => false,
                },
            };
            value = filters::apply(self.meter, call.filter, value, &arguments)
                .map_err(|fault| fault.at(call.at))?;
        }
        Ok(value)
    }

    /// Evaluates an expression, borrowing from the data where it can.
    pub(super) fn value(&self, expression: &'t Expr) -> Outcome<Held<'_>> {
        Ok(match expression {
            Expr::Literal(value) => Cow::Borrowed(value),
            Expr::Empty | Expr::Blank => Cow::Owned("".into()),
            Expr::Path(path) => return self.path(path),
            Expr::Range(bounds) => {
                let (first, last) = (self.value(&bounds.0)?, self.value(&bounds.1)?);
                Cow::Owned(Value::Range(range_bound(&first)?, range_bound(&last)?))
            }
        })
    }

    fn path(&self, path: &'t Path) -> Outcome<Held<'_>> {
        self.meter
            .charge(path.steps.len() + self.locals.len() / 32)?;
        let mut steps = path.steps.as_slice();
        let mut value = match &path.root {
            Root::Computed(expression) => match &*self.value(expression)? {
                Value::Str(name) => self.data_or_local(name).unwrap_or_else(nil),
                _ => nil(),
            },
            Root::Name(name) if &**name == "forloop" && !self.loops.is_empty() => {
                let (value, rest) = self.forloop(steps);
                steps = rest;
                Cow::Owned(value)
            }
            Root::Name(name) => self.data_or_local(name).unwrap_or_else(nil),
        };
        for step in steps {
            let key = match step {
                Step::Name(_) => None,
                Step::Index(expression) => Some(self.value(expression)?),
            };
            value = match value {
                Cow::Borrowed(value) => read(value, step, key.as_deref()).unwrap_or_else(nil),
                Cow::Owned(value) => Cow::Owned(
                    read(&value, step, key.as_deref())
                        .map(Cow::into_owned)
                        .unwrap_or_default(),
                ),
            };
        }
        Ok(value)
    }

    /// A variable: of the innermost loop that has it, else a local, a counter, the data's.
    fn data_or_local(&self, name: &str) -> Option<Held<'_>> {
        if let Some(running) = self
            .loops
            .iter()
            .rev()
            .find(|running| &*running.tag.variable == name)
        {
            return Some(Cow::Borrowed(&running.item));
        }
        if let Some((_, value)) = self.locals.iter().find(|(known, _)| *known == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some((_, number)) = self.counters.iter().find(|(known, _)| *known == name) {
            return Some(Cow::Owned(Value::Int(*number)));
        }
        match self.data {
            Value::Object(object) => object.get(name).map(Cow::Borrowed),
            _ => None,
        }
    }

    /// What a path that starts with `forloop` reads first, and the steps that are left.
    fn forloop<'s>(&self, steps: &'s [Step]) -> (Value, &'s [Step]) {
        let mut level = self.loops.len() - 1;
        let mut steps = steps;
        while let [Step::Name(name), rest @ ..] = steps
            && &**name == "parentloop"
        {
            steps = rest;
            let Some(outer) = level.checked_sub(1) else {
                return (Value::Nil, steps);
            };
            level = outer;
        }
        if let [Step::Name(name), rest @ ..] = steps {
            return (self.loops[level].read(name).unwrap_or_default(), rest);
        }
        let running = &self.loops[level];
        (
            Value::object(LOOP_FIELDS.map(|name| (name, running.read(name).unwrap_or_default()))),
            steps,
        )
    }
}

impl Loop<'_> {
    fn read(&self, name: &str) -> Option<Value> {
        Some(match name {
            "name" => (*self.tag.name).into(),
            "length" => Value::Int(self.length),
            "index" => Value::Int(self.index + 1),
            "index0" => Value::Int(self.index),
            "rindex" => Value::Int(self.length - self.index),
            "rindex0" => Value::Int(self.length - self.index - 1),
            "first" => Value::Bool(self.index == 0),
            "last" => Value::Bool(self.index == self.length - 1),
            _ => return None,
        })
    }
}

/// What one step of a path reads; `key` is the value of a bracketed step.
fn read<'v>(value: &'v Value, step: &Step, key: Option<&Value>) -> Option<Held<'v>> {
    match (step, key) {
        (Step::Name(name), _) => value.member(name),
        (_, Some(key)) => value.at_key(key).map(Cow::Borrowed),
        _ => None,
    }
}

fn nil<'v>() -> Held<'v> {
    Cow::Owned(Value::Nil)
}
