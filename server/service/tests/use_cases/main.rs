//! Use cases over a real database, with a clock that the tests set.

mod bed;
mod devices;
mod imports;
mod messages;
mod people;
mod publishing;
mod roles;
mod sends;
mod timeline;
mod webpush;
