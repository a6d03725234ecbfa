//! Where a step leads, as lists: the way to connect and disconnect without
//! drawing.

use super::super::graph::{StepRules, outlet_label};
use super::super::state::{Canvas, change};
use flow::{NodeId, Outlet, legal_targets};
use leptos::prelude::*;
use ui::{SelectField, SelectOption};

/// A list for each way out of a step.
pub(crate) fn ways(canvas: Canvas, id: &NodeId) -> Vec<AnyView> {
    let outlets = canvas.outlets(id).into_iter();
    outlets.map(|outlet| list(canvas, outlet)).collect()
}

fn list(canvas: Canvas, outlet: Outlet) -> AnyView {
    let label = match outlet_label(&outlet) {
        "" => "Then".to_owned(),
        words => words.to_owned(),
    };
    let target = {
        let outlet = outlet.clone();
        move || {
            let to = canvas.document(|document| document.target(&outlet).cloned());
            to.map(|id| id.as_str().to_owned()).unwrap_or_default()
        }
    };
    let chosen = RwSignal::new(target());
    let options = {
        let outlet = outlet.clone();
        Signal::derive(move || {
            canvas.revision.track();
            let (now, others) = canvas.document(|document| {
                let now = document.target(&outlet).cloned();
                (now, legal_targets(document, &StepRules, &outlet))
            });
            let mut options = vec![SelectOption::new("", "Nowhere yet")];
            let known = now.into_iter().chain(others);
            options.extend(known.map(|id| SelectOption::new(id.as_str(), canvas.name(&id))));
            options
        })
    };
    Effect::new(move |_| {
        canvas.revision.track();
        change(chosen, target());
    });
    let name = format!("way-{}", outlet.port);
    Effect::new(move |ran: Option<()>| {
        let to = chosen.get();
        if ran.is_some() {
            let to = (!to.is_empty()).then(|| NodeId::from(to.as_str()));
            untrack(|| canvas.lead(&outlet, to));
        }
    });
    view! {
        <SelectField
            label=label
            name=name
            options=options
            value=chosen
            disabled=!canvas.may_edit
        />
    }
    .into_any()
}
