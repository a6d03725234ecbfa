//! Send a test: choose a contact, read what will happen, send, watch each device answer.
//! What would happen and what did are markup that the server writes.

use std::cell::{Cell, RefCell};

use app::{
    ServerFn,
    features::pushes::{
        api::{ForecastTest, SendTest, TestProgress},
        labels::label_of,
    },
};
use dom::{El, Timer, by_id};
use domain::ContactId;
use reactive_graph::{graph::untrack, prelude::*, signal::RwSignal};
use ui::counted;

use super::{editor::Editor, picker::Picker};
use crate::ask::{Refusal, call, send, spawn, text_of};

/// Between two looks at the answers, in milliseconds.
const BETWEEN: i32 = 700;
/// A minute and a half: retries past that are seen at the contact.
const LOOKS: u32 = 130;

/// Nobody is chosen.
const CHOOSING: &str = "choosing";
/// Somebody is chosen; nothing was sent.
const READY: &str = "ready";
/// It was sent.
const SENT: &str = "sent";

/// The dialog, for as long as the page stands.
struct Test {
    editor: &'static Editor,
    dialog: El,
    stage: RwSignal<String>,
    /// Who was chosen, and what people call them.
    contact: RefCell<Option<(ContactId, String)>>,
    /// What people call the devices, as the forecast had it, in JSON.
    names: RefCell<String>,
    /// How many devices it would reach.
    reaching: RwSignal<i64>,
    busy: RwSignal<bool>,
    /// Counts what is waited for: answers to anything older come too late.
    turn: Cell<u32>,
    timer: Timer,
}

/// Brings the button and its dialog to life.
pub(super) fn start(editor: &'static Editor) {
    let Some(dialog) = by_id("send-test") else {
        return;
    };
    let test: &'static Test = Box::leak(Box::new(Test {
        editor,
        dialog,
        stage: RwSignal::new(CHOOSING.to_owned()),
        contact: RefCell::new(None),
        names: RefCell::new(String::new()),
        reaching: RwSignal::new(0),
        busy: RwSignal::new(false),
        turn: Cell::new(0),
        timer: Timer::unset(),
    }));
    for part in test.dialog.all("[data-stage]") {
        let stage = part.attribute("data-stage").unwrap_or_default();
        part.flag_of("hidden", move || test.stage.with(|now| *now != stage));
    }
    let picker = Picker::start(&test.dialog, move |row| test.chose(&row));
    let (again, forgetting) = (picker.clone(), picker);
    let begin = move || {
        test.stage.set(CHOOSING.to_owned());
        again.begin();
    };
    let open = begin.clone();
    editor.page.part("send-test").listen("click", move |_| {
        test.dialog.show_modal();
        open();
    });
    let part = |name: &str| test.dialog.part(name);
    part("somebody-else").listen("click", move |_| begin());
    part("send-again").listen("click", move |_| test.forecast());
    part("send")
        .attr_of("aria-busy", move || {
            test.busy.get().then(|| "true".to_owned())
        })
        .flag_of("disabled", move || test.reaching.get() == 0)
        .listen("click", move |_| test.send());
    if let Some(label) = part("send").find(".button__label") {
        label.text_of(move || test.verb());
    }
    test.dialog.listen("close", move |_| {
        test.next_turn();
        forgetting.forget();
    });
}

impl Test {
    fn next_turn(&self) -> u32 {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        turn
    }

    fn chose(&'static self, row: &El) {
        let id = row
            .attribute("data-id")
            .and_then(|id| id.parse::<ContactId>().ok());
        let Some((id, name)) = id.zip(row.attribute("data-name")) else {
            return;
        };
        for part in self.dialog.all("[data-part=test-contact]") {
            part.say(&name);
        }
        self.dialog
            .part("contact-page")
            .set("href", &format!("/contacts/{id}"));
        self.contact.replace(Some((id, name)));
        self.forecast();
    }

