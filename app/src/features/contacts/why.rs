//! Why a push did or did not arrive, in plain words.

use domain::{
    delivery::{DeliveryState, SendState},
    report::{ReportKind, furthest},
    view::{DeliveryView, SendView},
};
use ui::Tone;

/// What became of something, for whoever wonders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its colour family.
    pub tone: Tone,
    /// The answer, in a few words.
    pub headline: String,
    /// Why, and what would change it.
    pub because: String,
}

impl Verdict {
    fn new(tone: Tone, headline: impl Into<String>, because: impl Into<String>) -> Self {
        Self {
            tone,
            headline: headline.into(),
            because: because.into(),
        }
    }
}

/// What became of a send as a whole.
pub fn of_send(send: &SendView) -> Verdict {
    match (send.state, send.reason) {
        (_, Some(reason)) => Verdict::new(
            Tone::Suppressed,
            format!("Not sent: {}", lower_first(reason.label())),
            reason.explanation(),
        ),
        (SendState::Suppressed, None) => Verdict::new(
            Tone::Suppressed,
            "Not sent",
            "A check stopped it; which one was not recorded.",
        ),
        (SendState::Decided, None) => Verdict::new(
            Tone::Waiting,
            "About to be sent",
            "It was just decided. The checks for the contact and each device come next.",
        ),
        (SendState::Deferred, None) => Verdict::new(
            Tone::Waiting,
            "Put off until its time",
            "Every check is made again when the time has come.",
        ),
        (SendState::Released, None) => released(&send.deliveries),
    }
}

/// What became of the deliveries together.
fn released(deliveries: &[DeliveryView]) -> Verdict {
    let all = deliveries.len();
    if all == 0 {
        let because = "It passed the checks for the contact; its devices come next.";
        return Verdict::new(Tone::Waiting, "On its way", because);
    }
    let count = |wanted: fn(DeliveryState) -> bool| {
        deliveries
            .iter()
            .filter(|delivery| wanted(delivery.state))
            .count()
    };
    let accepted = count(|state| state == DeliveryState::Accepted);
    let open = count(|state| !state.is_final());
    let unknown = count(|state| state == DeliveryState::Unknown);
    let stopped = count(|state| state == DeliveryState::Suppressed);
    if let [only] = deliveries {
        return of_delivery(only);
    }
    if accepted > 0 {
        let headline = match (accepted, all) {
            (2, 2) => "Accepted for both devices".to_owned(),
            _ if accepted == all => format!("Accepted for all {all} devices"),
            _ => format!("Accepted for {accepted} of {all} devices"),
        };
        let mut because = told(deliveries);
        if let Some(rest) = rest(all - accepted - open - unknown, open, unknown) {
            because.push(' ');
            because.push_str(&rest);
        }
        return Verdict::new(Tone::Accepted, headline, because);
    }
    let because = "Each device below says why.";
    if open > 0 {
        Verdict::new(
            Tone::Waiting,
            format!("On its way to {open} of {all} devices"),
            because,
        )
    } else if unknown > 0 {
        Verdict::new(Tone::Unknown, "Nobody can say whether it arrived", because)
    } else if stopped == all {
        Verdict::new(
            Tone::Suppressed,
            format!("Not sent to any of {all} devices"),
            because,
        )
    } else {
        Verdict::new(
            Tone::Rejected,
            format!("Reached none of {all} devices"),
            because,
        )
    }
}

/// How far it came on the devices that told, or that none did.
fn told(deliveries: &[DeliveryView]) -> String {
    let came = |least: ReportKind| {
        deliveries
            .iter()
            .filter_map(|delivery| furthest(&delivery.reports))
            .filter(|report| report.kind >= least)
            .count()
    };
    let (displayed, opened) = (came(ReportKind::Displayed), came(ReportKind::Opened));
    let devices = |n: usize| match n {
        1 => "one device".to_owned(),
        n => format!("{n} devices"),
    };
    match (displayed, opened) {
        (0, _) => "The provider took it and hands it over as soon as each device can be reached."
            .to_owned(),
        (displayed, 0) => format!("Displayed on {}.", devices(displayed)),
        (displayed, opened) if displayed == opened => format!("Opened on {}.", devices(opened)),
        (displayed, opened) => format!(
            "Displayed on {}, opened on {}.",
            devices(displayed),
            devices(opened)
        ),
    }
}

