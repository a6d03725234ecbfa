//! Every repository function, on SQLite and on PostgreSQL: the same tests for
//! both, each in a database of its own.

#[macro_use]
mod bed;

mod settings;
mod store;
