//! Whose eyes the preview looks through.

use domain::{contact::Contact, push::contact_json};
use serde::Serialize;

use super::look::made_up_contact;

/// A contact as the preview needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleContact {
    /// What people read first of it.
    pub name: String,
    /// The contact as templates see it, in JSON.
    pub json: String,
    /// It does not exist.
    pub made_up: bool,
}

impl SampleContact {
    /// What the preview needs of a contact.
    pub fn of(contact: &Contact) -> Self {
        Self {
            name: contact.display_name(),
            json: contact_json(contact),
            made_up: false,
        }
    }

    /// Somebody who does not exist, to look at a push before there is anybody.
    pub fn made_up() -> Self {
        let nobody = made_up_contact();
        Self {
            name: format!("{}, made up", nobody.display_name()),
            made_up: true,
            ..Self::of(&nobody)
        }
    }
}
