//! Where a step leads, as lists: the way to connect and disconnect without
//! drawing.

use super::super::state::Canvas;
use app::features::workflow::graph::StepRules;
use dom::{El, follow};
use flow::{NodeId, Outlet, legal_targets};
use reactive_graph::prelude::*;
use std::cell::RefCell;

/// How the lists' names begin.
const PREFIX: &str = "way-";

/// Whether a field is one of these lists.
pub(super) fn is_one(field: &El) -> bool {
    let name = field.node().get_attribute("name");
    name.is_some_and(|name| name.starts_with(PREFIX))
}

/// Brings the list of each way out to life.
pub(super) fn start(form: &El, canvas: Canvas, id: &NodeId) {
    for outlet in canvas.outlets(id) {
        let list = super::field(form, &format!("{PREFIX}{}", outlet.port));
        show(canvas, &list, outlet.clone());
        let own = list.clone();
        list.listen("change", move |_| {
            let to = own.value();
            let to = (!to.is_empty()).then(|| NodeId::from(to.as_str()));
            if !canvas.lead(&outlet, to) {
                own.set_value(target(canvas, &outlet).as_ref().map_or("", NodeId::as_str));
            }
        });
    }
}

fn target(canvas: Canvas, outlet: &Outlet) -> Option<NodeId> {
    canvas.document(|document| document.target(outlet).cloned())
}

/// Shows where a way out leads, and where it may.
fn show(canvas: Canvas, list: &El, outlet: Outlet) {
    let list = list.clone();
    // Made anew only when they change: the list may be open.
    let shown = RefCell::new(Vec::new());
    follow(move || {
        canvas.revision.track();
        let now = target(canvas, &outlet);
        let mut options = vec![(String::new(), "Nowhere yet".to_owned())];
        let others = canvas.document(|document| legal_targets(document, &StepRules, &outlet));
        for id in now.iter().chain(&others) {
            options.push((id.as_str().to_owned(), canvas.name(id)));
        }
        if *shown.borrow() != options {
            let made = options.iter();
            let made = made.map(|(id, name)| El::new("option").attr("value", id).text(name));
            list.fill(&made.collect::<Vec<El>>());
            shown.replace(options);
        }
        list.set_value(now.as_ref().map_or("", NodeId::as_str));
    });
}
