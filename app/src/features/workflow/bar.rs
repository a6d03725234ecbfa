//! The bar above the canvas: what this is, how it stands, what can be done.

use super::api::{EditorData, Standing};
use super::words::{KEYS_ID, PROBLEMS_ID, state_name};
use crate::features::states::of_workflow;
use domain::workflow::WorkflowState;
use leptos::prelude::*;
use ui::{Badge, Button, ButtonKind, ButtonSize, Glyph, Icon, IconButton};

/// The bar.
pub(super) fn bar(data: &EditorData) -> AnyView {
    view! {
        <header class="flow-bar">
            <h1 class="flow-bar__name clip">
                <a href=format!("/campaigns/{}", data.campaign_id)>{data.campaign.clone()}</a>
            </h1>
            {chips(data.standing)}
            <span class="flow-bar__saving" role="status" data-part="saving">
                "Saved"
            </span>
            <span class="grow"></span>
            <IconButton
                glyph=Glyph::Undo
                label="Nothing to undo"
                disabled=true
                attr:data-part="undo"
            />
            <IconButton
                glyph=Glyph::Redo
                label="Nothing to redo"
                disabled=true
                attr:data-part="redo"
            />
            <IconButton glyph=Glyph::Question label="Keys (?)" attr:data-opens=KEYS_ID />
            <button
                class="flow-bar__problems"
                type="button"
                hidden
                aria-expanded="false"
                aria-controls=PROBLEMS_ID
                data-part="problems"
            >
                <Icon glyph=Glyph::AlertCircle />
                <span data-part="problems-count"></span>
            </button>
            {data.may_edit.then(|| publishing(data.standing))}
        </header>
        {conflict()}
    }
    .into_any()
}

/// A chip for each state; one is shown.
fn chips(standing: Standing) -> Vec<AnyView> {
    let chip = |state: WorkflowState| {
        let look = of_workflow(state);
        let revision = standing
            .revision
            .map(|number| format!(" · revision {number}"));
        view! {
            <Badge
                tone=look.tone()
                glyph=look.glyph()
                attr:data-state=state_name(state)
                attr:hidden=state != standing.state
            >
                <span>{look.word()} <span data-part="revision">{revision}</span></span>
            </Badge>
        }
        .into_any()
    };
    [
        WorkflowState::Draft,
        WorkflowState::Live,
        WorkflowState::Paused,
        WorkflowState::Stopped,
    ]
    .map(chip)
    .into()
}

/// Publish, pause, resume.
fn publishing(standing: Standing) -> AnyView {
    let words = if standing.revision.is_none() {
        "Publish"
    } else if standing.differs {
        "Publish changes"
    } else {
        "Published"
    };
    view! {
        <Button
            glyph=Glyph::Pause
            attr:hidden=standing.state != WorkflowState::Live
            attr:data-part="pause"
        >
            "Pause"
        </Button>
        <Button
            glyph=Glyph::Play
            attr:hidden=standing.state != WorkflowState::Paused
            attr:data-part="resume"
        >
            "Resume"
        </Button>
        <Button kind=ButtonKind::Primary attr:data-part="publish">
            <span data-part="publish-words">{words}</span>
        </Button>
    }
    .into_any()
}

/// Two people drew at once: says so, keeps both, lets this one choose.
fn conflict() -> AnyView {
    view! {
        <div class="flow-conflict" role="alert" hidden data-part="conflict">
            <Icon glyph=Glyph::Warning />
            <p>
                <strong>"Somebody else changed this workflow while you were drawing. "</strong>
                "Your drawing is still here and theirs is on the server. You can look at theirs in another tab before you choose."
            </p>
            <Button size=ButtonSize::Small attr:data-part="take-theirs">
                "Take theirs"
            </Button>
            <Button size=ButtonSize::Small attr:data-part="keep-mine">
                "Keep mine, replace theirs"
            </Button>
        </div>
    }
    .into_any()
}
