//! Why a push did or did not reach a contact: the whole chain on one page, whose
//! address holds both.

use domain::{
    ContactId, PushId,
    view::{SendOrigin, WhyJourney, WhySend, WhyView},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Badge, Button, EmptyState, Glyph, LinkButton, Page, Section, SelectField, SelectOption,
    StateChip, Tone,
};

use super::{
    api::{WhyData, open_why},
    send::answer,
    why::{self, Verdict},
    why_chain::{Around, journey_chain, sends_chain},
};
use crate::{
    AppError,
    features::states,
    shell::loaded::{failed_page, load},
};

/// `/contacts/{id}/why?push={push}`.
#[component]
pub fn WhyPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")?.parse().ok());
    let asked = use_query_map().with_untracked(|query| query.get("push"));
    let found = async move {
        let contact: ContactId = id.ok_or_else(|| AppError::NotFound {
            what: "This contact".to_owned(),
        })?;
        let push: Option<PushId> = match asked.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(push) => Some(push.parse().map_err(|_| AppError::NotFound {
                what: "This push".to_owned(),
            })?),
        };
        open_why(contact, push).await
    };
    load(found).show_answer(|answer| match answer {
        Ok(data) => shown(data),
        Err(error) => failed_page("Why", error, "The answer"),
    })
}

fn shown(data: WhyData) -> AnyView {
    let WhyData {
        contact,
        pushes,
        view,
        may_inspect,
    } = data;
    let name = contact.display_name();
    let back = format!("/contacts/{}?show=pushes", contact.id);
    let chosen = view.as_ref().map(|view| view.push_id);
    let title = match &view {
        Some(view) => format!("Why: “{}” and {name}", view.push),
        None => format!("Why did a push not reach {name}?"),
    };
    let chooser = chooser(contact.id, pushes, view.as_ref());
    let chain = match view {
        Some(view) => whole_chain(view, may_inspect),
        None => view! {
            <EmptyState
                glyph=Glyph::Question
                title="Choose a push"
                text="From what let the contact in, through each check with what it saw at that time, to what the provider answered and the device told."
            />
        }
        .into_any(),
    };
    let push = chosen.map(|id| {
        view! { <a href=format!("/pushes/{id}")>"Open the push"</a> }
    });
    view! {
        <Title text=title.clone() />
        <Page title lead="From the audience to the provider, each step with what was known at its time.">
            <p class="row">
                <a href=back>{name} ": everything that was sent"</a>
                {push}
            </p>
            {chooser}
            <div class="stack" data-gap="6">
                {chain}
            </div>
        </Page>
    }
    .into_any()
}

/// A plain form: the address that it leads to is the page.
fn chooser(contact: ContactId, pushes: Vec<(PushId, String)>, view: Option<&WhyView>) -> AnyView {
    if pushes.is_empty() {
        return view! {
            <EmptyState glyph=Glyph::Push title="No pushes yet" text="A push that is composed can be chosen here.">
                <LinkButton href="/pushes">"Compose a push"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let mut options: Vec<SelectOption> = pushes
        .into_iter()
        .map(|(id, name)| SelectOption::new(id.to_string(), name))
        .collect();
    let value = view
        .map(|view| view.push_id.to_string())
        .unwrap_or_default();
    if let Some(view) = view
        && options.iter().all(|option| option.value != value)
    {
        options.insert(0, SelectOption::new(value.clone(), view.push.clone()));
    }
    view! {
        <form class="filter why__chooser" method="get" action=format!("/contacts/{contact}/why")>
            <SelectField label="Push" name="push" options value />
            <Button submit=true glyph=Glyph::Question>
                "Say why"
            </Button>
        </form>
    }
    .into_any()
}

fn whole_chain(view: WhyView, may_inspect: bool) -> AnyView {
    let around = Around {
        contact: view.contact.id,
        push: view.push_id,
        app: view.apps.first().cloned(),
        campaign: None,
        may_inspect,
    };
    let verdict = in_short(&view);
    let journeys = view
        .journeys
        .into_iter()
        .map(|journey| journey_section(journey, &around))
        .collect_view();
    let others = (!view.others.is_empty()).then(|| {
        let tests = view
            .others
            .iter()
            .all(|why| why.send.origin == SendOrigin::Test);
        let title = if tests { "Tests" } else { "Tests and others" };
        let chain = sends_chain(view.others, &around);
        view! { <Section title>{chain}</Section> }
    });
    view! {
        {answer(verdict)}
        {journeys}
        {others}
    }
    .into_any()
}

fn journey_section(journey: WhyJourney, around: &Around) -> AnyView {
    let around = Around {
        campaign: Some(journey.campaign_id),
        ..around.clone()
    };
    let state = states::of_workflow(journey.state);
    let label = journey.state.label();
    let title = format!("Workflow “{}”", journey.workflow);
    let href = format!("/campaigns/{}/workflow", journey.campaign_id);
    let trigger = journey.trigger.clone();
    let chain = journey_chain(journey, &around);
    view! {
        <Section title>
            <p class="row">
                <StateChip state label />
                {trigger.map(|words| view! { <Badge tone=Tone::Plain>{words}</Badge> })}
                <a href=href>"Open the workflow"</a>
            </p>
            {chain}
        </Section>
    }
    .into_any()
}

fn newest<'a>(sends: impl Iterator<Item = &'a WhySend>) -> Option<Verdict> {
    let why = sends.max_by_key(|why| why.send.created_at)?;
    let mut send = why.send.clone();
    send.deliveries = why.devices.iter().map(|one| one.delivery.clone()).collect();
    Some(why::of_send(&send))
}

/// The answer, before the chain: a test is none, but it is told along.
fn in_short(view: &WhyView) -> Verdict {
    let is_test = |why: &&WhySend| why.send.origin == SendOrigin::Test;
    let passes = || view.journeys.iter().flat_map(|journey| &journey.passes);
    let sends = passes().flat_map(|pass| &pass.sends);
    let real = view.others.iter().filter(|why| !is_test(why));
    if let Some(verdict) = newest(sends.chain(real)) {
        return verdict;
    }
    let mut verdict = not_sent(view);
    if let Some(test) = newest(view.others.iter().filter(is_test)) {
        let told = format!(" The latest test came to: “{}”.", test.headline);
        verdict.because.push_str(&told);
    }
    verdict
}

/// Why no workflow has sent it yet.
fn not_sent(view: &WhyView) -> Verdict {
    let waits = view
        .journeys
        .iter()
        .flat_map(|journey| &journey.passes)
        .max_by_key(|pass| pass.entered_at);
    if let Some(pass) = waits {
        let because = pass.standing.would_pass.as_ref().map_or_else(
            || "It is inside the workflow; the steps are below.".to_owned(),
            |would| would.sentence.clone(),
        );
        return Verdict {
            tone: Tone::Waiting,
            headline: format!("Not sent: {}", lower_first(&pass.standing.sentence)),
            because,
        };
    }
    match view.journeys.first() {
        Some(journey) => Verdict {
            tone: Tone::Suppressed,
            headline: "Nothing was sent: the contact is in no workflow that sends this".to_owned(),
            because: journey.entrance.sentence.clone(),
        },
        None => Verdict {
            tone: Tone::Suppressed,
            headline: "Nothing was sent: nothing sends this push".to_owned(),
            because: "No workflow has it in a step. Put it into a workflow, or send a test from its page.".to_owned(),
        },
    }
}

fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
