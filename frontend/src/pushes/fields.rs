//! Every field of the form, found by its name: what it holds, and what is wrong with it.

use app::features::pushes::state::{
    BODY_FITS, ButtonForm, PushForm, TITLE_FITS, characters, own_values,
};
use dom::{El, follow};
use domain::validate::FieldErrors;
use reactive_graph::{prelude::*, signal::RwSignal};

use super::editor::Editor;

/// Reads what the server wrote into the fields, not what was typed since.
pub(super) fn read(page: &El, form: &PushForm) {
    for (name, value) in form.fields() {
        value.set(served(&controls(page, &name)));
    }
    for row in page.part("buttons").all(".push-button") {
        form.add_button(|key| {
            let button = ButtonForm::empty(key);
            for (part, value) in button.fields() {
                value.set(served(&row.all(&format!("[name$=\"].{part}\"]"))));
            }
            button
        });
    }
}

/// Brings all fields but those of buttons to life.
pub(super) fn start(editor: &'static Editor, complaints: Complaints) {
    let view = editor.view;
    let more = [
        ("preview_platform", view.platform),
        ("preview_state", view.state),
        ("preview_when", view.when),
        ("preview_browser", view.browser),
        ("sample_event", view.event),
    ];
    let more = more.map(|(name, value)| (name.into(), value));
    for (name, value) in editor.form.fields().into_iter().chain(more) {
        bind(&editor.page, &name, value);
        complaints.show(&editor.page, &name);
    }
    complaints.show(&editor.page, "buttons");
    depend(editor);
    tell_aside(editor);
    count_own(editor);
    count(editor);
    sum_up(editor);
}

fn controls(within: &El, name: &str) -> Vec<El> {
    within.all(&format!("[name=\"{name}\"]"))
}

/// What the server wrote into the controls of one name.
fn served(controls: &[El]) -> String {
    let Some(first) = controls.first() else {
        return String::new();
    };
    if is_radio(first) {
        let chosen = controls
            .iter()
            .find(|radio| radio.attribute("checked").is_some());
        return chosen
            .and_then(|radio| radio.attribute("value"))
            .unwrap_or_default();
    }
    if let Some(option) = first
        .find("option[selected]")
        .or_else(|| first.find("option"))
    {
        return option.attribute("value").unwrap_or_default();
    }
    first.attribute("value").unwrap_or_else(|| {
        // A text area holds it as its text.
        first.node().text_content().unwrap_or_default()
    })
}

fn is_radio(control: &El) -> bool {
    control.attribute("type").as_deref() == Some("radio")
}

/// Keeps a field and its controls equal. What was typed before the module came is kept.
pub(super) fn bind(within: &El, name: &str, value: RwSignal<String>) {
    for control in controls(within, name) {
        let radio = is_radio(&control);
        let heard = control.clone();
        let hear = move || {
            let now = heard.value();
            if (!radio || heard.checked()) && value.with_untracked(|before| *before != now) {
                value.set(now);
            }
        };
        hear();
        control.listen("input", move |_| hear());
        follow(move || {
            let now = value.get();
            if radio {
                control.property("checked", &(control.value() == now).into());
            } else {
                control.set_value(&now);
            }
        });
    }
}

/// What is wrong with the fields.
#[derive(Clone, Copy)]
pub(super) struct Complaints {
    /// As they stand.
    now: RwSignal<FieldErrors>,
    /// At the last attempt to save.
    saved: RwSignal<FieldErrors>,
}

impl Complaints {
    pub(super) fn of(editor: &'static Editor) -> Self {
        let now = RwSignal::new(FieldErrors::default());
        follow(move || {
            editor.composed.with(|composed| {
                if now.with_untracked(|before| *before != composed.wrong) {
                    now.set(composed.wrong.clone());
                }
            });
        });
        Self {
            now,
            saved: editor.saving.errors,
        }
    }

