//! Comparisons of a contact or of the event that let it in.

use super::Target;
use domain::contact::AttributeValue;
use domain::workflow::{Comparison, Condition, Match, Operator, Subject};
use leptos::prelude::*;
use ui::{Button, ButtonSize, Glyph, IconButton, Segment, Segmented};

/// One comparison as it is being typed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    key: u32,
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
    next_key: StoredValue<u32>,
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
            next_key: StoredValue::new(0),
        };
        for comparison in &condition.comparisons {
            fields.add(comparison);
        }
        fields
    }

    fn add(&self, comparison: &Comparison) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        let (of, name) = match &comparison.subject {
            Subject::Contact(name) => ("contact", name),
            Subject::Event(name) => ("event", name),
        };
        let row = Row {
            key,
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
    let more_than_one = Memo::new(move |_| fields.rows.with(Vec::len) > 1);
    let empty = Memo::new(move |_| fields.rows.with(Vec::is_empty));
    view! {
        <fieldset class="conditions" disabled=locked>
            <legend class="field__label">{title}</legend>
            <Show when=move || empty.get() && !none.is_empty()>
                <p class="quiet small">{none}</p>
            </Show>
            <Show when=move || more_than_one.get()>
                <Segmented
                    label="How comparisons join"
                    name="condition-matching"
                    parts=vec![Segment::new("all", "All of"), Segment::new("any", "Any of")]
                    value=fields.matching
                />
            </Show>
            <For each=move || fields.rows.get() key=|row| row.key let:row>
                {move || {
                    let index = move || {
                        fields.rows.with(|rows| rows.iter().position(|other| other.key == row.key))
                    };
                    let wrong = Signal::derive(move || {
                        let path = format!("{path}.comparisons[{}].subject", index()?);
                        target.with_value(|target| {
                            target.canvas.problems.with(|problems| {
                                problems
                                    .iter()
                                    .find(|problem| {
                                        problem.field.as_ref() == Some(&path)
                                            && problem
                                                .step
                                                .as_ref()
                                                .is_some_and(|step| step.0 == target.id.as_str())
                                    })
                                    .map(|problem| problem.message.clone())
                            })
                        })
                    });
                    row_view(row, wrong, move || {
                        fields.rows.update(|rows| rows.retain(|other| other.key != row.key));
                    })
                }}
            </For>
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
                }
            >
                "Add a comparison"
            </Button>
        </fieldset>
    }
    .into_any()
}

fn row_view(row: Row, wrong: Signal<Option<String>>, remove: impl Fn() + 'static) -> AnyView {
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
    let needs_value = Memo::new(move |_| {
        let now = row.operator.get();
        Operator::ALL
            .iter()
            .any(|known| known.label() == now && known.needs_value())
    });
    view! {
        <div class="condition">
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
                <Show when=move || needs_value.get()>
                    <input
                        class="input"
                        aria-label="With what"
                        prop:value=row.value
                        on:input=move |event| row.value.set(event_target_value(&event))
                    />
                </Show>
            </div>
            <div class="field__error">{move || wrong.get()}</div>
        </div>
    }
    .into_any()
}
