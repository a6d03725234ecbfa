//! Imports: reading contacts and devices out of CSV and NDJSON, and writing
//! them batch by batch. The command line and the upload jobs share it.
//!
//! Reading is synchronous and streams: a file of any length costs the memory
//! of one record and, for each row, eight bytes of memory of its keys (a row
//! whose key came before is rejected: taken twice, the two rows would undo
//! each other at every import).

pub(crate) mod cells;
mod columns;
mod contact_rows;
mod device_rows;
mod lines;
mod reject;
mod rows;
mod run;
mod source;

pub use contact_rows::ContactRow;
pub use device_rows::DeviceRow;
pub use reject::{Reject, RejectsFile};
pub use rows::{FromRow, RowOptions, Rows};
pub use run::{ImportFailure, ImportReport, Imported, Listener, Source};
pub use source::{Format, ImportError, ImportKind};

#[cfg(test)]
mod tests;
