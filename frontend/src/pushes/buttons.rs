//! Buttons under the notification: added, moved, taken from what the app registered.

use app::features::pushes::{
    apps::chosen,
    state::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE, slug_of},
};
use dom::{El, by_id, target_of};
use reactive_graph::prelude::*;

use super::{
    editor::Editor,
    fields::{Complaints, bind},
};

/// Brings the list to life. The server's own rows are made anew, as all others are made.
pub(super) fn start(editor: &'static Editor, complaints: Complaints) {
    let Some(markup) = by_id("push-button").map(|template| template.markup()) else {
        return;
    };
    let buttons = editor.form.buttons;
    let list = editor.page.part("buttons");
    list.fill(&[]);
    list.each(
        move || {
            let buttons = buttons.get();
            buttons
                .iter()
                .map(|button| button.key)
                .enumerate()
                .collect()
        },
        move |(place, key)| {
            let button = buttons
                .with_untracked(|buttons| buttons.iter().find(|button| button.key == key).copied());
            button
                .and_then(|button| row(editor, complaints, &markup, place, button))
                .unwrap_or_else(|| El::new("div"))
        },
    );
    let count = move || buttons.with(Vec::len);
    editor
        .page
        .part("no-buttons")
        .flag_of("hidden", move || count() > 0);
    editor
        .page
        .part("add-button")
        .flag_of("disabled", move || {
            !editor.may_edit || count() >= MOST_BUTTONS
        })
        .on("click", move |_| editor.form.add_empty_button());
    offer_categories(editor);
}

/// One button's words and link.
fn row(
    editor: &'static Editor,
    complaints: Complaints,
    markup: &str,
    place: usize,
    button: ButtonForm,
) -> Option<El> {
    let markup = markup
        .replace(PLACE, &place.to_string())
        .replace(NUMBER, &(place + 1).to_string());
    let row = El::from_markup(&markup)?;
    for (part, value) in button.fields() {
        let name = format!("buttons[{place}].{part}");
        if let Some(control) = row.find(&format!("[name=\"{name}\"]")) {
            value.with_untracked(|value| control.set_value(value));
        }
        bind(&row, &name, value);
        complaints.show(&row, &name);
    }
    let raise = row.part("raise");
    raise.flag("disabled", !editor.may_edit || place == 0);
    raise.listen("click", move |_| editor.form.raise_button(button.key));
    row.part("remove")
        .listen("click", move |_| editor.form.remove_button(button.key));
    Some(row)
}

/// iOS shows the titles that the app registered: the menu of the chosen app fills them in.
fn offer_categories(editor: &'static Editor) {
    let Some(section) = by_id("field-buttons") else {
        return;
    };
    section.listen("click", move |event| {
        let item = target_of(&event).and_then(|target| target.closest("[data-category]"));
        let number = item.and_then(|item| item.attribute("data-category")?.parse::<usize>().ok());
        let app = editor.form.app.get_untracked();
        let categories = chosen(editor.apps, &app).map(|app| &app.capabilities.ios_categories);
        if let Some(category) = number.zip(categories).and_then(|(at, all)| all.get(at)) {
            editor.form.buttons.set(Vec::new());
            for title in &category.actions {
                editor.form.add_button(&slug_of(title), title, "");
            }
        }
    });
}