/// What became of the devices for which it was not accepted.
fn rest(missed: usize, open: usize, unknown: usize) -> Option<String> {
    let parts: Vec<String> = [
        (missed, "did not get it", "did not get it"),
        (open, "is still on its way", "are still on their way"),
        (unknown, "may have got it", "may have got it"),
    ]
    .into_iter()
    .filter_map(|(n, one, many)| match n {
        0 => None,
        1 => Some(format!("one {one}")),
        n => Some(format!("{n} {many}")),
    })
    .collect();
    (!parts.is_empty())
        .then(|| format!("Of the others, {}; each says below why.", parts.join(", ")))
}

/// What became of one delivery.
pub fn of_delivery(delivery: &DeliveryView) -> Verdict {
    let provider = delivery.channel.label();
    let reason = delivery
        .reason
        .as_deref()
        .filter(|reason| !reason.is_empty());
    let with_reason = |words: &str| {
        reason.map_or_else(
            || format!("{words}."),
            |reason| format!("{words}: {reason}."),
        )
    };
    match delivery.state {
        DeliveryState::Suppressed => delivery.suppression.map_or_else(
            || {
                Verdict::new(
                    Tone::Suppressed,
                    "Not sent",
                    "A check for this device stopped it.",
                )
            },
            |stopped| {
                let headline = format!("Not sent: {}", lower_first(stopped.label()));
                let mut because = stopped.explanation().to_owned();
                if let Some(facts) = &delivery.facts {
                    because.push(' ');
                    because.push_str(&facts.sentence());
                }
                Verdict::new(Tone::Suppressed, headline, because)
            },
        ),
        DeliveryState::Planned => {
            Verdict::new(Tone::Waiting, "About to be sent", "Its turn comes next.")
        }
        DeliveryState::Started => Verdict::new(
            Tone::Waiting,
            "Being sent",
            format!("{provider} was asked; its answer is due."),
        ),
        DeliveryState::Waiting => Verdict::new(
            Tone::Waiting,
            "Another try is due",
            with_reason(&format!("{provider} could not take it just then")),
        ),
        DeliveryState::Accepted => accepted(delivery),
        DeliveryState::Rejected => Verdict::new(
            Tone::Rejected,
            format!("{provider} refused it"),
            with_reason("The provider gave this reason"),
        ),
        DeliveryState::TokenGone => Verdict::new(
            Tone::Rejected,
            format!("{provider} no longer knows this device"),
            "The app was removed, or its token was replaced. The device is set aside until the app registers again.",
        ),
        DeliveryState::Failed => Verdict::new(
            Tone::Rejected,
            match delivery.attempts {
                0 | 1 => "Given up".to_owned(),
                tries => format!("Given up after {tries} tries"),
            },
            with_reason("The last answer was"),
        ),
        DeliveryState::Expired => Verdict::new(
            Tone::Suppressed,
            "Its time ran out",
            with_reason("The push's time to live ended before the provider took it"),
        ),
        DeliveryState::Unknown => Verdict::new(
            Tone::Unknown,
            "Nobody can say whether it arrived",
            "The connection broke after the request had left. A promotional push is sent at most once, so it was not repeated.",
        ),
    }
}

/// What a delivery came to that the provider took: as far as the device told.
fn accepted(delivery: &DeliveryView) -> Verdict {
    let provider = delivery.channel.label();
    let Some(furthest) = furthest(&delivery.reports) else {
        return Verdict::new(
            Tone::Accepted,
            format!("Accepted by {provider}"),
            format!(
                "{provider} took it and hands it over as soon as the device can be reached. {}",
                delivery.channel.tells_of_devices()
            ),
        );
    };
    let headline = match furthest.kind {
        ReportKind::Action => furthest.said(),
        ReportKind::Opened => "Opened".to_owned(),
        ReportKind::Displayed => "Displayed".to_owned(),
    };
    let because = format!("{provider} took it, and the app told what came of it.");
    Verdict::new(Tone::Accepted, headline, because)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests;