    /// Says at a field what is wrong with it.
    pub(super) fn show(self, within: &El, name: &str) {
        let Some(place) = within.find(&format!("[data-error=\"{name}\"]")) else {
            return;
        };
        let Some(words) = place.find("[data-words]") else {
            return;
        };
        let controls = controls(within, name);
        let hint = within.find(&format!("[id=\"hint-{name}\"]"));
        let ids = [Some(place.clone()), hint].map(|part| part?.attribute("id"));
        let name = name.to_owned();
        follow(move || {
            let complaint = |errors: &FieldErrors| errors.of(&name).map(str::to_owned);
            let complaint = self
                .now
                .with(complaint)
                .or_else(|| self.saved.with(complaint));
            let wrong = complaint.is_some();
            place.flag("hidden", !wrong);
            words.say(&complaint.unwrap_or_default());
            let described: Vec<&str> = ids
                .iter()
                .skip(usize::from(!wrong))
                .flatten()
                .map(String::as_str)
                .collect();
            let described = (!described.is_empty()).then(|| described.join(" "));
            for control in &controls {
                control.set_or_not("aria-invalid", wrong.then_some("true"));
                control.set_or_not("aria-describedby", described.as_deref());
            }
        });
    }
}

/// Shows what is there only while a field holds a value: `data-when="class=promotional"`.
fn depend(editor: &'static Editor) {
    let fields = editor.form.fields();
    for element in editor.page.all("[data-when]") {
        let when = element.attribute("data-when").unwrap_or_default();
        let Some((name, wanted)) = when.split_once('=') else {
            continue;
        };
        let Some((_, value)) = fields.iter().find(|(field, _)| *field == name) else {
            continue;
        };
        let (value, wanted) = (*value, wanted.to_owned());
        element.flag_of("hidden", move || {
            value.with(|value| !wanted.split('|').any(|wanted| wanted == value))
        });
    }
}

/// Says what the chosen kind of push leaves aside.
fn tell_aside(editor: &'static Editor) {
    let place = editor.page.part("aside");
    follow(move || {
        let words = editor.form.left_aside();
        place.flag("hidden", words.is_none());
        place.say(&words.unwrap_or_default());
    });
}

/// Says of each platform how many values of its own it has.
fn count_own(editor: &'static Editor) {
    for form in editor.form.overrides {
        let place = format!("[data-own={}]", form.platform.name());
        if let Some(place) = editor.page.find(&place) {
            place.text_of(move || own_values(form.count()));
        }
    }
}

/// Says how long title and text are once rendered; while they cannot be, how long they were.
fn count(editor: &'static Editor) {
    let counter = |name: &str| {
        let frame = editor
            .page
            .find(&format!("[name={name}]"))?
            .closest(".field")?;
        frame.find(".field__counter")
    };
    let counters = [(counter("title"), TITLE_FITS), (counter("body"), BODY_FITS)];
    follow(move || {
        let lengths = editor.composed.with(|composed| {
            let look = composed.look.as_ref().ok()?;
            Some([look.title_length, look.body_length])
        });
        for ((counter, fits), length) in counters.iter().zip(lengths.into_iter().flatten()) {
            if let Some(counter) = counter {
                counter.say(&characters(length));
                counter.set_or_not("data-over", (length > *fits).then_some("true"));
            }
        }
    });
}

/// Lists above the form what kept it from being saved, each line leading to its field.
fn sum_up(editor: &'static Editor) {
    let summary = editor.page.part("summary");
    let (Some(title), Some(list)) = (summary.find(".notice__title"), summary.find("ul")) else {
        return;
    };
    follow(move || {
        editor.saving.errors.with(|errors| {
            title.say(&match errors.0.len() {
                1 => "One thing needs another look".to_owned(),
                count => format!("{count} things need another look"),
            });
            let lines: Vec<El> = errors
                .0
                .iter()
                .map(|error| {
                    let id = format!("field-{}", error.field);
                    let link = El::new("a")
                        .attr("href", &format!("#{id}"))
                        .text(&error.message)
                        .on("click", move |event| {
                            event.prevent_default();
                            jump_to(&id);
                        });
                    El::new("li").child(&link)
                })
                .collect();
            list.fill(&lines);
            summary.flag("hidden", errors.is_empty());
        });
    });
}

fn jump_to(id: &str) {
    if let Some(field) = dom::by_id(id) {
        if let Some(fold) = field.closest("details") {
            fold.flag("open", true);
        }
        field.node().scroll_into_view();
        field.focus();
    }
}
