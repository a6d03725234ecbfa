use domain::delivery::{DeliveryState, delivery_uuid};
use domain::gate::{GateFacts, Suppression};
use domain::people::{Principal, Role};
use domain::report::{ReportInput, ReportKind};
use domain::view::GateVerdict;
use domain::why::KeptOut;
use domain::workflow::{Condition, Edge, Graph, Node, Port, ReEntry, Step, StepKind, Trigger};
use domain::{ContactId, PushId};
use service::{PageRequest, ServiceError};

use crate::bed::{Bed, user};
use crate::sends::planned;

/// A workflow of one event, one push and an exit.
fn graph(push: PushId) -> Graph {
    let node = |id: &str, step| Node {
        id: id.into(),
        step,
        x: 0.0,
        y: 0.0,
    };
    let edge = |from: &str, to: &str| Edge {
        from: from.into(),
        port: Port::Next,
        to: to.into(),
    };
    let trigger = Trigger::Event {
        name: "bought".into(),
        filter: Condition::default(),
    };
    Graph {
        nodes: vec![
            node(
                "in",
                Step::Trigger {
                    trigger,
                    re_entry: ReEntry::OnceOut,
                },
            ),
            node(
                "push",
                Step::Push {
                    push_id: Some(push),
                },
            ),
            node("out", StepKind::Exit.new_step()),
        ],
        edges: vec![edge("in", "push"), edge("push", "out")],
    }
}

async fn the_push(bed: &Bed) -> PushId {
    let all = bed
        .service
        .list_pushes(&Principal::System, None, &PageRequest::first(1))
        .await;
    all.expect("pushes").items[0].id
}

#[tokio::test]
async fn the_chain_of_a_test_holds_what_each_gate_saw_and_what_the_device_told() {
    let bed = Bed::new().await;
    let (contact, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    let push = the_push(&bed).await;
    let told = ReportInput {
        carillon_id: delivery_uuid(chunk, 0),
        kind: ReportKind::Opened,
        action: None,
        reply: None,
        at: None,
    };
    let taken = bed
        .service
        .take_reports(&Principal::System, &[told], |_| String::new())
        .await;
    taken.expect("taken");
    let view = bed.service.why(&user(Role::Viewer), contact, push).await;
    let view = view.expect("the chain");
    assert_eq!((view.push.as_str(), view.journeys.len()), ("Hello", 0));
    assert_eq!(view.apps, ["shop"]);
    let [why] = view.others.as_slice() else {
        panic!("{:?}", view.others);
    };
    assert!(
        why.gates
            .iter()
            .all(|gate| gate.verdict == GateVerdict::Passed)
    );
    assert!(
        why.gates[1].saw.starts_with("It had opted in"),
        "{:?}",
        why.gates
    );
    assert!(why.gates[1].since.is_some());
    assert_eq!(why.gates[2].saw, "It had phone.");
    let device = &why.devices[0];
    assert_eq!(device.app.as_deref(), Some("shop"));
    assert_eq!(device.delivery.reports[0].kind, ReportKind::Opened);
    assert!(device.gates[1].since.is_some(), "{:?}", device.gates);
}

#[tokio::test]
async fn what_stopped_a_delivery_says_what_would_make_it_pass() {
    let bed = Bed::new().await;
    let facts = GateFacts::Size {
        bytes: 4321,
        limit: 4096,
    };
    let stopped = Some((Suppression::TooLarge, facts));
    let (contact, _) = planned(&bed, DeliveryState::Suppressed, stopped).await;
    let push = the_push(&bed).await;
    let view = bed.service.why(&user(Role::Viewer), contact, push).await;
    let gates = &view.expect("the chain").others[0].devices[0].gates;
    let gate = gates
        .iter()
        .find(|gate| gate.verdict == GateVerdict::Stopped);
    let gate = gate.expect("a gate that stopped it");
    assert!(gate.saw.contains("4321"), "{gate:?}");
    assert!(gate.would_pass.is_some());
}

#[tokio::test]
async fn a_workflow_says_what_kept_the_contact_out() {
    let bed = Bed::new().await;
    let (contact, _) = planned(&bed, DeliveryState::Planned, None).await;
    let push = the_push(&bed).await;
    let (s, system) = (&bed.service, &Principal::System);
    let campaign = s
        .create_campaign(system, "Welcome")
        .await
        .expect("a campaign");
    let workflow = s
        .create_workflow(system, campaign.id, "Welcome", &graph(push))
        .await
        .expect("a workflow");
    assert_eq!(kept_out(&bed, contact, push).await, Some(KeptOut::Draft));
    s.publish_workflow(system, workflow.id, None)
        .await
        .expect("published");
    assert_eq!(kept_out(&bed, contact, push).await, Some(KeptOut::NoEvent));
    bed.clock.advance(60);
    let event = serde_json::from_value(serde_json::json!({"external_id": "ada", "name": "bought"}));
    s.take_events(system, vec![event.expect("an event")], |_| String::new())
        .await
        .expect("taken");
    assert_eq!(kept_out(&bed, contact, push).await, Some(KeptOut::Pending));
    s.pause_workflow(system, workflow.id).await.expect("paused");
    assert_eq!(kept_out(&bed, contact, push).await, Some(KeptOut::Paused));
}

async fn kept_out(bed: &Bed, contact: ContactId, push: PushId) -> Option<KeptOut> {
    let view = bed.service.why(&user(Role::Viewer), contact, push).await;
    view.expect("the chain").journeys[0].entrance.kept_out
}

#[tokio::test]
async fn what_is_not_there_has_no_chain() {
    let bed = Bed::new().await;
    let (contact, _) = planned(&bed, DeliveryState::Planned, None).await;
    let nobody = uuid::Uuid::nil();
    let viewer = user(Role::Viewer);
    let push = the_push(&bed).await;
    let no_push = bed.service.why(&viewer, contact, nobody.into()).await;
    assert!(matches!(no_push, Err(ServiceError::NotFound { .. })));
    let no_contact = bed.service.why(&viewer, nobody.into(), push).await;
    assert!(matches!(no_contact, Err(ServiceError::NotFound { .. })));
}
