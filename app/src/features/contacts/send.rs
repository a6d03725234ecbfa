//! One send on a contact's timeline: the answer first, then each check, each
//! device, each call with its payload and the provider's answer.

use domain::{
    delivery::Attempt,
    report::{Report, ReportKind},
    view::{DeliveryView, GateAnswer, GateVerdict, SendOrigin, SendView},
};
use leptos::prelude::*;
use ui::{Badge, Code, ExactTime, Fact, Facts, Glyph, Icon, StateChip, Token};

use super::{
    rendered_again::Again,
    why::{self, Verdict},
};
use crate::features::states;

/// A send, whole: what was decided and what became of it. Whoever `may_inspect` sees
/// payloads and provider answers.
pub fn send_card(send: SendView, may_inspect: bool, again: &Again) -> AnyView {
    let verdict = why::of_send(&send);
    let alone = send.deliveries.len() == 1;
    let whole = format!(
        "/contacts/{}/why?push={}",
        send.key.contact_id, send.push_id
    );
    let deliveries = send
        .deliveries
        .into_iter()
        .map(|delivery| delivery_view(delivery, may_inspect, alone, again))
        .collect_view();
    view! {
        <article class="send">
            <p class="send__head">
                "Push "
                <a class="strong" href=format!("/pushes/{}", send.push_id)>
                    {send.push}
                </a> {origin(send.origin)} <span class="quiet">" · "</span>
                <a class="small" href=whole>
                    "Why, step by step"
                </a>
            </p>
            {answer(verdict)}
            {gates("Checks for the contact", send.gates)}
            {deliveries}
        </article>
    }
    .into_any()
}

/// What the send came from, after the push's name.
fn origin(origin: SendOrigin) -> AnyView {
    match origin {
        SendOrigin::Test => view! {
            " "
            <Badge>"Test"</Badge>
        }
        .into_any(),
        SendOrigin::Workflow {
            workflow,
            campaign_id,
            ..
        } => {
            let name = workflow.unwrap_or_else(|| "a workflow that was deleted".to_owned());
            match campaign_id {
                Some(id) => view! {
                    <span class="quiet">
                        " from the workflow " <a href=format!("/campaigns/{id}")>{name}</a>
                    </span>
                }
                .into_any(),
                None => view! { <span class="quiet">" from " {name}</span> }.into_any(),
            }
        }
    }
}

/// The answer to "why", large.
pub fn answer(verdict: Verdict) -> AnyView {
    view! {
        <div class="answer" data-tone=verdict.tone.name()>
            <Icon glyph=verdict.tone.glyph() />
            <div>
                <p class="answer__headline">{verdict.headline}</p>
                <p class="answer__because">{verdict.because}</p>
            </div>
        </div>
    }
    .into_any()
}

