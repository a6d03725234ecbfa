//! Form fields: a label, a hint, an error that is tied to its control.

pub mod area;
pub mod choice;
pub mod frame;
pub mod number;
pub mod select;
pub mod text;

pub use area::TextArea;
pub use choice::{Checkbox, Switch};
pub use frame::{FieldFrame, field_id};
pub use number::NumberField;
pub use select::{SelectField, SelectOption};
pub use text::{InputKind, SearchField, TextField};
