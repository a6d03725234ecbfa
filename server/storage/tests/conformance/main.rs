//! Every repository function, on SQLite and on PostgreSQL: the same tests for
//! both, each in a database of its own.

#[macro_use]
mod bed;

mod apps;
mod campaigns;
mod contacts;
mod contacts_read;
mod devices;
mod devices_read;
mod devices_state;
mod events;
mod jobs;
mod people;
mod settings;
mod store;
mod workflows;