/// Each check in its order, and which one stopped it.
fn gates(label: &'static str, gates: Vec<GateAnswer>) -> AnyView {
    if gates.is_empty() {
        return ().into_any();
    }
    let checks = gates
        .into_iter()
        .map(|answer| {
            let (name, glyph, spoken) = match answer.verdict {
                GateVerdict::Passed => ("passed", Glyph::Check, "passed"),
                GateVerdict::Stopped => ("stopped", Glyph::Ban, "stopped it"),
                GateVerdict::NotAsked => ("not-asked", Glyph::Minus, "not asked"),
            };
            view! {
                <li class="gates__gate" data-verdict=name>
                    <Icon glyph />
                    {answer.gate.label()}
                    <span class="spoken">": " {spoken}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="gates" aria-label=label>
            {checks}
        </ol>
    }
    .into_any()
}

/// One device's part, folded unless it is the only one.
fn delivery_view(delivery: DeliveryView, may_inspect: bool, alone: bool, again: &Again) -> AnyView {
    let verdict = why::of_delivery(&delivery);
    let system = delivery
        .platform
        .map_or("Device", |platform| platform.label());
    let device = delivery
        .device_id
        .clone()
        .unwrap_or_else(|| "a device that is gone".to_owned());
    let state = states::of_delivery(delivery.state);
    // The send says it already when there is no other device.
    let because = (!alone).then_some(verdict.because);
    let id = delivery.id.to_string();
    let element = format!("delivery-{id}");
    let open = again.is_asked(delivery.chunk_id, delivery.seq);
    let again = (may_inspect && delivery.attempts > 0 && delivery.calls.is_empty())
        .then(|| again.view(delivery.chunk_id, delivery.seq));
    view! {
        <details class="delivery" id=element open=open>
            <summary class="delivery__line">
                <Icon glyph=Glyph::ChevronRight />
                <Icon glyph=Glyph::Device />
                <span class="delivery__device clip">
                    {system} " " <span class="mono quiet">{device}</span>
                </span>
                <StateChip state label=verdict.headline />
            </summary>
            <div class="delivery__body">
                {because.map(|because| view! { <p class="quiet">{because}</p> })}
                {told(delivery.reports)}
                {gates("Checks for the device", delivery.gates)} <Facts>
                    <Fact name="Delivery">
                        <Token text=id what="delivery's id" />
                    </Fact>
                    {delivery
                        .provider_id
                        .map(|id| {
                            view! {
                                <Fact name="Provider's id">
                                    <Token text=id what="provider's id" />
                                </Fact>
                            }
                        })}
                    {delivery
                        .finished_at
                        .map(|at| {
                            view! {
                                <Fact name="Answered">
                                    <ExactTime at=at.as_millis() />
                                </Fact>
                            }
                        })} <Fact name="Calls">{delivery.attempts}</Fact>
                </Facts> {calls(delivery.calls, delivery.attempts, may_inspect)} {again}
            </div>
        </details>
    }
    .into_any()
}

/// What the device told back, in order of time.
pub fn told(reports: Vec<Report>) -> Option<AnyView> {
    if reports.is_empty() {
        return None;
    }
    let lines = reports
        .into_iter()
        .map(|report| {
            let glyph = match report.kind {
                ReportKind::Displayed => Glyph::Eye,
                ReportKind::Opened => Glyph::External,
                ReportKind::Action => Glyph::CheckCircle,
            };
            view! {
                <li class="told__report">
                    <Icon glyph />
                    <span>{report.said()}</span>
                    <span class="quiet small">
                        <ExactTime at=report.at.as_millis() />
                    </span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <ul class="told" aria-label="Told by the device">
                {lines}
            </ul>
        }
        .into_any(),
    )
}

/// Each call with what was sent and what was answered.
pub fn calls(calls: Vec<Attempt>, made: i16, may_inspect: bool) -> AnyView {
    if calls.is_empty() {
        let words = match (made, may_inspect) {
            (0, _) => "The provider was not called.",
            (_, false) => "Payloads and answers are for developers, marketers and administrators.",
            (_, true) => {
                "Payloads and answers are kept for tests and for whatever was not accepted; for this one they were not."
            }
        };
        return view! { <p class="small quiet">{words}</p> }.into_any();
    }
    calls.into_iter().map(call).collect_view().into_any()
}

fn call(call: Attempt) -> AnyView {
    let status = call.status.map(|status| format!("HTTP {status}"));
    view! {
        <section class="call">
            <p class="call__head">
                <span class="strong">"Call " {call.number}</span>
                {status.map(|status| view! { <span class="mono">{status}</span> })}
                <span>{call.outcome}</span>
                <span class="quiet small">
                    <ExactTime at=call.at.as_millis() />
                </span>
            </p>
            {call
                .payload
                .map(|payload| {
                    view! {
                        <p class="call__name">"Sent"</p>
                        <Code text=pretty(&payload) what="payload" />
                    }
                })}
            {call
                .answer
                .filter(|answer| !answer.is_empty())
                .map(|answer| {
                    view! {
                        <p class="call__name">"Answered"</p>
                        <Code text=pretty(&answer) what="provider's answer" />
                    }
                })}
        </section>
    }
    .into_any()
}

/// JSON set out to be read; any other text as it is.
pub fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn an_answer_that_is_no_json_is_shown_as_it_came() {
        assert_eq!(pretty("Bad Gateway"), "Bad Gateway");
        assert_eq!(pretty(r#"{"a":1}"#), "{\n  \"a\": 1\n}");
    }
}
