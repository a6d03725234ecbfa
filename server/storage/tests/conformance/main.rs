//! Every repository function, on SQLite and on PostgreSQL: the same tests for
//! both, each in a database of its own.

#[macro_use]
mod bed;

mod apps;
mod campaigns;
mod chunks;
mod circles;
mod contacts;
mod contacts_read;
mod devices;
mod devices_find;
mod devices_moves;
mod devices_read;
mod devices_state;
mod diagnostics;
mod enrollments;
mod event_journal;
mod events;
mod hand_over;
mod idempotency;
mod jobs;
mod ledger;
mod people;
mod recipients;
mod refusals;
mod registration_secrets;
mod reports;
mod settings;
mod store;
mod workflows;
