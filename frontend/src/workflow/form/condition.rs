//! Comparisons of a contact or of the event that let it in.

use super::super::copy_of;
use super::super::looking::focus_field_soon;
use super::errors;
use app::features::workflow::words::COMPARISON_TEMPLATE;
use dom::El;
use domain::contact::AttributeValue;
use domain::workflow::{Comparison, Condition, Match, Operator, Subject};
use std::rc::Rc;

/// The comparisons of a form, with a way to add and remove them. What is typed
/// is in the page alone.
#[derive(Clone)]
pub(super) struct Conditions {
    fieldset: El,
    rows: El,
    /// What validation calls them; also the fieldset's element id.
    path: Rc<str>,
}

/// Does something whenever what is typed has changed.
type Keep = Rc<dyn Fn()>;

impl Conditions {
    /// Those of a form, if its kind has any.
    pub(super) fn within(form: &El) -> Option<Self> {
        let fieldset = form.find("[data-part=conditions]")?;
        Some(Self {
            rows: fieldset.part("rows"),
            path: fieldset.node().id().into(),
            fieldset,
        })
    }

    /// Starts with `condition`.
    pub(super) fn fill(&self, condition: &Condition) {
        let matching = match condition.matching {
            Match::All => "all",
            Match::Any => "any",
        };
        let joins = self.fieldset.part("joins");
        if let Some(chosen) = joins.find(&format!("[value={matching}]")) {
            chosen.property("checked", &true.into());
        }
        for comparison in &condition.comparisons {
            self.add(comparison);
        }
        self.settle();
    }

    /// Lets comparisons be added and removed.
    pub(super) fn listen(&self, keep: impl Fn() + 'static) {
        let keep: Keep = Rc::new(keep);
        let own = self.clone();
        let kept = Rc::clone(&keep);
        self.fieldset.part("add-comparison").on("click", move |_| {
            own.add(&Comparison {
                subject: Subject::Contact(String::new()),
                operator: Operator::Is,
                value: AttributeValue::Text(String::new()),
            });
            own.settle();
            kept();
            let last = own.rows().len().saturating_sub(1);
            focus_field_soon(&own.row_id(last));
        });
        let own = self.clone();
        self.rows.listen("click", move |event| {
            let pressed = dom::target_of(&event).and_then(|at| at.closest("[data-part=drop]"));
            let row = pressed.and_then(|button| button.closest(".condition"));
            if let Some(row) = row {
                own.drop(&row);
                keep();
            }
        });
        let own = self.clone();
        self.rows.listen("input", move |_| own.settle());
    }

    /// What is typed now.
    pub(super) fn read(&self) -> Condition {
        let any = self.fieldset.find("[value=any]");
        Condition {
            comparisons: self.rows().iter().map(comparison).collect(),
            matching: if any.is_some_and(|any| any.checked()) {
                Match::Any
            } else {
                Match::All
            },
        }
    }

    /// Shows what is wrong, by its path.
    pub(super) fn show_errors<'a>(&self, wrong: &dyn Fn(&str) -> Option<&'a str>) {
        errors::say(&self.fieldset, &self.path, wrong(&self.path));
        for (index, row) in self.rows().iter().enumerate() {
            let words = wrong(&format!("{}.comparisons[{index}].subject", self.path));
            errors::mark(&row.part("name"), words);
            row.part("error").say(words.unwrap_or_default());
        }
    }

    fn rows(&self) -> Vec<El> {
        self.rows.all(".condition")
    }

    fn row_id(&self, index: usize) -> String {
        format!("{}-{index}", self.path)
    }

    fn add(&self, comparison: &Comparison) {
        let row = copy_of(COMPARISON_TEMPLATE);
        let (of, name) = match &comparison.subject {
            Subject::Contact(name) => ("contact", name),
            Subject::Event(name) => ("event", name),
        };
        row.part("of").set_value(of);
        row.part("name").set_value(name);
        row.part("operator").set_value(comparison.operator.label());
        row.part("value").set_value(&comparison.value.to_cell());
        self.rows.append(&row);
    }

    fn drop(&self, row: &El) {
        let rows = self.rows();
        let at = rows.iter().position(|other| other.is(row)).unwrap_or(0);
        row.remove();
        self.settle();
        match at {
            0 => focus_field_soon(&self.path),
            later => focus_field_soon(&self.row_id(later - 1)),
        }
    }

    /// Brings what is shown to what is typed.
    fn settle(&self) {
        let rows = self.rows();
        for (index, row) in rows.iter().enumerate() {
            row.set("id", &self.row_id(index));
            let event = row.part("of").value() == "event";
            row.part("name")
                .set("placeholder", if event { "order.total" } else { "plan" });
            let needs_value = operator(row).is_none_or(Operator::needs_value);
            row.part("value").flag("hidden", !needs_value);
        }
        self.fieldset.part("none").flag("hidden", !rows.is_empty());
        self.fieldset.part("joins").flag("hidden", rows.len() < 2);
    }
}

fn operator(row: &El) -> Option<Operator> {
    let chosen = row.part("operator").value();
    let mut known = Operator::ALL.into_iter();
    known.find(|known| known.label() == chosen)
}

fn comparison(row: &El) -> Comparison {
    let name = row.part("name").value().trim().to_owned();
    Comparison {
        subject: match row.part("of").value().as_str() {
            "event" => Subject::Event(name),
            _ => Subject::Contact(name),
        },
        operator: operator(row).unwrap_or(Operator::Is),
        value: AttributeValue::from_cell_with(&row.part("value").value(), js_sys::parse_float),
    }
}
