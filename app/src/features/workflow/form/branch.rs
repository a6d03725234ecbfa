//! What a branch asks.

use super::{Target, condition};
use domain::workflow::{Condition, Step};
use leptos::prelude::*;

/// The form of a branch.
pub(super) fn form(target: Target, condition: Condition) -> AnyView {
    let fields = condition::Fields::new(&condition);
    target.keep(move || Step::Branch {
        condition: fields.get(),
    });
    condition::view(&target, fields, "Yes, if", "", "condition")
}
