//! Results as a funnel that adds up: today's here, a campaign's on its page.

use domain::{gate::Suppression, view::Results};
use leptos::prelude::*;
use ui::{EmptyState, Funnel, FunnelPart, Glyph, Reason, Tone, grouped};

/// Today's results.
#[component]
pub fn Today(
    /// What became of today's pushes.
    results: Results,
) -> impl IntoView {
    if results.sent == 0 && results.suppressed.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Send
                title="Nothing was sent today"
                text="What is sent today appears here: accepted, failed and not sent, each with its reasons."
            />
        }
        .into_any();
    }
    view! { <ResultsFunnel results label="Pushes decided today" /> }.into_any()
}

/// Any results as a funnel.
#[component]
pub fn ResultsFunnel(
    /// The results.
    results: Results,
    /// What the whole is.
    label: &'static str,
) -> impl IntoView {
    let (total, parts) = parts(&results);
    view! {
        <Funnel label total parts />
        {told(&results)}
    }
    .into_any()
}

/// What devices told back, where any did: not every app tells, so that it is no
/// part of a whole.
fn told(results: &Results) -> Option<AnyView> {
    let counted = [
        (results.displayed, "displayed"),
        (results.opened, "opened"),
        (results.actions, "buttons tapped or replies written"),
    ];
    let words: Vec<String> = counted
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", grouped(whole(n))))
        .collect();
    (!words.is_empty()).then(|| {
        let words = words.join(", ");
        view! { <p class="small quiet">"Told by devices: " {words} "."</p> }.into_any()
    })
}

/// A count that cannot be less than nothing.
fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// The whole and its parts, in the order of the journey.
fn parts(results: &Results) -> (u64, Vec<FunnelPart>) {
    let suppressed = whole(results.suppressed_total());
    let part = |tone, label: &str, count, reasons| FunnelPart {
        tone,
        label: label.to_owned(),
        count,
        href: None,
        reasons,
    };
    let failures = results
        .failures
        .iter()
        .map(|failure| Reason {
            label: upper_first(&failure.reason),
            count: whole(failure.n),
            href: None,
        })
        .collect();
    let stopped = results
        .suppressed
        .iter()
        .map(|count| Reason {
            label: count.reason.label().to_owned(),
            count: whole(count.n),
            href: mends(count.reason).map(str::to_owned),
        })
        .collect();
    let parts = vec![
        part(
            Tone::Accepted,
            "Accepted",
            whole(results.accepted),
            Vec::new(),
        ),
        part(Tone::Rejected, "Failed", whole(results.failed), failures),
        part(Tone::Unknown, "Unknown", whole(results.unknown), Vec::new()),
        part(Tone::Suppressed, "Not sent", suppressed, stopped),
    ];
    (whole(results.sent) + suppressed, parts)
}

/// Where a person can do something about a reason.
const fn mends(reason: Suppression) -> Option<&'static str> {
    match reason {
        Suppression::NoCredential
        | Suppression::CredentialRefused
        | Suppression::WrongProject
        | Suppression::WrongEnvironment
        | Suppression::Quarantined => Some("/settings/apps"),
        Suppression::NoBinding | Suppression::NoBindingOfApp => {
            Some("/contacts/import?kind=devices")
        }
        Suppression::NoConsent => Some("/contacts/import"),
        Suppression::DoesNotRender | Suppression::TooLarge | Suppression::PushStopped => {
            Some("/pushes")
        }
        Suppression::ContactDeleted
        | Suppression::OptedOut
        | Suppression::PermissionDenied
        | Suppression::DeviceOptedOut
        | Suppression::TokenGone
        | Suppression::Revoked => None,
    }
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use domain::view::{FailureCount, SuppressedCount};

    use super::*;

    #[test]
    fn the_parts_add_up_to_the_whole() {
        let results = Results {
            sent: 10,
            accepted: 7,
            failed: 2,
            unknown: 1,
            suppressed: vec![
                SuppressedCount {
                    reason: Suppression::OptedOut,
                    n: 3,
                },
                SuppressedCount {
                    reason: Suppression::NoBinding,
                    n: 1,
                },
            ],
            failures: vec![FailureCount {
                reason: "rejected: BadTopic".into(),
                n: 2,
            }],
            ..Results::default()
        };
        let (total, parts) = parts(&results);
        assert_eq!(total, 14);
        assert_eq!(parts.iter().map(|part| part.count).sum::<u64>(), total);
        for part in parts.iter().filter(|part| !part.reasons.is_empty()) {
            assert_eq!(
                part.reasons.iter().map(|reason| reason.count).sum::<u64>(),
                part.count
            );
        }
    }
}
