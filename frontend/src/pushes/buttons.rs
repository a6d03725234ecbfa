//! Buttons under the notification: added, moved, taken from what the app registered.

use app::features::pushes::{
    apps::capabilities,
    state::{ButtonForm, MOST_BUTTONS, NUMBER, PLACE},
};
use dom::{El, by_id, follow, target_of};
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
    for element in row.all("[data-of-kind]") {
        let kind = element.attribute("data-of-kind").unwrap_or_default();
        element.flag_of("hidden", move || button.kind.with(|now| *now != kind));
    }
    let raise = row.part("raise");
    raise.flag("disabled", !editor.may_edit || place == 0);
    raise.listen("click", move |_| editor.form.raise_button(button.key));
    row.part("remove")
        .listen("click", move |_| editor.form.remove_button(button.key));
    Some(row)
}

/// iOS shows the titles that the app registered: where no category fits, it is said, and a
/// click takes one that does.
fn offer_categories(editor: &'static Editor) {
    let Some(section) = by_id("field-buttons") else {
        return;
    };
    let notice = section.part("no-category");
    if let Some(words) = notice.find("[data-words]") {
        follow(move || {
            let missing = editor.composed.with(|composed| {
                let look = composed.look.as_ref().ok()?;
                look.missing_category.clone()
            });
            notice.flag("hidden", missing.is_none());
            words.say(&missing.unwrap_or_default());
        });
    }
    section.listen("click", move |event| {
        let item = target_of(&event).and_then(|target| target.closest("[data-category]"));
        let number = item.and_then(|item| item.attribute("data-category")?.parse::<usize>().ok());
        let app = editor.form.app.get_untracked();
        let can = capabilities(editor.apps, &app);
        if let Some(category) = number.and_then(|number| can.ios_categories.get(number)) {
            editor.form.take_category(category);
        }
    });
}
