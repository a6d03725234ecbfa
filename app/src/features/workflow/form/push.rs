//! Which push to send.

use super::Target;
use domain::PushId;
use domain::workflow::Step;
use leptos::prelude::*;
use ui::{SelectField, SelectOption};

/// The form of a push step.
pub(super) fn form(target: Target, push_id: Option<PushId>) -> AnyView {
    let chosen = RwSignal::new(push_id.map(|id| id.to_string()).unwrap_or_default());
    target.keep(move || Step::Push {
        push_id: chosen.get().parse().ok(),
    });
    let pushes = target.canvas.pushes;
    let options = Signal::derive(move || {
        let mut options = vec![SelectOption::new("", "Choose a push")];
        pushes.with(|pushes| {
            options.extend(
                pushes
                    .iter()
                    .map(|push| SelectOption::new(push.id.to_string(), &push.name)),
            );
        });
        // A push that was deleted stays visible as what it is.
        let now = chosen.get_untracked();
        if !options.iter().any(|option| option.value == now) {
            options.push(SelectOption::new(now, "A push that no longer exists"));
        }
        options
    });
    let opened = move || {
        let id = chosen.get();
        (!id.is_empty()).then(|| {
            view! {
                <a class="small" href=format!("/pushes/{id}")>
                    "Open this push"
                </a>
            }
        })
    };
    view! {
        <SelectField
            label="Push"
            name="push-id"
            options=options
            value=chosen
            error=target.error("push_id")
            disabled=target.locked()
        />
        <p class="row" data-gap="4">
            {opened}
            <a class="small" href="/pushes/new">
                "Compose a new push"
            </a>
        </p>
    }
    .into_any()
}
