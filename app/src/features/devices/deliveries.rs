//! The last pushes to one device: what became of each, and what the provider answered.

use domain::{
    ChunkId,
    view::{BindingDelivery, SendOrigin},
};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Badge, Button, ButtonSize, CallForm, ExactTime, Fact, Facts, Glyph, Icon, RelativeTime,
    StateChip, Then, Token,
};

use super::api::SendAgain;

use crate::features::{
    contacts::{
        send::{calls, told},
        why,
    },
    states,
};

/// The pushes, newest first.
/// Whoever `may_test` can send each once more.
pub fn deliveries(pushes: Vec<BindingDelivery>, may_inspect: bool, may_test: bool) -> AnyView {
    if pushes.is_empty() {
        return view! {
            <p class="quiet">
                "None among the contact’s last pushes. A push that was stopped for the contact as a whole stands on the contact’s page alone."
            </p>
        }
        .into_any();
    }
    let pushes = pushes
        .into_iter()
        .map(|push| delivery(push, may_inspect, may_test))
        .collect_view();
    view! {
        <div class="stack" data-gap="2">
            {pushes}
        </div>
    }
    .into_any()
}

fn delivery(push: BindingDelivery, may_inspect: bool, may_test: bool) -> AnyView {
    let delivery = push.delivery;
    let verdict = why::of_delivery(&delivery);
    let id = delivery.id.to_string();
    let element = format!("push-{id}");
    let why = format!(
        "/contacts/{}?show=pushes#delivery-{id}",
        push.send.contact_id
    );
    let whole = format!(
        "/contacts/{}/why?push={}",
        push.send.contact_id, push.push_id
    );
    let state = states::of_delivery(delivery.state);
    let test = (push.origin == SendOrigin::Test).then(|| view! { <Badge>"Test"</Badge> });
    let again =
        (may_test && delivery.state.is_final()).then(|| again(delivery.chunk_id, delivery.seq));
    let at = delivery.finished_at.unwrap_or(push.decided_at);
    view! {
        <details class="delivery" id=element>
            <summary class="delivery__line">
                <Icon glyph=Glyph::ChevronRight />
                <span class="delivery__device clip">{push.push} " " {test}</span>
                <span class="small quiet">
                    <RelativeTime at=at.as_millis() />
                </span>
                <StateChip state label=verdict.headline />
            </summary>
            <div class="delivery__body">
                <p class="quiet">{verdict.because}</p>
                {told(delivery.reports)}
                <p class="row">
                    <a href=whole>"Why, step by step"</a>
                    <a href=why>"Every check, on the contact’s page"</a>
                    <a href=format!("/pushes/{}", push.push_id)>"Open the push"</a>
                </p>
                <Facts>
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
                    <Fact name="Decided">
                        <ExactTime at=push.decided_at.as_millis() />
                    </Fact>
                    <Fact name="Calls">{delivery.attempts}</Fact>
                </Facts>
                {calls(delivery.calls, delivery.attempts, may_inspect)} {again}
            </div>
        </details>
    }
    .into_any()
}

/// Sends the same content once more.
fn again(chunk_id: ChunkId, seq: i32) -> AnyView {
    view! {
        <CallForm
            call=SendAgain::url()
            id=format!("again-{chunk_id}-{seq}")
            then=Then::say("Sent again as a test; its answer appears here.")
            class="row"
        >
            <input type="hidden" name="chunk_id" value=chunk_id.to_string() />
            <input type="hidden" name="seq" value=seq data-type="number" />
            <Button submit=true size=ButtonSize::Small glyph=Glyph::Refresh>
                "Send it again"
            </Button>
            <span class="tiny quiet">
                "The same payload to this device alone; where it was not kept, the same content for the contact as it is now."
            </span>
        </CallForm>
    }
    .into_any()
}
