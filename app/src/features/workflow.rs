//! A campaign's workflow: drawn on a canvas, saved as a draft while it is
//! drawn, published as a revision, watched while it runs.
//!
//! `flow` knows cards and edges, `domain` knows steps; this feature joins the
//! two and shows them.

pub mod api;
mod bar;
mod canvas;
mod card;
mod clipboard;
mod counts;
mod deeds;
mod editor;
mod form;
mod graph;
mod keys;
mod linking;
mod looking;
mod menu;
mod minimap;
mod page;
mod palette;
mod panel;
mod pointer;
mod problems;
mod saving;
mod shortcuts;
mod state;
mod tools;
mod wire;
mod words;

pub use editor::WorkflowEditor;
pub use page::WorkflowPage;
