//! Registrations that were refused in the last day: why, and as received.

use domain::view::{Page as ListPage, RefusedRegistration};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Code, EmptyState, ExactTime, Fact, Facts, Glyph, Icon, Pager, RelativeTime, counted};

use super::api::list_refusals;
use crate::features::contacts::search_row::encoded;
use crate::shell::loaded::load;

const PATH: &str = "/devices?tab=refused";

/// The newest refusals, a page at a time.
#[component]
pub fn Refusals() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    load(list_refusals(cursor)).show("The refused registrations", move |page| list(page, later))
}

fn list(page: ListPage<RefusedRegistration>, later: bool) -> AnyView {
    if page.items.is_empty() && !later {
        return view! {
            <EmptyState
                glyph=Glyph::CheckCircle
                title="Nothing was refused in the last day"
                text="When a registration is refused, it stands here for a day with its reason and the request as received. If a device is missing and nothing is here, its request did not arrive."
            >
                <a href="/api/docs" rel="external">
                    "How devices register over the API"
                </a>
            </EmptyState>
        }
        .into_any();
    }
    let shown = counted(
        page.items.len() as u64,
        "refused registration",
        "refused registrations",
    );
    let next = page
        .next
        .map(|next| format!("{PATH}&after={}", encoded(&next)));
    let first = later.then(|| PATH.to_owned());
    view! {
        <div class="stack" data-gap="3">
            <p class="quiet">
                "Each registration that was refused in the last day, the newest thousand, as it was received. Tokens, keys and passwords are masked."
            </p>
            <div class="stack" data-gap="2">
                {page.items.into_iter().map(refusal).collect_view()}
            </div>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

fn refusal(refused: RefusedRegistration) -> AnyView {
    let whose = match (&refused.contact, &refused.device) {
        (Some(contact), Some(device)) => format!("{device} of {contact}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    };
    let fact = |name: &'static str, value: Option<String>| {
        value.map(|value| {
            view! {
                <Fact name>
                    <span class="mono refused__value">{value}</span>
                </Fact>
            }
        })
    };
    let received = if refused.request.is_empty() {
        view! {
            <p class="small quiet">"Its body was not read: the caller was not known."</p>
        }
        .into_any()
    } else {
        view! {
            <p class="call__name">"Received, secrets masked"</p>
            <Code text=refused.request what="request" />
        }
        .into_any()
    };
    view! {
        <details class="delivery refused">
            <summary class="delivery__line">
                <Icon glyph=Glyph::ChevronRight />
                <span class="refused__reason">{refused.reason}</span>
                <span class="mono small quiet clip refused__whose">{whose}</span>
                <span class="small quiet refused__at">
                    <RelativeTime at=refused.at.as_millis() />
                </span>
            </summary>
            <div class="delivery__body">
                <Facts>
                    <Fact name="When">
                        <ExactTime at=refused.at.as_millis() />
                    </Fact>
                    <Fact name="Request">
                        <span class="mono refused__value">{refused.door}</span>
                    </Fact>
                    {fact("Contact", refused.contact)} {fact("Device", refused.device)}
                    {fact("App", refused.app)}
                </Facts>
                {received}
            </div>
        </details>
    }
    .into_any()
}
