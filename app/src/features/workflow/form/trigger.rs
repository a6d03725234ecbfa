//! What lets contacts in.

use super::{Target, condition, delay};
use domain::workflow::{Delay, DelayUnit, ReEntry, Step, Trigger};
use leptos::prelude::*;
use ui::{InputKind, SelectField, SelectOption, TextField};

/// The form of a trigger.
pub(super) fn form(target: Target, trigger: Trigger, re_entry: ReEntry) -> AnyView {
    let Trigger::Event { name, filter } = trigger;
    let name = RwSignal::new(name);
    let filter = condition::Fields::new(&filter);
    let rule = RwSignal::new(rule_name(re_entry).to_owned());
    let after = match re_entry {
        ReEntry::After { delay } => delay,
        _ => Delay {
            amount: 30,
            unit: DelayUnit::Days,
        },
    };
    let after = delay::Fields::new(after);
    target.keep(move || Step::Trigger {
        trigger: Trigger::Event {
            name: name.get(),
            filter: filter.get(),
        },
        re_entry: match rule.get().as_str() {
            "never" => ReEntry::Never,
            "any_time" => ReEntry::AnyTime,
            "after" => ReEntry::After { delay: after.get() },
            _ => ReEntry::OnceOut,
        },
    });
    let rules = vec![
        SelectOption::new("once_out", "Again, once they are out"),
        SelectOption::new("never", "Never again"),
        SelectOption::new("any_time", "At any time, also while inside"),
        SelectOption::new("after", "When some time has passed"),
    ];
    let locked = target.locked();
    let delay_error = target.error("re_entry.delay.amount");
    view! {
        <TextField
            label="Event"
            name="trigger-name"
            value=name
            kind=InputKind::Mono
            placeholder="order_placed"
            hint="The name that your apps and servers send it under. Each such event lets its contact in."
            error=target.error("trigger.name")
            disabled=locked
        />
        {condition::view(
            &target,
            filter,
            "Only if",
            "Every such event lets its contact in.",
            "trigger.filter",
        )}
        <SelectField
            label="May a contact come again?"
            name="trigger-again"
            options=rules
            value=rule
            disabled=locked
        />
        {move || {
            (rule.get() == "after")
                .then(|| after.view("Since the last entry", "trigger-after", delay_error, locked))
        }}
    }
    .into_any()
}

const fn rule_name(rule: ReEntry) -> &'static str {
    match rule {
        ReEntry::Never => "never",
        ReEntry::OnceOut => "once_out",
        ReEntry::AnyTime => "any_time",
        ReEntry::After { .. } => "after",
    }
}
