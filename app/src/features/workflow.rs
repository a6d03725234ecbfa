//! A campaign's workflow: drawn on a canvas, saved as a draft while it is
//! drawn, published as a revision, watched while it runs.
//!
//! `flow` knows cards and edges, `domain` knows steps; this feature joins the
//! two and shows them.

#![expect(
    clippy::large_types_passed_by_value,
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "handles to signals are copied freely; components own their props, and \
              their macro makes its parts public"
)]

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
mod publishing;
mod saving;
mod shortcuts;
mod state;
mod tools;
mod wire;
mod words;

pub use editor::WorkflowEditor;
pub use page::WorkflowPage;
