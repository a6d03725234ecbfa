//! The chain of one answer: what let in, where it stands, each check with what it
//! saw, each device, each call.

use domain::{
    BindingId, CampaignId, ContactId, PushId, Timestamp,
    view::{GateVerdict, SendOrigin, WhyDevice, WhyJourney, WhyPass, WhySend},
    why::{Entrance, GateSaw, KeptOut, Place, Standing, WouldPass},
};
use leptos::prelude::*;
use ui::{Badge, ExactTime, Glyph, Icon, StateChip};

use super::{
    send::{calls, told},
    why,
};
use crate::features::states;

/// What the links of a chain lead to.
#[derive(Clone)]
pub struct Around {
    /// The contact.
    pub contact: ContactId,
    /// The push.
    pub push: PushId,
    /// Slug of the app in question, if one is known.
    pub app: Option<String>,
    /// The workflow's campaign.
    pub campaign: Option<CampaignId>,
    /// The person may see payloads and provider answers.
    pub may_inspect: bool,
}

impl Around {
    /// Where something can be done, and what the link says.
    fn way(&self, place: Place, device: Option<BindingId>) -> Option<(String, &'static str)> {
        let app = |rest: &str| match &self.app {
            Some(slug) => format!("/settings/apps/{slug}{rest}"),
            None => "/settings/apps".to_owned(),
        };
        let contact = self.contact;
        Some(match place {
            Place::Consent => (format!("/contacts/{contact}?tab=consent"), "Its consents"),
            Place::Devices => (format!("/contacts/{contact}?tab=devices"), "Its devices"),
            Place::Device => match device {
                Some(id) => (format!("/devices/{id}"), "Open the device"),
                None => (format!("/contacts/{contact}?tab=devices"), "Its devices"),
            },
            Place::Connect => (app("/connect"), "How the app registers"),
            Place::Credentials => (app(""), "Open the app's credentials"),
            Place::Push => (format!("/pushes/{}", self.push), "Open the push"),
            Place::Workflow => {
                let campaign = self.campaign?;
                let href = format!("/campaigns/{campaign}/workflow");
                (href, "Open the workflow")
            }
            Place::Nowhere => return None,
        })
    }
}

/// How a link of the chain went.
#[derive(Clone, Copy)]
enum Went {
    Passed,
    Stopped,
    Waits,
    NotAsked,
}

impl Went {
    const fn look(self) -> (&'static str, Glyph, &'static str) {
        match self {
            Self::Passed => ("passed", Glyph::Check, "passed"),
            Self::Stopped => ("stopped", Glyph::Ban, "stopped it"),
            Self::Waits => ("waits", Glyph::Clock, "waits"),
            Self::NotAsked => ("not-asked", Glyph::Minus, "not asked"),
        }
    }
}

