//! Arithmetic.

use super::{Arguments, Filter};
use crate::number::{Number, Operation, saturate};
use crate::problem::Outcome;
use crate::value::Value;

pub(super) fn apply(filter: Filter, input: &Value, arguments: &Arguments<'_>) -> Outcome<Value> {
    let number = Number::of(input);
    let operand = Number::of(arguments.first());
    let result = match filter {
        Filter::Abs => number.abs(),
        Filter::AtLeast => {
            if number.is_less_than(operand) {
                operand
            } else {
                number
            }
        }
        Filter::AtMost => {
            if operand.is_less_than(number) {
                operand
            } else {
                number
            }
        }
        Filter::Ceil => number.ceil()?,
        Filter::Floor => number.floor()?,
        Filter::Round => number.round(match operand {
            Number::Int(places) => places,
            Number::Float(places) => saturate(places),
        })?,
        Filter::Plus => number.compute(Operation::Plus, operand)?,
        Filter::Minus => number.compute(Operation::Minus, operand)?,
        Filter::Times => number.compute(Operation::Times, operand)?,
        Filter::DividedBy => number.compute(Operation::DividedBy, operand)?,
        _ => number.compute(Operation::Modulo, operand)?,
    };
    Ok(result.value())
}
