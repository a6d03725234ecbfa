//! What the last push says of the next one.

use super::{DeviceFacts, Finding, Outlook, Remedy, because, finding};
use crate::delivery::DeliveryState;

/// Nothing stands in the way: what the last push came to.
pub(super) fn of_last(facts: &DeviceFacts<'_>) -> Finding {
    let provider = facts.binding.channel.label();
    let nothing = "Nothing stands in the way of the next push.";
    let Some(last) = facts.last else {
        return finding(
            Outlook::Ready,
            "Ready: nothing was sent to it yet",
            None,
            "Send a test push to see it arrive.",
            Remedy::Page,
        );
    };
    let why = because(last.reason);
    // A token that was registered since says nothing of the push before.
    let anew = facts.binding.registered_at > last.at;
    let (outlook, headline, act, remedy) = match last.state {
        DeliveryState::Accepted => (
            Outlook::Ready,
            "Ready: the last push was accepted".to_owned(),
            "If it did not appear, look whether it was a silent push, which shows nothing, and whether the device was online, in a focus mode, or showed the app itself at that moment.",
            Remedy::None,
        ),
        DeliveryState::Planned | DeliveryState::Started => (
            Outlook::UnderWay,
            "A push is on its way".to_owned(),
            "Its answer is due in a moment.",
            Remedy::None,
        ),
        DeliveryState::Waiting => (
            Outlook::UnderWay,
            format!("{provider} could not take the last push just then{why}"),
            "It is tried again by itself.",
            Remedy::None,
        ),
        DeliveryState::TokenGone if anew => (
            Outlook::Ready,
            "Ready: the app registered again since the token was gone".to_owned(),
            nothing,
            Remedy::None,
        ),
        DeliveryState::TokenGone => (
            Outlook::Doubtful,
            format!("{provider} said that the token was gone{why}"),
            "The token was registered after the moment that the provider named, so it is still in use. Verify it, or send a test push.",
            Remedy::Page,
        ),
        DeliveryState::Rejected => (
            Outlook::Doubtful,
            format!("{provider} refused the last push{why}"),
            "It refused that push, not the device. Look at its payload below, and send a test push once it is mended.",
            Remedy::Page,
        ),
        DeliveryState::Failed => (
            Outlook::Doubtful,
            format!("The last push was given up{why}"),
            "The provider could not be reached or had a fault. Send a test push to see whether it is over.",
            Remedy::Page,
        ),
        DeliveryState::Expired => (
            Outlook::Doubtful,
            format!("The last push ran out of time before {provider} took it{why}"),
            "Give the push a longer time to live, or send a test push now.",
            Remedy::Page,
        ),
        DeliveryState::Unknown => (
            Outlook::Doubtful,
            "Nobody can say whether the last push arrived".to_owned(),
            "The connection broke after it had left. Nothing stands in the way of the next push.",
            Remedy::None,
        ),
        DeliveryState::Suppressed => (
            Outlook::Ready,
            match last.stopped {
                Some(stopped) => format!(
                    "Ready: what stopped the last push ({}) is over or was the push's own",
                    stopped.label().to_lowercase()
                ),
                None => "Ready: the last push was stopped by a check".to_owned(),
            },
            nothing,
            Remedy::None,
        ),
    };
    finding(outlook, headline, Some(last.at), act, remedy)
}