    /// Says what a test of what is composed now would do.
    fn forecast(&'static self) {
        let Some(contact) = self.contact.borrow().as_ref().map(|(id, _)| *id) else {
            return;
        };
        let turn = self.next_turn();
        self.stage.set(READY.to_owned());
        self.reaching.set(0);
        self.refuse(None);
        let place = self.dialog.part("forecast");
        place.fill(El::from_template("looking-at-devices").as_slice());
        let asked = call(&ForecastTest {
            content: untrack(|| self.editor.form.content().0),
            contact,
        });
        spawn(async move {
            let answer = asked.await.and_then(|json| text_of(&json));
            if self.turn.get() != turn {
                return;
            }
            match answer {
                Ok(markup) => {
                    place.fill_with_markup(&markup);
                    let told = |name: &str| place.find("[data-reaching]")?.attribute(name);
                    self.names.replace(told("data-names").unwrap_or_default());
                    let reaching = told("data-reaching").and_then(|count| count.parse().ok());
                    self.reaching.set(reaching.unwrap_or_default());
                }
                Err(refusal) => place.fill(notice(&refusal).as_slice()),
            }
        });
    }

    fn verb(&self) -> String {
        let saving = self.editor.saving;
        let unsaved = saving.is_dirty() || saving.id().is_none();
        match (unsaved, self.reaching.get().unsigned_abs()) {
            (_, 0) => "Nothing to send to".to_owned(),
            (true, count) => format!("Save and send to {}", counted(count, "device", "devices")),
            (false, count) => format!("Send to {}", counted(count, "device", "devices")),
        }
    }

    /// Says why it could not be sent.
    fn refuse(&self, refusal: Option<&Refusal>) {
        let place = self.dialog.part("refused");
        place.flag("hidden", refusal.is_none());
        place.fill(refusal.and_then(notice).as_slice());
    }

    fn send(&'static self) {
        let Some(contact) = self.contact.borrow().as_ref().map(|(id, _)| *id) else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refuse(None);
        spawn(async move {
            let answer = match self.editor.saving.save().await {
                Some(push) => call(&SendTest { push, contact }).await,
                None => Err(Refusal {
                    words: "The push could not be saved, so nothing was sent. Close this and look at the form.".to_owned(),
                    ..Refusal::unreachable()
                }),
            };
            self.busy.set(false);
            match answer {
                Ok(test) => self.watch(&test),
                Err(refusal) => self.refuse(Some(&refusal)),
            }
        });
    }

    /// Shows each device's answer to a test, as it comes.
    fn watch(&'static self, test: &str) {
        let turn = self.next_turn();
        self.stage.set(SENT.to_owned());
        let part = |name: &str| self.dialog.part(name);
        part("answers").fill(El::from_template("waiting-for-answers").as_slice());
        for name in ["not-heard", "late"] {
            part(name).flag("hidden", true);
        }
        let names = self.names.borrow();
        let names = if names.is_empty() { "[]" } else { &names };
        self.look(turn, format!("{{\"test\":{test},\"names\":{names}}}"), 0);
    }

    fn look(&'static self, turn: u32, question: String, looks: u32) {
        if self.turn.get() != turn {
            return;
        }
        if looks == LOOKS {
            self.dialog.part("late").flag("hidden", false);
            return;
        }
        spawn(async move {
            let answer = send(TestProgress::PATH, question.clone()).await;
            let answer = answer.and_then(|json| text_of(&json));
            if self.turn.get() == turn && !self.show(answer) {
                self.timer
                    .set(BETWEEN, move || self.look(turn, question, looks + 1));
            }
        });
    }

    /// Shows the answers so far; whether no more will come.
    fn show(&self, answer: Result<String, Refusal>) -> bool {
        let silence = self.dialog.part("not-heard");
        silence.flag("hidden", answer.is_ok());
        match answer {
            Ok(markup) => {
                let place = self.dialog.part("answers");
                // It is read aloud: nothing is said again that was said.
                if place.markup() != markup {
                    place.fill_with_markup(&markup);
                }
                place.find("[data-over]").is_some()
            }
            Err(refusal) => {
                if let Some(words) = silence.find("[data-words]") {
                    words.say(&refusal.words);
                }
                false
            }
        }
    }
}

/// Why something was refused, field by field where several are wrong.
pub(super) fn notice(refusal: &Refusal) -> Option<El> {
    let notice = El::from_template("refusal")?;
    notice.find("p")?.say(&refusal.words);
    let fields = &refusal.fields.0;
    let several = fields.iter().filter(|_| fields.len() > 1);
    let lines: Vec<El> = several
        .map(|error| El::new("li").text(&format!("{}: {}", label_of(&error.field), error.message)))
        .collect();
    notice.find("ul")?.fill(&lines);
    Some(notice)
}
