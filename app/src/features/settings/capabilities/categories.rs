//! The categories of the iOS app: rows of actions within rows.

use domain::{
    app::{Action, Category},
    push::ActionKind,
};
use leptos::prelude::*;
use ui::{Button, ButtonSize, FieldError, Glyph, IconButton, SelectField, SelectOption, TextField};

use super::ID;

/// The list, as the form calls it.
const LIST: &str = "capabilities.ios_categories";
/// Stands in a template for the number of a row.
const PLACE: &str = "#";
const NEW_CATEGORY: &str = "new-category";
const NEW_ACTION: &str = "new-action";

/// The list of categories.
#[component]
pub fn Categories(
    /// The categories.
    categories: Vec<Category>,
    /// The person may only look.
    locked: bool,
) -> impl IntoView {
    let rows = categories
        .into_iter()
        .enumerate()
        .map(|(place, known)| category(&place.to_string(), known, locked))
        .collect_view();
    let empty = Category {
        id: String::new(),
        actions: vec![Action::opening("")],
    };
    view! {
        <fieldset class="field listed" data-listed="" id="field-ios_categories" tabindex="-1">
            <legend class="field__label">"Categories that the app registered"</legend>
            <p class="field__hint">
                "iOS shows these buttons and no others: titles and kinds as in the app, in its order."
            </p>
            <div class="listed__rows" data-list=LIST>
                {rows}
            </div>
            <FieldError name=LIST />
            <div class="row">
                <Button
                    size=ButtonSize::Small
                    glyph=Glyph::Plus
                    disabled=locked
                    attr:data-adds=NEW_CATEGORY
                >
                    "Add a category"
                </Button>
            </div>
        </fieldset>
        <template id=NEW_CATEGORY>{category(PLACE, empty, locked)}</template>
        <template id=NEW_ACTION>
            {action(&format!("{LIST}[{PLACE}].actions[{PLACE}]"), Action::opening(""), locked)}
        </template>
    }
    .into_any()
}

fn category(place: &str, known: Category, locked: bool) -> AnyView {
    let path = format!("{LIST}[{place}]");
    let list = format!("{path}.actions");
    let rows = known
        .actions
        .into_iter()
        .enumerate()
        .map(|(place, known)| action(&format!("{list}[{place}]"), known, locked))
        .collect_view();
    view! {
        <div class="listed__row" data-row="" data-listed="">
            <div class="listed__head">
                <TextField
                    label="Category"
                    name=format!("{path}.id")
                    value=known.id
                    kind=ID
                    placeholder="OFFER"
                    disabled=locked
                />
                <IconButton
                    glyph=Glyph::Trash
                    label="Remove this category"
                    disabled=locked
                    attr:data-removes=""
                />
            </div>
            <div class="listed__rows" data-list=list.clone()>
                {rows}
            </div>
            <FieldError name=list />
            <div class="row">
                <Button
                    size=ButtonSize::Small
                    glyph=Glyph::Plus
                    disabled=locked
                    attr:data-adds=NEW_ACTION
                >
                    "Add a button"
                </Button>
            </div>
        </div>
    }
    .into_any()
}

fn action(path: &str, known: Action, locked: bool) -> AnyView {
    let kinds = ActionKind::ALL.map(|kind| SelectOption::new(kind.name(), kind.label()));
    view! {
        <div class="action-row" data-row="">
            <TextField
                label="Title"
                name=format!("{path}.title")
                value=known.title
                placeholder="Shop now"
                disabled=locked
            />
            <SelectField
                label="Kind"
                name=format!("{path}.kind")
                options=kinds.to_vec()
                value=known.kind.name()
                disabled=locked
            />
            <div class="action-row__field">
                <TextField
                    label="Words in the empty field"
                    name=format!("{path}.placeholder")
                    value=known.placeholder.unwrap_or_default()
                    or_none=true
                    disabled=locked
                />
            </div>
            <IconButton
                glyph=Glyph::Trash
                label="Remove this button"
                disabled=locked
                attr:data-removes=""
            />
        </div>
    }
    .into_any()
}
