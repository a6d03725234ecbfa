//! The canvas core: geometry, hit tests, layout, edits as data, undo.
