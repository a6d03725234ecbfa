use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::people::Principal;
use domain::push::PushContent;
use domain::view::PushDraft;
use domain::workflow::Graph;
use serde_json::json;
use service::Bell;

use crate::bed::Bed;

/// Counts how often somebody said that there is work.
#[derive(Default)]
struct Counting(AtomicU32);

impl Bell for Counting {
    fn events_arrived(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
    fn sends_decided(&self) {}
    fn content_changed(&self) {}
}

#[tokio::test]
async fn a_workflow_that_goes_on_is_looked_at_at_once() {
    let bell = Arc::new(Counting::default());
    let bed = Bed::with_bell(bell.clone()).await;
    let (s, system) = (&bed.service, &Principal::System);
    let content = PushContent {
        title: "Hello".to_owned(),
        ..PushContent::default()
    };
    let draft = PushDraft {
        name: "Hello".into(),
        campaign_id: None,
        content,
    };
    let push = s.create_push(system, &draft).await.expect("a push").id;
    let campaign = s.create_campaign(system, "Spring").await.expect("made");
    let graph: Graph = serde_json::from_value(json!({
        "nodes": [
            {"id": "in", "x": 0.0, "y": 0.0, "step": {"kind": "trigger",
                "trigger": {"on": "event", "name": "signed_up"}}},
            {"id": "push", "x": 0.0, "y": 0.0, "step": {"kind": "push", "push_id": push}},
            {"id": "out", "x": 0.0, "y": 0.0, "step": {"kind": "exit"}},
        ],
        "edges": [{"from": "in", "to": "push"}, {"from": "push", "to": "out"}],
    }))
    .expect("a graph");
    let workflow = s
        .create_workflow(system, campaign.id, "Welcome", &graph)
        .await
        .expect("a workflow")
        .id;
    s.publish_workflow(system, workflow, None)
        .await
        .expect("published");
    s.pause_workflow(system, workflow).await.expect("paused");
    assert_eq!(bell.0.load(Ordering::SeqCst), 0);
    s.resume_workflow(system, workflow).await.expect("resumed");
    assert_eq!(bell.0.load(Ordering::SeqCst), 1);
}
