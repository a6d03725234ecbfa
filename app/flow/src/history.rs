//! A document with unlimited undo and redo.

use crate::document::Document;
use crate::edit::{Edit, apply};
use crate::rules::{Refusal, Rules};

/// Edits with the same group that follow each other are one deed, taken back
/// by one undo: the keystrokes in one field, the arrow presses that move one
/// selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group(String);

impl Group {
    /// The group called `name`, like `settings:ID` or `nudge`.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

/// One deed that can be taken back (or done again): the edit that does so.
#[derive(Debug, Clone)]
struct Deed<T> {
    edit: Edit<T>,
    label: String,
    group: Option<Group>,
}

/// A document, its rules and its history. Selection and view are not in the
/// history: undo changes the workflow alone.
pub struct Editor<T> {
    document: Document<T>,
    rules: Box<dyn Rules<T> + Send + Sync>,
    undo: Vec<Deed<T>>,
    redo: Vec<Deed<T>>,
    revision: u64,
}

impl<T: Clone + PartialEq> Editor<T> {
    /// Starts with `document` and no history.
    pub fn new(document: Document<T>, rules: impl Rules<T> + Send + Sync + 'static) -> Self {
        Self {
            document,
            rules: Box::new(rules),
            undo: Vec::new(),
            redo: Vec::new(),
            revision: 0,
        }
    }

    /// The document as it is now.
    pub fn document(&self) -> &Document<T> {
        &self.document
    }

    /// The rules that it keeps.
    pub fn rules(&self) -> &dyn Rules<T> {
        &*self.rules
    }

    /// A number that grows with every change, undo and redo included.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Applies `edit` as a deed called `label` (shown beside undo), merged into
    /// the last deed when both have the same `group`. An edit that changes
    /// nothing leaves no trace. Returns whether anything changed.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub fn perform(
        &mut self,
        edit: Edit<T>,
        label: impl Into<String>,
        group: Option<Group>,
    ) -> Result<bool, Refusal> {
        let inverse = apply(&mut self.document, edit, &*self.rules)?;
        if inverse.is_nothing() {
            return Ok(false);
        }
        self.revision += 1;
        self.redo.clear();
        match self.undo.last_mut() {
            Some(last) if group.is_some() && last.group == group => {
                let earlier = std::mem::replace(&mut last.edit, Edit::All(Vec::new()));
                last.edit = merged(inverse, earlier);
            }
            _ => self.undo.push(Deed {
                edit: inverse,
                label: label.into(),
                group,
            }),
        }
        Ok(true)
    }

    /// Ends the last deed's group: the next edit is a deed of its own.
    pub fn seal(&mut self) {
        if let Some(last) = self.undo.last_mut() {
            last.group = None;
        }
    }

    /// Takes the last deed back and returns its label; `None` when there is
    /// none.
    pub fn undo(&mut self) -> Option<String> {
        let deed = self.undo.pop()?;
        Some(self.step(deed, true))
    }

    /// Does the last deed that was taken back again and returns its label.
    pub fn redo(&mut self) -> Option<String> {
        let deed = self.redo.pop()?;
        Some(self.step(deed, false))
    }

    /// What [`Editor::undo`] would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|deed| deed.label.as_str())
    }

    /// What [`Editor::redo`] would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|deed| deed.label.as_str())
    }

    fn step(&mut self, deed: Deed<T>, back: bool) -> String {
        // An inverse leads to a state that was there before, and rules depend
        // on payloads alone, so it is not refused; if rules break that promise
        // the deed is dropped and the document stays as it is.
        if let Ok(inverse) = apply(&mut self.document, deed.edit, &*self.rules) {
            self.revision += 1;
            let done = Deed {
                edit: inverse,
                label: deed.label.clone(),
                group: None,
            };
            if back {
                self.redo.push(done);
            } else {
                self.undo.push(done);
            }
        }
        deed.label
    }
}

/// One inverse for two deeds, `later` having been done after `earlier`. Where
/// the earlier inverse alone says where to return to, the later one is dropped,
/// so that a long drag by keys stays one small edit.
fn merged<T>(later: Edit<T>, earlier: Edit<T>) -> Edit<T> {
    match (later, earlier) {
        (Edit::Move(new), Edit::Move(old))
            if new
                .iter()
                .all(|(id, _)| old.iter().any(|(known, _)| known == id)) =>
        {
            Edit::Move(old)
        }
        (Edit::Update { id: new, .. }, Edit::Update { id, payload }) if new == id => {
            Edit::Update { id, payload }
        }
        (later, Edit::All(mut rest)) => {
            rest.insert(0, later);
            Edit::All(rest)
        }
        (later, earlier) => Edit::All(vec![later, earlier]),
    }
}
