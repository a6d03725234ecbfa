//! What there is still to set up before the first push can arrive.

use domain::view::SetupStep;
use leptos::prelude::*;
use ui::{Card, Glyph, Icon};

/// Every step, in the order in which they make sense.
const STEPS: [(SetupStep, &str, &str, &str); 6] = [
    (
        SetupStep::Contacts,
        "Import contacts",
        "The people that pushes are for, from a CSV or NDJSON file of yours.",
        "/contacts/import",
    ),
    (
        SetupStep::App,
        "Add an app",
        "The mobile app that pushes go out in the name of.",
        "/settings/apps",
    ),
    (
        SetupStep::Credential,
        "Enter its credential",
        "Apple's signing key, or Google's service account.",
        "/settings/apps",
    ),
    (
        SetupStep::Device,
        "Register devices",
        "From the app over the API, or from a file.",
        "/contacts/import?kind=devices",
    ),
    (
        SetupStep::Push,
        "Compose a push",
        "Written for each person, seen before it is sent.",
        "/pushes/new",
    ),
    (
        SetupStep::Workflow,
        "Draw and publish a workflow",
        "What lets a contact in, when the push goes out.",
        "/campaigns",
    ),
];

/// The list, done and not done; the first that is not is the one to do.
#[component]
pub fn FirstSteps(
    /// What is still missing.
    missing: Vec<SetupStep>,
) -> impl IntoView {
    let done = STEPS.len() - missing.len();
    let next = STEPS
        .iter()
        .find(|(step, ..)| missing.contains(step))
        .map(|(step, ..)| *step);
    let steps = STEPS
        .map(|(step, title, text, href)| {
            let open = missing.contains(&step);
            let here = next == Some(step);
            let glyph = if open { Glyph::ChevronRight } else { Glyph::CheckCircle };
            let said = if open { "" } else { " Done." };
            view! {
                <li class="steps__step" data-done=(!open).then_some("true") data-next=here.then_some("true")>
                    <Icon glyph />
                    <div>
                        <a class="steps__link" href=href>
                            {title}
                        </a>
                        <p class="quiet small">
                            {text} <span class="spoken">{said}</span>
                        </p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <Card title="First steps" aside=move || {
            view! {
                <span class="quiet small">
                    {done} " of " {STEPS.len()} " done"
                </span>
            }
        }>
            <ol class="steps">{steps}</ol>
        </Card>
    }
    .into_any()
}