/// One link: what was asked, how it went, what was seen and since when, and what
/// would make it pass.
fn link(
    what: &str,
    went: Went,
    saw: String,
    since: Option<(&'static str, Timestamp)>,
    would_pass: Option<(WouldPass, Option<(String, &'static str)>)>,
) -> AnyView {
    let (name, glyph, spoken) = went.look();
    let since = since.map(|(word, at)| {
        view! {
            <span class="quiet small">
                {word} " " <ExactTime at=at.as_millis() />
            </span>
        }
    });
    let would_pass = would_pass.map(|(would, way)| {
        let way = way.map(|(href, label)| view! { " " <a href=href>{label}</a> });
        view! { <p class="chain__would">{would.sentence} {way}</p> }
    });
    view! {
        <li class="chain__link" data-went=name>
            <span class="chain__mark">
                <Icon glyph />
            </span>
            <div class="chain__said">
                <p>
                    <span class="strong">{what.to_owned()}</span>
                    <span class="spoken">": " {spoken}</span>
                    " "
                    <span>{saw}</span>
                    " "
                    {since}
                </p>
                {would_pass}
            </div>
        </li>
    }
    .into_any()
}

fn chain(label: String, links: Vec<AnyView>) -> AnyView {
    view! {
        <ol class="chain" aria-label=label>
            {links}
        </ol>
    }
    .into_any()
}

/// A workflow's part: what let the contact in or kept it out, and each pass.
pub fn journey_chain(journey: WhyJourney, around: &Around) -> AnyView {
    let passes = journey.passes;
    // What the last event came to matters when it let nobody in.
    let shut = journey.entrance.kept_out.is_some() || passes.is_empty();
    let entrance = shut.then(|| {
        let link = entrance(journey.entrance, around);
        chain("Entrance".to_owned(), vec![link])
    });
    let passes = passes
        .into_iter()
        .map(|pass| one_pass(pass, around))
        .collect_view();
    view! {
        <div class="stack" data-gap="4">
            {entrance} {passes}
        </div>
    }
    .into_any()
}

fn entrance(entrance: Entrance, around: &Around) -> AnyView {
    let would = entrance.would_pass.map(|would| {
        let way = around.way(would.place, None);
        (would, way)
    });
    let (went, word) = match entrance.kept_out {
        None => (Went::Passed, "on"),
        Some(KeptOut::Pending) => (Went::Waits, "on"),
        Some(KeptOut::NoEvent | KeptOut::OnlyDraft) => (Went::Stopped, "The revision runs since"),
        Some(_) => (Went::Stopped, "on"),
    };
    let since = entrance.at.map(|at| (word, at));
    link("Let in", went, entrance.sentence, since, would)
}

fn one_pass(pass: WhyPass, around: &Around) -> AnyView {
    let revision = pass
        .revision
        .map(|number| format!(", revision {number}"))
        .unwrap_or_default();
    let came = link(
        "Let in",
        Went::Passed,
        format!("By the event “{}”{revision}.", pass.event),
        Some(("on", pass.entered_at)),
        None,
    );
    let stands = stands(pass.standing, around);
    let links = vec![came, stands];
    let sends = sends_chain(pass.sends, around);
    view! {
        <section class="why__pass">
            {chain("The way to the push".to_owned(), links)} {sends}
        </section>
    }
    .into_any()
}

fn stands(standing: Standing, around: &Around) -> AnyView {
    let (went, word) = match (standing.sent, standing.goes_on) {
        (true, false) => (Went::Passed, "on"),
        (_, true) => (Went::Waits, "until"),
        (false, false) => (Went::Stopped, "on"),
    };
    let would = standing.would_pass.map(|would| {
        let way = around.way(would.place, None);
        (would, way)
    });
    let since = standing.at.map(|at| (word, at));
    link("Where it is", went, standing.sentence, since, would)
}

/// Sends, each with its checks, devices and calls.
pub fn sends_chain(sends: Vec<WhySend>, around: &Around) -> AnyView {
    sends
        .into_iter()
        .map(|send| one_send(send, around))
        .collect_view()
        .into_any()
}

fn one_send(why: WhySend, around: &Around) -> AnyView {
    let decided_at = why.send.created_at;
    let test = (why.send.origin == SendOrigin::Test).then(|| view! { <Badge>"Test"</Badge> });
    let gates = gates(why.gates, around, None);
    let devices = why
        .devices
        .into_iter()
        .map(|device| one_device(device, around))
        .collect_view();
    view! {
        <article class="why__send">
            <p class="row">
                <span class="strong">"The push was decided"</span>
                {test}
                <span class="quiet small">
                    <ExactTime at=decided_at.as_millis() />
                </span>
            </p>
            {chain("Checks for the contact".to_owned(), gates)}
            {devices}
        </article>
    }
    .into_any()
}

fn gates(gates: Vec<GateSaw>, around: &Around, device: Option<BindingId>) -> Vec<AnyView> {
    gates
        .into_iter()
        .map(|gate| {
            let went = match gate.verdict {
                GateVerdict::Passed => Went::Passed,
                GateVerdict::Stopped => Went::Stopped,
                GateVerdict::NotAsked => Went::NotAsked,
            };
            let would = gate.would_pass.map(|would| {
                let way = around.way(would.place, device);
                (would, way)
            });
            let since = gate.since.map(|at| ("since", at));
            link(gate.gate.label(), went, gate.saw, since, would)
        })
        .collect()
}

fn one_device(device: WhyDevice, around: &Around) -> AnyView {
    let delivery = device.delivery;
    let around = Around {
        app: device.app.or_else(|| around.app.clone()),
        ..around.clone()
    };
    let verdict = why::of_delivery(&delivery);
    let state = states::of_delivery(delivery.state);
    let links = gates(device.gates, &around, Some(delivery.binding_id));
    let called = delivery.attempts > 0;
    let name = delivery.device_id.clone();
    let system = delivery.platform.map_or("Device", |system| system.label());
    let href = name
        .is_some()
        .then(|| format!("/devices/{}", delivery.binding_id));
    let name = name.unwrap_or_else(|| "a device that is gone".to_owned());
    let because = (!verdict.because.is_empty()).then_some(verdict.because);
    let calls = called.then(|| calls(delivery.calls, delivery.attempts, around.may_inspect));
    view! {
        <section class="why__device">
            <p class="row">
                <Icon glyph=Glyph::Device />
                <span>{system}</span>
                <a class="mono" href=href>
                    {name}
                </a>
                <StateChip state label=verdict.headline />
            </p>
            {chain("Checks for the device".to_owned(), links)}
            {because.map(|because| view! { <p class="quiet">{because}</p> })}
            {told(delivery.reports)}
            {calls}
        </section>
    }
    .into_any()
}
