//! Comparisons of a contact or of the event that let it in.

use super::super::looking::focus_field_soon;
use super::Target;
use domain::contact::AttributeValue;
use domain::workflow::{Comparison, Condition, Match, Operator, Subject};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Glyph, IconButton, Segment, Segmented};

/// One comparison as it is being typed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    of: RwSignal<String>,
    name: RwSignal<String>,
    operator: RwSignal<String>,
    value: RwSignal<String>,
}

/// A condition as it is being typed.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    matching: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
}

impl Fields {
    /// Starts with `condition`.
    pub(super) fn new(condition: &Condition) -> Self {
        let matching = match condition.matching {
            Match::All => "all",
            Match::Any => "any",
        };
        let fields = Self {
            matching: RwSignal::new(matching.to_owned()),
            rows: RwSignal::new(Vec::new()),
        };
        for comparison in &condition.comparisons {
            fields.add(comparison);
        }
        fields
    }

    fn add(&self, comparison: &Comparison) {
        let (of, name) = match &comparison.subject {
            Subject::Contact(name) => ("contact", name),
            Subject::Event(name) => ("event", name),
        };
        let row = Row {
            of: RwSignal::new(of.to_owned()),
            name: RwSignal::new(name.clone()),
            operator: RwSignal::new(comparison.operator.label().to_owned()),
            value: RwSignal::new(text_of(&comparison.value)),
        };
        self.rows.update(|rows| rows.push(row));
    }

    /// What is typed now.
    pub(super) fn get(self) -> Condition {
        let comparisons = self.rows.get().into_iter().map(|row| {
            let name = row.name.get().trim().to_owned();
            let operator = row.operator.get();
            Comparison {
                subject: match row.of.get().as_str() {
                    "event" => Subject::Event(name),
                    _ => Subject::Contact(name),
                },
                operator: Operator::ALL
                    .into_iter()
                    .find(|known| known.label() == operator)
                    .unwrap_or(Operator::Is),
                value: AttributeValue::from_cell(&row.value.get()),
            }
        });
        Condition {
            comparisons: comparisons.collect(),
            matching: match self.matching.get().as_str() {
                "any" => Match::Any,
                _ => Match::All,
            },
        }
    }
}

fn text_of(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Bool(value) => value.to_string(),
        AttributeValue::Int(value) => value.to_string(),
        AttributeValue::Float(value) => value.to_string(),
        AttributeValue::Text(value) => value.clone(),
    }
}

/// The comparisons with a way to add and remove them. Validation speaks of
/// them under `path`; `none` says what no comparisons mean.
pub(super) fn view(
    target: &Target,
    fields: Fields,
    title: &'static str,
    none: &'static str,
    path: &'static str,
) -> AnyView {
    let locked = target.locked();
    let error = target.error(path);
    let target = StoredValue::new(target.clone());
    let count = move || fields.rows.with(Vec::len);
    // Made anew when one is added or taken away, not while one is typed in.
    let rows = move || {
        let rows = fields.rows.get().into_iter().enumerate();
        rows.map(|(index, row)| {
            let subject = format!("{path}.comparisons[{index}].subject");
            let wrong = target.with_value(|target| target.error(subject));
            let remove = move || {
                fields.rows.update(|rows| {
                    rows.remove(index);
                });
                focus_field_soon(match index {
                    0 => path.to_owned(),
                    later => row_id(path, later - 1),
                });
            };
            untrack(|| row_view(row_id(path, index), row, wrong, remove))
        })
        .collect::<Vec<_>>()
    };
    view! {
        <fieldset class="conditions" id=path tabindex="-1" disabled=locked>
            <legend class="field__label">{title}</legend>
            <p class="quiet small" hidden=move || none.is_empty() || count() != 0>
                {none}
            </p>
            <div hidden=move || { count() < 2 }>
                <Segmented
                    label="How comparisons join"
                    name="condition-matching"
                    parts=vec![Segment::new("all", "All of"), Segment::new("any", "Any of")]
                    value=fields.matching
                />
            </div>
            {rows}
            <div class="field__error" aria-live="polite">
                {move || error.get()}
            </div>
            <Button
                size=ButtonSize::Small
                glyph=Glyph::Plus
                disabled=locked
                on:click=move |_| {
                    fields.add(&Comparison {
                        subject: Subject::Contact(String::new()),
                        operator: Operator::Is,
                        value: AttributeValue::Text(String::new()),
                    });
                    focus_field_soon(row_id(path, untrack(count).saturating_sub(1)));
                }
            >
                "Add a comparison"
            </Button>
        </fieldset>
    }
    .into_any()
}

/// The element id of a comparison.
fn row_id(path: &str, index: usize) -> String {
    format!("{path}-{index}")
}

fn row_view(
    id: String,
    row: Row,
    wrong: Signal<Option<String>>,
    remove: impl Fn() + 'static,
) -> AnyView {
    let options = |now: RwSignal<String>, entries: Vec<(&'static str, &'static str)>| {
        entries
            .into_iter()
            .map(|(value, label)| {
                let chosen = move || now.with(|now| now == value);
                view! {
                    <option value=value selected=chosen prop:selected=chosen>
                        {label}
                    </option>
                }
            })
            .collect_view()
    };
    let subjects = vec![("contact", "Contact’s"), ("event", "Event’s")];
    let operators = Operator::ALL
        .iter()
        .map(|operator| (operator.label(), operator.label()));
    let needs_value = move || {
        let now = row.operator.get();
        Operator::ALL
            .iter()
            .any(|known| known.label() == now && known.needs_value())
    };
    view! {
        <div class="condition" id=id>
            <div class="condition__subject">
                <select
                    class="input"
                    aria-label="Of what"
                    on:change=move |event| row.of.set(event_target_value(&event))
                >
                    {options(row.of, subjects)}
                </select>
                <input
                    class="input input--mono"
                    aria-label="Attribute or property"
                    placeholder=move || {
                        if row.of.with(|of| of == "event") { "order.total" } else { "plan" }
                    }
                    spellcheck="false"
                    aria-invalid=move || wrong.get().map(|_| "true")
                    prop:value=row.name
                    on:input=move |event| row.name.set(event_target_value(&event))
                />
                <IconButton
                    glyph=Glyph::Close
                    label="Remove this comparison"
                    size=ButtonSize::Small
                    on:click=move |_| remove()
                />
            </div>
            <div class="condition__test">
                <select
                    class="input"
                    aria-label="How it is compared"
                    on:change=move |event| row.operator.set(event_target_value(&event))
                >
                    {options(row.operator, operators.collect())}
                </select>
                <input
                    class="input"
                    aria-label="With what"
                    hidden=move || !needs_value()
                    prop:value=row.value
                    on:input=move |event| row.value.set(event_target_value(&event))
                />
            </div>
            <div class="field__error">{move || wrong.get()}</div>
        </div>
    }
    .into_any()
}
