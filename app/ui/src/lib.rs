//! Design-system components.
