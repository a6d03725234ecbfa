//! Finds a contact: by email or the customer's own identifier. What is found is a list that
//! the server writes.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use app::features::pushes::api::FindContacts;
use dom::{El, Timer, target_of};
use web_sys::KeyboardEvent;

use crate::ask::{call, spawn, text_of};

/// How long a person may pause between keys before the server is asked, in milliseconds.
const PAUSE: i32 = 160;

/// A search field and what it finds.
#[derive(Clone)]
pub(super) struct Picker(Rc<Parts>);

struct Parts {
    field: El,
    list: El,
    remark: El,
    /// The row that Enter chooses.
    at: Cell<usize>,
    /// Counts the questions: only the newest is answered.
    asked: Cell<u32>,
    /// What the rows were found for, once they were.
    answered: RefCell<Option<String>>,
    /// Enter was pressed before they were.
    entered: Cell<bool>,
    chosen: Box<dyn Fn(El)>,
    timer: Timer,
}

impl Picker {
    /// Brings the picker within an element to life; `chosen` takes the row of a contact.
    pub(super) fn start(within: &El, chosen: impl Fn(El) + 'static) -> Self {
        let part = |selector: &str| within.find(selector).unwrap_or_else(|| El::new("i"));
        let picker = Self(Rc::new(Parts {
            field: part(".picker input"),
            list: part(".picker [role=listbox]"),
            remark: part(".picker .field__hint"),
            at: Cell::new(0),
            asked: Cell::new(0),
            answered: RefCell::new(None),
            entered: Cell::new(false),
            chosen: Box::new(chosen),
            timer: Timer::unset(),
        }));
        picker.listen(&part(".picker"));
        picker
    }

    /// Begins anew, with nothing typed.
    pub(super) fn begin(&self) {
        let parts = &self.0;
        parts.field.set_value("");
        parts.field.focus();
        parts.remark.say("Looking…");
        self.look();
    }

    /// Forgets what was found, once somebody is chosen.
    pub(super) fn forget(&self) {
        self.0.asked.set(self.0.asked.get().wrapping_add(1));
        self.0.entered.set(false);
        self.0.answered.replace(None);
        self.0.list.fill(&[]);
        self.0.remark.say("");
    }

    fn listen(&self, root: &El) {
        let picker = self.clone();
        self.0.field.listen("input", move |_| {
            picker.0.entered.set(false);
            picker.mark(0);
            let asking = picker.clone();
            picker.0.timer.set(PAUSE, move || asking.look());
        });
        let picker = self.clone();
        self.0.list.listen("click", move |event| {
            if let Some(row) = target_of(&event).and_then(|target| target.closest("[role=option]"))
            {
                picker.choose(row);
            }
        });
        let picker = self.clone();
        root.clone()
            .on_as::<KeyboardEvent>("keydown", move |event| {
                let rows = picker.rows();
                let (count, at) = (rows.len(), picker.0.at.get());
                match event.key().as_str() {
                    "ArrowDown" if count > 0 => picker.mark((at + 1) % count),
                    "ArrowUp" if count > 0 => picker.mark((at + count - 1) % count),
                    "Enter" if !picker.is_answered() => {
                        picker.0.entered.set(true);
                        let asking = picker.clone();
                        picker.0.timer.set(0, move || asking.look());
                    }
                    "Enter" => {
                        if let Some(row) = rows.into_iter().nth(at) {
                            picker.choose(row);
                        }
                    }
                    _ => return,
                }
                event.prevent_default();
            });
    }

    fn choose(&self, row: El) {
        self.forget();
        (self.0.chosen)(row);
    }

    /// Whether the rows are those of what is typed now.
    fn is_answered(&self) -> bool {
        let answered = self.0.answered.borrow();
        answered.as_ref() == Some(&self.0.field.value())
    }

    fn rows(&self) -> Vec<El> {
        self.0.list.all("[role=option]")
    }

    /// Marks the row that Enter chooses.
    fn mark(&self, at: usize) {
        self.0.at.set(at);
        for (number, row) in self.rows().iter().enumerate() {
            row.set("aria-selected", if number == at { "true" } else { "false" });
        }
    }

    /// Asks for the contacts that what is typed may mean.
    fn look(&self) {
        let picker = self.clone();
        let number = picker.0.asked.get().wrapping_add(1);
        picker.0.asked.set(number);
        let text = picker.0.field.value();
        let asked = call(&FindContacts { text: text.clone() });
        spawn(async move {
            let answer = asked.await;
            if picker.0.asked.get() == number {
                picker.found(text, answer.and_then(|json| text_of(&json)).ok());
            }
        });
    }

    fn found(&self, text: String, markup: Option<String>) {
        let remark = match &markup {
            None => "The search did not answer. Type on to try again.",
            Some(markup) if markup.contains("role=\"option\"") => "",
            Some(_) => "No identifier or email begins with that.",
        };
        self.0
            .list
            .fill_with_markup(markup.as_deref().unwrap_or_default());
        self.0.remark.say(remark);
        self.mark(0);
        self.0.answered.replace(markup.is_some().then_some(text));
        if self.0.entered.take()
            && let Some(row) = self.rows().into_iter().next()
        {
            self.choose(row);
        }
    }
}
