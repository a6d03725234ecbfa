//! The overview's page.

use domain::view::{Count, CredentialView, Overview};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, Card, Figure, Glyph, LinkButton, Notice, Page, Tone, grouped};

use super::{api::open_overview, days::Days, steps::FirstSteps, today::Today};
use crate::shell::loaded::load;

/// How often the numbers are looked at again while the page is open, in milliseconds.
const LOOK_EVERY: u32 = 10_000;

/// Today's numbers, or the first steps.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let overview = load(open_overview()).show("The overview", shown);
    view! {
        <Title text="Overview" />
        <Page
            title="Overview"
            actions=|| {
                view! {
                    <LinkButton href="/pushes/new" kind=ButtonKind::Primary glyph=Glyph::Plus>
                        "New push"
                    </LinkButton>
                }
            }
        >
            <div class="stack" id="overview" data-live=LOOK_EVERY>
                {overview}
            </div>
        </Page>
    }
    .into_any()
}

fn shown(overview: Overview) -> AnyView {
    let started = overview
        .days
        .iter()
        .any(|day| day.results.sent > 0 || day.results.suppressed_total() > 0);
    let unfinished = !overview.missing.is_empty();
    let steps = unfinished.then(|| view! { <FirstSteps missing=overview.missing.clone() /> });
    let figures = [
        (counted_to(overview.contacts), "contacts", "/contacts"),
        (counted_to(overview.devices), "devices", "/devices"),
        (
            grouped(overview.live_workflows.into()),
            "live workflows",
            "/campaigns",
        ),
    ]
    .map(|(value, label, href)| {
        view! {
            <a class="overview__figure" href=href>
                <Figure value label />
            </a>
        }
    })
    .collect_view();
    let numbers = if started || !unfinished {
        view! {
            <div class="beside">
                <Card title="Today">
                    <Today results=overview.today />
                </Card>
                <div class="stack">
                    <Card title="The last two weeks">
                        <Days days=overview.days />
                    </Card>
                    <Card title="Reach">
                        <div class="overview__figures">{figures}</div>
                    </Card>
                </div>
            </div>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        {overview.refused_credentials.into_iter().map(refused).collect_view()}
        {steps}
        {numbers}
    }
    .into_any()
}

fn counted_to(count: Count) -> String {
    let more = if count.more { "more than " } else { "" };
    format!("{more}{}", grouped(count.n.into()))
}

/// A credential that keeps pushes from going out.
fn refused(view: CredentialView) -> AnyView {
    let title = format!(
        "{} refuses the credential of {}",
        view.credential.channel.label(),
        view.app_name
    );
    let reason = view.credential.state_reason.unwrap_or_default();
    view! {
        <Notice tone=Tone::Rejected title>
            <p>{reason} " Nothing is sent by it until it is mended."</p>
            <p>
                <a href=format!("/settings/apps/{}", view.app_slug)>"Mend the credential"</a>
            </p>
        </Notice>
    }
    .into_any()
}
