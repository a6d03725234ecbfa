//! What is known of a contact.

use domain::contact::{AttributeValue, Contact};
use leptos::prelude::*;
use ui::{Card, ExactTime, Fact, Facts, Token};

/// The facts that every contact has, and its attributes.
#[component]
pub fn ContactProfile(
    /// The contact.
    contact: Contact,
) -> impl IntoView {
    let known = [
        ("First name", contact.first_name),
        ("Last name", contact.last_name),
        ("Email", contact.email),
        ("Language", contact.locale),
        ("Time zone", contact.time_zone),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| view! { <Fact name>{value}</Fact> }))
    .collect_view();
    let attributes = contact
        .attributes
        .into_iter()
        .map(|(name, value)| {
            let (text, kind) = written(value);
            view! {
                <div class="facts__pair">
                    <dt class="mono">{name}</dt>
                    <dd class="attribute" title=kind>
                        {text}
                    </dd>
                </div>
            }
        })
        .collect::<Vec<_>>();
    let none = attributes.is_empty();
    view! {
        <Card title="Profile">
            <Facts>
                <Fact name="Identifier">
                    <Token text=contact.external_id what="identifier" />
                </Fact>
                {known}
                <Fact name="First seen">
                    <ExactTime at=contact.created_at.as_millis() />
                </Fact>
                <Fact name="Changed">
                    <ExactTime at=contact.updated_at.as_millis() />
                </Fact>
            </Facts>
        </Card>
        <Card title="Attributes">
            {if none {
                view! {
                    <p class="quiet">
                        "None. Every column of an import beyond the known ones becomes one."
                    </p>
                }
                    .into_any()
            } else {
                view! { <Facts>{attributes}</Facts> }.into_any()
            }}
        </Card>
    }
    .into_any()
}

/// A value and what kind it is.
fn written(value: AttributeValue) -> (String, &'static str) {
    match value {
        AttributeValue::Bool(true) => ("yes".to_owned(), "true or false"),
        AttributeValue::Bool(false) => ("no".to_owned(), "true or false"),
        AttributeValue::Int(number) => (number.to_string(), "a whole number"),
        AttributeValue::Float(number) => (number.to_string(), "a number"),
        AttributeValue::Text(text) => (text, "text"),
    }
}
