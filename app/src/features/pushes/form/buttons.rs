//! Buttons under the notification.

use leptos::prelude::*;
use ui::{Button, ButtonSize, FieldFrame, Glyph, IconButton, InputKind, TextField};

use super::Editing;
use crate::features::pushes::state::ButtonForm;

/// Most buttons that any platform shows.
const MOST: usize = 4;

/// The list of buttons.
#[component]
pub fn ButtonFields(
    /// The form.
    editing: Editing,
) -> impl IntoView {
    let form = editing.form;
    let buttons = form.buttons;
    let full = move || buttons.with(Vec::len) >= MOST;
    let list_error = editing.error("buttons");
    let places = Memo::new(move |_| buttons.get().into_iter().enumerate().collect::<Vec<_>>());
    view! {
        <fieldset class="form__section" id="field-buttons" tabindex="-1">
            <div class="section__head">
                <legend class="card__title">"Buttons"</legend>
                <span class="row" data-gap="2">
                    <FromCategory editing />
                    <Button
                        size=ButtonSize::Small
                        glyph=Glyph::Plus
                        disabled=Signal::derive(move || editing.read_only || full())
                        on:click=move |_| form.add_empty_button()
                    >
                        "Add a button"
                    </Button>
                </span>
            </div>
            <For each=move || places.get() key=|(place, button)| (*place, button.key) let:item>
                <OneButton editing place=item.0 button=item.1 />
            </For>
            {move || list_error.get().map(|words| view! { <p class="field__error">{words}</p> })}
            <Show when=move || buttons.with(Vec::is_empty)>
                <p class="field__hint">"None: a tap anywhere opens the link."</p>
            </Show>
        </fieldset>
    }
    .into_any()
}

/// One button's words and link.
#[component]
fn OneButton(editing: Editing, place: usize, button: ButtonForm) -> impl IntoView {
    let form = editing.form;
    let number = place + 1;
    let field = move |part: &str| format!("buttons[{place}].{part}");
    let id_error = editing.error(field("id"));
    view! {
        <div class="push-button">
            <div class="form__pair">
                <TextField
                    label=format!("Button {number}")
                    name=field("title")
                    value=button.title
                    placeholder="See the offer"
                    error=editing.error(field("title"))
                    disabled=editing.read_only
                />
                <TextField
                    label="Its link"
                    name=field("link")
                    value=button.link
                    kind=InputKind::Url
                    placeholder="The push’s own"
                    error=editing.error(field("link"))
                    disabled=editing.read_only
                />
            </div>
            <div class="push-button__foot">
                <FieldFrame label="Id for the app" name=field("id") error=id_error>
                    <input
                        class="input input--mono"
                        id=ui::field_id(&field("id"))
                        prop:value=button.id
                        value=button.id.get_untracked()
                        disabled=editing.read_only
                        autocomplete="off"
                        spellcheck="false"
                        on:input=move |event| button.id.set(event_target_value(&event))
                    />
                </FieldFrame>
                <span class="row" data-gap="1">
                    <IconButton
                        glyph=Glyph::ArrowUp
                        label=format!("Move button {number} up")
                        disabled=editing.read_only || place == 0
                        on:click=move |_| form.raise_button(button.key)
                    />
                    <IconButton
                        glyph=Glyph::Trash
                        label=format!("Remove button {number}")
                        disabled=editing.read_only
                        on:click=move |_| form.remove_button(button.key)
                    />
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// iOS shows the titles that the app registered: offers those of the chosen app.
#[component]
fn FromCategory(editing: Editing) -> impl IntoView {
    let fill = move |actions: Vec<String>| {
        editing.form.buttons.set(Vec::new());
        for title in actions {
            let id = slug_of(&title);
            editing.form.add_button(&id, &title, "");
        }
    };
    move || {
        let categories = editing
            .app()
            .map(|app| app.capabilities.ios_categories)
            .unwrap_or_default();
        (!categories.is_empty() && !editing.read_only).then(|| {
            view! {
                <ui::Menu
                    label="Take the titles of a category that the app registered"
                    align=ui::MenuAlign::End
                    trigger=|| view! { <span class="small">"From the app"</span> }
                >
                    {categories
                        .clone()
                        .into_iter()
                        .map(|category| {
                            let label = format!("{}: {}", category.id, category.actions.join(", "));
                            view! {
                                <ui::MenuItem label act=move |()| fill(category.actions.clone()) />
                            }
                        })
                        .collect_view()}
                </ui::Menu>
            }
        })
    }
}

/// An id made of a title: "See the offer" is `see-the-offer`.
fn slug_of(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("-");
    if slug.is_empty() {
        "button".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn an_id_is_made_of_a_title() {
        assert_eq!(
            (slug_of("See the offer!"), slug_of("¡Olé!")),
            ("see-the-offer".into(), "ol".into())
        );
        assert_eq!(slug_of("…"), "button");
    }
}
