//! The domain's states in the design system's colours and icons.

use domain::{
    delivery::{DeliveryState, SendState},
    device::BindingState,
    workflow::WorkflowState,
};
use ui::State;

/// How a delivery's state looks.
pub const fn of_delivery(state: DeliveryState) -> State {
    match state {
        DeliveryState::Planned => State::Planned,
        DeliveryState::Started => State::Running,
        DeliveryState::Accepted => State::Accepted,
        DeliveryState::Rejected => State::Rejected,
        DeliveryState::TokenGone => State::TokenGone,
        DeliveryState::Failed => State::Failed,
        DeliveryState::Expired => State::Expired,
        DeliveryState::Unknown => State::Unknown,
        DeliveryState::Waiting => State::Waiting,
        DeliveryState::Suppressed => State::Suppressed,
    }
}

/// How a send's state looks.
pub const fn of_send(state: SendState) -> State {
    match state {
        SendState::Decided => State::Planned,
        SendState::Deferred => State::Waiting,
        SendState::Suppressed => State::Suppressed,
        SendState::Released => State::Running,
    }
}

/// How a device binding's state looks.
pub const fn of_binding(state: BindingState) -> State {
    match state {
        BindingState::Active => State::Active,
        BindingState::Gone => State::TokenGone,
        BindingState::WrongEnvironment | BindingState::WrongProject | BindingState::Quarantined => {
            State::Quarantined
        }
        BindingState::Revoked => State::Stopped,
    }
}

/// How a workflow's state looks.
pub const fn of_workflow(state: WorkflowState) -> State {
    match state {
        WorkflowState::Draft => State::Draft,
        WorkflowState::Live => State::Live,
        WorkflowState::Paused => State::Paused,
        WorkflowState::Stopped => State::Stopped,
    }
}
