//! Buttons under the notification. Those that the push has stand in the list; more are
//! made of the template.

use domain::{app::Category, push::ActionKind};
use leptos::prelude::*;
use ui::{
    Button, ButtonSize, FieldError, FieldFrame, Glyph, IconButton, InputKind, Notice, SelectField,
    SelectOption, TextField, Tone,
};

use super::{Editing, When};
use crate::features::pushes::{
    apps::{AppLook, capabilities},
    state::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE},
};

/// Most categories that stand as buttons of their own; all are in the menu.
const OFFERED: usize = 3;

/// The list of buttons.
#[component]
pub fn ButtonFields(
    /// The form.
    editing: Editing,
    /// The apps there are.
    apps: Vec<AppLook>,
    /// Why iOS shows no buttons, if no category of the app is made of them.
    missing: Option<String>,
) -> impl IntoView {
    let read_only = editing.read_only;
    let offers = choices(apps.clone());
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
                    {(!read_only).then(|| view! { <FromCategory editing apps=choices(apps) /> })}
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
            <MissingCategory editing apps=offers missing />
            <p class="field__hint" data-part="no-buttons" hidden={count > 0}>
                "None: a tap anywhere opens the link."
            </p>
        </fieldset>
        <template id="push-button">
            <OneButton
                place=PLACE.to_owned()
                number=NUMBER.to_owned()
                button=ButtonForm::empty(0)
                first=false
                read_only
            />
        </template>
    }
    .into_any()
}

/// One button: its words, what a tap does, where it leads.
#[component]
fn OneButton(
    place: String,
    number: String,
    button: ButtonForm,
    first: bool,
    read_only: bool,
) -> impl IntoView {
    let field = move |part: &str| format!("buttons[{place}].{part}");
    let kind = button.kind.get_untracked();
    let away = |of: ActionKind| kind != of.name();
    let kinds = ActionKind::ALL.map(|kind| SelectOption::new(kind.name(), kind.label()));
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
                <SelectField
                    label="What a tap does"
                    name=field("kind")
                    options=kinds.to_vec()
                    value=kind.clone()
                    disabled=read_only
                />
            </div>
            <div data-of-kind=ActionKind::Open.name() hidden=away(ActionKind::Open)>
                <TextField
                    label="Its link"
                    name=field("link")
                    value=button.link.get_untracked()
                    kind=InputKind::Url
                    placeholder="The push’s own"
                    disabled=read_only
                />
            </div>
            <p
                class="field__hint"
                data-of-kind=ActionKind::QuickReply.name()
                hidden=away(ActionKind::QuickReply)
            >
                "Answers with its words; the app stays in the background."
            </p>
            <div data-of-kind=ActionKind::TextInput.name() hidden=away(ActionKind::TextInput)>
                <TextField
                    label="Words in the empty field"
                    name=field("placeholder")
                    value=button.placeholder.get_untracked()
                    placeholder="Your answer"
                    hint="The person types an answer; the app stays in the background."
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

/// The apps by which a push can be, “every app” with what all of them registered among
/// them.
fn choices(apps: Vec<AppLook>) -> Vec<AppLook> {
    let every = AppLook {
        id: String::new(),
        name: "every app".to_owned(),
        capabilities: capabilities(&apps, ""),
    };
    [every].into_iter().chain(apps).collect()
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
                                view! {
                                    <ui::MenuItem
                                        label=in_words(&category)
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

/// Says while typing that no category fits, with the ones that would.
#[component]
fn MissingCategory(editing: Editing, apps: Vec<AppLook>, missing: Option<String>) -> impl IntoView {
    let read_only = editing.read_only;
    let offers = apps
        .into_iter()
        .map(|app| {
            let categories = app.capabilities.ios_categories;
            let none = categories.is_empty();
            let buttons = categories
                .into_iter()
                .take(OFFERED)
                .enumerate()
                .map(|(number, category)| {
                    let words = format!("Take {}", in_words(&category));
                    view! {
                        <Button
                            size=ButtonSize::Small
                            disabled=read_only
                            attr:data-category=number.to_string()
                            attr:data-wraps=""
                        >
                            {words}
                        </Button>
                    }
                })
                .collect_view();
            view! {
                <When field="app" is=app.id now=editing.form.app>
                    {if none {
                        view! {
                            <a class="link" href="/settings/apps">
                                "Enter the categories that the app registered"
                            </a>
                        }
                            .into_any()
                    } else {
                        view! { <div class="row">{buttons}</div> }.into_any()
                    }}
                </When>
            }
        })
        .collect_view();
    let fits = missing.is_none();
    view! {
        <Notice tone=Tone::Paused attr:data-part="no-category" attr:hidden=fits>
            <p data-words="">{missing}</p>
            {offers}
        </Notice>
    }
    .into_any()
}

/// A category as a person reads it: `QUESTION: Yes, Reply (text input)`.
fn in_words(category: &Category) -> String {
    let actions: Vec<String> = category
        .actions
        .iter()
        .map(|action| match action.kind {
            ActionKind::Open => action.title.clone(),
            kind => format!("{} ({})", action.title, kind.label().to_lowercase()),
        })
        .collect();
    format!("{}: {}", category.id, actions.join(", "))
}
