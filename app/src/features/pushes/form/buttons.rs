//! Buttons under the notification. Those that the push has stand in the list; more are
//! made of the template.

use leptos::prelude::*;
use ui::{Button, ButtonSize, FieldError, FieldFrame, Glyph, IconButton, InputKind, TextField};

use super::{Editing, When};
use crate::features::pushes::{
    apps::AppLook,
    state::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE},
};

/// The list of buttons.
#[component]
pub fn ButtonFields(
    /// The form.
    editing: Editing,
    /// The apps there are.
    apps: Vec<AppLook>,
) -> impl IntoView {
    let read_only = editing.read_only;
    let buttons = editing.form.buttons.get_untracked();
    let count = buttons.len();
    let list = buttons
        .into_iter()
        .enumerate()
        .map(|(place, button)| {
            let (at, number) = (place.to_string(), (place + 1).to_string());
            view! { <OneButton place=at number button first=place == 0 read_only /> }
        })
        .collect_view();
    view! {
        <fieldset class="form__section" id="field-buttons" tabindex="-1">
            <div class="section__head">
                <legend class="card__title">"Buttons"</legend>
                <span class="row" data-gap="2">
                    {(!read_only).then(|| view! { <FromCategory editing apps /> })}
                    <Button
                        size=ButtonSize::Small
                        glyph=Glyph::Plus
                        disabled={read_only || count >= MOST_BUTTONS}
                        attr:data-part="add-button"
                    >
                        "Add a button"
                    </Button>
                </span>
            </div>
            <div class="push-buttons" data-part="buttons">
                {list}
            </div>
            <FieldError name="buttons" />
            <p class="field__hint" data-part="no-buttons" hidden={count > 0}>
                "None: a tap anywhere opens the link."
            </p>
        </fieldset>
        <template id="push-button">
            <OneButton
                place=PLACE.to_owned()
                number=NUMBER.to_owned()
                button=ButtonForm::empty()
                first=false
                read_only
            />
        </template>
    }
    .into_any()
}

/// One button's words and link.
#[component]
fn OneButton(
    place: String,
    number: String,
    button: ButtonForm,
    first: bool,
    read_only: bool,
) -> impl IntoView {
    let field = move |part: &str| format!("buttons[{place}].{part}");
    view! {
        <div class="push-button">
            <div class="form__pair">
                <TextField
                    label=format!("Button {number}")
                    name=field("title")
                    value=button.title.get_untracked()
                    placeholder="See the offer"
                    disabled=read_only
                />
                <TextField
                    label="Its link"
                    name=field("link")
                    value=button.link.get_untracked()
                    kind=InputKind::Url
                    placeholder="The push’s own"
                    disabled=read_only
                />
            </div>
            <div class="push-button__foot">
                <FieldFrame label="Id for the app" name=field("id")>
                    <input
                        class="input input--mono"
                        id=ui::field_id(&field("id"))
                        name=field("id")
                        value=button.id.get_untracked()
                        disabled=read_only
                        autocomplete="off"
                        spellcheck="false"
                    />
                </FieldFrame>
                <span class="row" data-gap="1">
                    <IconButton
                        glyph=Glyph::ArrowUp
                        label=format!("Move button {number} up")
                        disabled=read_only || first
                        attr:data-part="raise"
                    />
                    <IconButton
                        glyph=Glyph::Trash
                        label=format!("Remove button {number}")
                        disabled=read_only
                        attr:data-part="remove"
                    />
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// iOS shows the titles that the app registered: offers those of the chosen app.
#[component]
fn FromCategory(editing: Editing, apps: Vec<AppLook>) -> impl IntoView {
    let menus = apps
        .into_iter()
        .filter(|app| !app.capabilities.ios_categories.is_empty());
    menus
        .map(|app| {
            let categories = app.capabilities.ios_categories;
            view! {
                <When field="app" is=app.id now=editing.form.app>
                    <ui::Menu
                        label="Take the titles of a category that the app registered"
                        align=ui::MenuAlign::End
                        trigger=|| view! { <span class="small">"From the app"</span> }
                    >
                        {categories
                            .into_iter()
                            .enumerate()
                            .map(|(number, category)| {
                                let label = format!("{}: {}", category.id, category.actions.join(", "));
                                view! {
                                    <ui::MenuItem
                                        label
                                        attr:data-category=number.to_string()
                                    />
                                }
                            })
                            .collect_view()}
                    </ui::Menu>
                </When>
            }
        })
        .collect_view()
        .into_any()
}
