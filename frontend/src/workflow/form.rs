//! The settings of one step: its form, filled once, then read at each change.
//! Matched exhaustively, so that a new kind does not compile until it has one.

mod condition;
mod errors;
mod ways;

use super::state::Canvas;
use condition::Conditions;
use dom::El;
use domain::workflow::{Delay, DelayUnit, ReEntry, Step, StepKind, Trigger};
use flow::NodeId;

/// The names of a trigger's fields for the time between two entries.
const AFTER: &str = "trigger-after";

/// Brings the form in `panel` to life with the settings of the step `id`.
pub(super) fn start(panel: &El, canvas: Canvas, id: &NodeId, step: &Step) {
    let conditions = Conditions::within(panel);
    fill(panel, conditions.as_ref(), step);
    let (form, kind, own) = (panel.clone(), step.kind(), id.clone());
    let keep = {
        let conditions = conditions.clone();
        move || canvas.update(&own, read(&form, conditions.as_ref(), kind))
    };
    if let Some(conditions) = &conditions {
        conditions.listen(keep.clone());
    }
    errors::follow(panel, canvas, id, conditions);
    ways::start(panel, canvas, id);
    panel.part("form").on("input", move |event| {
        let is_way = dom::target_of(&event).is_some_and(|field| ways::is_one(&field));
        if !is_way {
            keep();
        }
    });
}

/// A field of the form.
fn field(form: &El, name: &str) -> El {
    form.find(&format!("[name={name}]"))
        .unwrap_or_else(|| El::new("input"))
}

/// Puts the settings into the form.
fn fill(form: &El, conditions: Option<&Conditions>, step: &Step) {
    match step {
        Step::Trigger { trigger, re_entry } => {
            let Trigger::Event { name, filter } = trigger;
            field(form, "trigger-name").set_value(name);
            if let Some(conditions) = conditions {
                conditions.fill(filter);
            }
            let rule = match re_entry {
                ReEntry::Never => "never",
                ReEntry::OnceOut => "once_out",
                ReEntry::AnyTime => "any_time",
                ReEntry::After { delay } => {
                    fill_delay(form, AFTER, *delay);
                    "after"
                }
            };
            field(form, "trigger-again").set_value(rule);
            show_after(form);
        }
        Step::Delay { delay } => fill_delay(form, "delay", *delay),
        Step::Branch { condition } => {
            if let Some(conditions) = conditions {
                conditions.fill(condition);
            }
        }
        Step::Push { push_id } => {
            let id = push_id.map(|id| id.to_string()).unwrap_or_default();
            let list = field(form, "push-id");
            list.set_value(&id);
            // A push that was deleted stays visible as what it is.
            if list.value() != id {
                let gone = El::new("option").attr("value", &id);
                list.append(&gone.text("A push that no longer exists"));
                list.set_value(&id);
            }
            show_push(form);
        }
        Step::Exit {} => {}
    }
}

/// The settings that are in the form now.
fn read(form: &El, conditions: Option<&Conditions>, kind: StepKind) -> Step {
    let condition = || conditions.map(Conditions::read).unwrap_or_default();
    match kind {
        StepKind::Trigger => {
            show_after(form);
            Step::Trigger {
                trigger: Trigger::Event {
                    name: field(form, "trigger-name").value(),
                    filter: condition(),
                },
                re_entry: match field(form, "trigger-again").value().as_str() {
                    "never" => ReEntry::Never,
                    "any_time" => ReEntry::AnyTime,
                    "after" => ReEntry::After {
                        delay: read_delay(form, AFTER),
                    },
                    _ => ReEntry::OnceOut,
                },
            }
        }
        StepKind::Delay => Step::Delay {
            delay: read_delay(form, "delay"),
        },
        StepKind::Branch => Step::Branch {
            condition: condition(),
        },
        StepKind::Push => {
            show_push(form);
            Step::Push {
                push_id: field(form, "push-id").value().parse().ok(),
            }
        }
        StepKind::Exit => Step::Exit {},
    }
}

fn fill_delay(form: &El, name: &str, delay: Delay) {
    field(form, &[name, "-amount"].concat()).set_value(&delay.amount.to_string());
    field(form, &[name, "-unit"].concat()).set_value(delay.unit.plural());
}

/// A length of time; an amount that is no number counts as none, which
/// validation then asks to be mended.
fn read_delay(form: &El, name: &str) -> Delay {
    let amount = field(form, &[name, "-amount"].concat()).value();
    let unit = field(form, &[name, "-unit"].concat()).value();
    Delay {
        amount: amount.trim().parse().unwrap_or(0),
        unit: DelayUnit::ALL
            .into_iter()
            .find(|known| known.plural() == unit)
            .unwrap_or(DelayUnit::Days),
    }
}

/// How long after the last entry is asked only where it matters.
fn show_after(form: &El) {
    let matters = field(form, "trigger-again").value() == "after";
    form.part("after").flag("hidden", !matters);
}

/// The way to the push that is chosen.
fn show_push(form: &El) {
    let id = field(form, "push-id").value();
    let link = form.part("open-push");
    link.flag("hidden", id.is_empty());
    link.set("href", &["/pushes/", &id].concat());
}
