//! What `if`, `unless` and `case` decide.

use std::cmp::Ordering;

use super::Renderer;
use crate::ast::{Comparison, Condition, Expr, Joiner, Relation};
use crate::number::Number;
use crate::problem::{Fault, Outcome};
use crate::value::Value;

impl<'t> Renderer<'t> {
    /// Whether a condition holds. `and` and `or` bind alike, from the right, so one pass that
    /// stops at the first decisive part suffices.
    pub(super) fn holds(&self, condition: &'t Condition) -> Outcome<bool> {
        let mut result = self.compares(&condition.first)?;
        for (joiner, comparison) in &condition.rest {
            if result == (*joiner == Joiner::Or) {
                break;
            }
            result = self.compares(comparison)?;
        }
        Ok(result)
    }

    fn compares(&self, comparison: &'t Comparison) -> Outcome<bool> {
        self.meter.charge(1)?;
        let Some((relation, right)) = &comparison.right else {
            // The words `empty` and `blank` alone are truthy, though their text is empty.
            return Ok(self.value(&comparison.left)?.is_truthy());
        };
        match relation {
            Relation::Equal => self.equal(&comparison.left, right),
            Relation::NotEqual => self.equal(&comparison.left, right).map(|equal| !equal),
            Relation::Contains => self.contains(&comparison.left, right),
            _ => self.ordered(*relation, &comparison.left, right),
        }
    }

    /// Equality, where `empty` and `blank` stand for whatever is so, but not for each other.
    pub(super) fn equal(&self, left: &'t Expr, right: &'t Expr) -> Outcome<bool> {
        let judge: fn(&Value) -> bool = match (left, right) {
            (Expr::Empty | Expr::Blank, Expr::Empty | Expr::Blank) => return Ok(false),
            (Expr::Empty, _) | (_, Expr::Empty) => Value::is_empty,
            (Expr::Blank, _) | (_, Expr::Blank) => Value::is_blank,
            _ => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.meter.charge(left.weight().min(right.weight()))?;
                return Ok(left == right);
            }
        };
        let value = if matches!(left, Expr::Empty | Expr::Blank) {
            right
        } else {
            left
        };
        Ok(judge(&*self.value(value)?))
    }

    fn contains(&self, left: &'t Expr, right: &'t Expr) -> Outcome<bool> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        self.meter.charge(left.weight())?;
        if !right.is_truthy() {
            return Ok(false);
        }
        Ok(match (&*left, &*right) {
            (Value::Str(text), part) => text.contains(&*part.text(self.meter)?),
            (Value::Array(items), item) => {
                self.meter
                    .charge(items.len().saturating_mul(item.weight()))?;
                items.contains(item)
            }
            (Value::Object(object), Value::Str(key)) => object.get(key).is_some(),
            (Value::Range(first, last), Value::Int(number)) => (first..=last).contains(&number),
            _ => false,
        })
    }

    /// Order, which numbers have and texts have; a text and a number have none, which is an
    /// error, and nothing else compares.
    fn ordered(&self, relation: Relation, left: &'t Expr, right: &'t Expr) -> Outcome<bool> {
        if matches!(left, Expr::Empty | Expr::Blank) || matches!(right, Expr::Empty | Expr::Blank) {
            return Ok(false);
        }
        let (left, right) = (self.value(left)?, self.value(right)?);
        let is_number = |value: &Value| matches!(value, Value::Int(_) | Value::Float(_));
        let ordering = match (&*left, &*right) {
            (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
            (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
            (left, right) if is_number(left) && is_number(right) => Number::of(left)
                .as_f64()
                .partial_cmp(&Number::of(right).as_f64()),
            (Value::Str(_), other) | (other, Value::Str(_)) if is_number(other) => {
                return Err(Fault::value(
                    "a text and a number cannot be compared; make a number with `| plus: 0`",
                ));
            }
            _ => None,
        };
        Ok(ordering.is_some_and(|ordering| match relation {
            Relation::Less => ordering == Ordering::Less,
            Relation::LessOrEqual => ordering != Ordering::Greater,
            Relation::Greater => ordering == Ordering::Greater,
            _ => ordering != Ordering::Less,
        }))
    }
}
