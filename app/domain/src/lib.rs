//! Carillon's vocabulary: types, validation, gates and the pure step machine.
