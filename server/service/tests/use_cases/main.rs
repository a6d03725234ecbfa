//! Use cases over a real database, with a clock that the tests set.

mod bed;
mod bursts;
mod devices;
mod imports;
mod messages;
mod people;
mod publishing;
mod raw;
mod reports;
mod roles;
mod sends;
mod tally;
mod timeline;
mod webpush;
mod why;
