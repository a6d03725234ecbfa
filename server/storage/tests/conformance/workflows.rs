use domain::Shard;
use domain::workflow::{Condition, Edge, Graph, Node, Port, ReEntry, Step, Trigger, WorkflowState};
use storage::workflows::Workflow;
use storage::{StorageError, Store, campaigns, events, triggers, workflow_revisions, workflows};

use crate::bed::{NOW, later};

conformance!(
    a_draft_is_saved_over_the_version_that_was_read,
    publishing_makes_an_immutable_revision_and_goes_live,
    publishing_a_draft_that_has_changed_is_refused,
    only_a_live_workflow_listens,
    a_workflow_that_never_ran_can_be_removed,
    workflows_are_listed_by_campaign,
);

pub(crate) fn graph(event: &str) -> Graph {
    let trigger = Trigger::Event {
        name: event.into(),
        filter: Condition::default(),
    };
    let node = |id: &str, step| Node {
        id: id.into(),
        step,
        x: 0.5,
        y: 40.0,
    };
    Graph {
        nodes: vec![
            node(
                "start",
                Step::Trigger {
                    trigger,
                    re_entry: ReEntry::default(),
                },
            ),
            node("end", Step::Exit {}),
        ],
        edges: vec![Edge {
            from: "start".into(),
            port: Port::default(),
            to: "end".into(),
        }],
    }
}

async fn draft(store: &Store, event: &str) -> Workflow {
    let campaign = write!(store, |tx| campaigns::create(tx, "Spring", NOW)).unwrap();
    write!(store, |tx| workflows::create(
        tx,
        campaign.id,
        "Welcome",
        &graph(event),
        NOW
    ))
    .unwrap()
}

/// A live workflow that listens to `event`.
pub(crate) async fn live(store: &Store, event: &str) -> Workflow {
    let workflow = draft(store, event).await;
    let pushes = workflow_revisions::PushRevisions::new();
    write!(store, |tx| workflow_revisions::publish(
        tx,
        workflow.id,
        1,
        &pushes,
        "ada",
        NOW
    ))
    .unwrap();
    read!(store, |db| workflows::find(db, workflow.id)).unwrap()
}

async fn a_draft_is_saved_over_the_version_that_was_read(store: Store) {
    let workflow = draft(&store, "signed_up").await;
    assert_eq!(
        (workflow.state, workflow.draft_version),
        (WorkflowState::Draft, 1)
    );
    let edited = graph("order_placed");
    let save = async |version| {
        write!(store, |tx| workflows::save_draft(
            tx,
            workflow.id,
            version,
            &edited,
            later(5)
        ))
    };
    assert_eq!(save(1).await.unwrap(), 2);
    assert!(matches!(save(1).await, Err(StorageError::StaleVersion)));
    let stored = read!(store, |db| workflows::find(db, workflow.id)).unwrap();
    assert_eq!((stored.draft, stored.draft_version), (edited.clone(), 2));
    assert_eq!((stored.created_at, stored.updated_at), (NOW, later(5)));
    let nobody = domain::WorkflowId(uuid::Uuid::nil());
    let missing = write!(store, |tx| workflows::save_draft(
        tx, nobody, 1, &edited, NOW
    ));
    assert!(matches!(missing, Err(StorageError::NotFound)));
    write!(store, |tx| workflows::rename(
        tx,
        workflow.id,
        "Hello",
        later(6)
    ))
    .unwrap();
    assert_eq!(
        read!(store, |db| workflows::find(db, workflow.id))
            .unwrap()
            .name,
        "Hello"
    );
}

async fn publishing_makes_an_immutable_revision_and_goes_live(store: Store) {
    let workflow = draft(&store, "signed_up").await;
    let pushes = [("step".into(), domain::RevisionId(uuid::Uuid::from_u128(7)))].into();
    let publish = async |version| {
        write!(store, |tx| workflow_revisions::publish(
            tx,
            workflow.id,
            version,
            &pushes,
            "ada@example.org",
            later(3)
        ))
    };
    let first = publish(1).await.unwrap();
    assert_eq!((first.number, &first.graph), (1, &workflow.draft));
    let edited = graph("order_placed");
    write!(store, |tx| workflows::save_draft(
        tx,
        workflow.id,
        1,
        &edited,
        later(5)
    ))
    .unwrap();
    let stored = read!(store, |db| workflow_revisions::find(db, first.id)).unwrap();
    assert_eq!(stored, first);
    assert_eq!(
        (stored.push_revisions.len(), stored.published_by.as_str()),
        (1, "ada@example.org")
    );
    let second = publish(2).await.unwrap();
    assert_eq!((second.number, &second.graph), (2, &edited));
    let now = read!(store, |db| workflows::find(db, workflow.id)).unwrap();
    assert_eq!(
        (now.state, now.current_revision_id),
        (WorkflowState::Live, Some(second.id))
    );
    let page = read!(store, |db| workflow_revisions::of_workflow(
        db,
        workflow.id,
        None,
        1
    ));
    assert_eq!(page.items[0].number, 2);
    let page = read!(store, |db| workflow_revisions::of_workflow(
        db,
        workflow.id,
        page.next.as_ref(),
        1
    ));
    assert_eq!((page.items[0].number, page.next), (1, None));
    let published = read!(store, |db| workflows::published(db));
    assert_eq!(published.len(), 1);
    assert_eq!(
        (published[0].id, published[0].revision_id),
        (workflow.id, second.id)
    );
    assert_eq!(published[0].state, WorkflowState::Live);
}

async fn publishing_a_draft_that_has_changed_is_refused(store: Store) {
    let workflow = draft(&store, "signed_up").await;
    let pushes = workflow_revisions::PushRevisions::new();
    let stale = write!(store, |tx| workflow_revisions::publish(
        tx,
        workflow.id,
        9,
        &pushes,
        "ada",
        NOW
    ));
    assert!(matches!(stale, Err(StorageError::StaleVersion)));
    assert!(read!(store, |db| workflows::published(db)).is_empty());
}

async fn only_a_live_workflow_listens(store: Store) {
    let workflow = live(&store, "signed_up").await;
    let triggers = async |name: &str| {
        let event = crate::events::event("ada", name);
        write!(store, |tx| events::ingest(tx, &[event], NOW)).unwrap()[0].triggers
    };
    let set = async |state| {
        write!(store, |tx| workflows::set_state(
            tx,
            workflow.id,
            state,
            later(1)
        ))
    };
    assert!(triggers("signed_up").await);
    set(WorkflowState::Paused).await.unwrap();
    assert!(!triggers("signed_up").await);
    set(WorkflowState::Live).await.unwrap();
    assert!(triggers("signed_up").await);
    // A new revision that listens to something else replaces what was listened to.
    let edited = graph("order_placed");
    write!(store, |tx| workflows::save_draft(
        tx,
        workflow.id,
        1,
        &edited,
        NOW
    ))
    .unwrap();
    assert!(triggers("signed_up").await);
    let pushes = workflow_revisions::PushRevisions::new();
    write!(store, |tx| workflow_revisions::publish(
        tx,
        workflow.id,
        2,
        &pushes,
        "ada",
        NOW
    ))
    .unwrap();
    assert!(!triggers("signed_up").await);
    assert!(triggers("order_placed").await);
    set(WorkflowState::Stopped).await.unwrap();
    assert!(!triggers("order_placed").await);
    assert!(matches!(
        set(WorkflowState::Draft).await,
        Err(StorageError::Conflict)
    ));
    let (first, last) = (Shard::from_number(0), Shard::from_number(1023));
    assert_eq!(
        read!(store, |db| triggers::pending(db, first, last, 100)).len(),
        4
    );
}

async fn a_workflow_that_never_ran_can_be_removed(store: Store) {
    let workflow = draft(&store, "signed_up").await;
    let state = write!(store, |tx| workflows::set_state(
        tx,
        workflow.id,
        WorkflowState::Paused,
        NOW
    ));
    assert!(matches!(state, Err(StorageError::Conflict)));
    write!(store, |tx| workflows::delete(tx, workflow.id)).unwrap();
    let gone = write!(store, |tx| workflows::delete(tx, workflow.id));
    assert!(matches!(gone, Err(StorageError::NotFound)));
    let ran = live(&store, "signed_up").await;
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(
        workflows::delete(&mut tx, ran.id).await,
        Err(StorageError::Conflict)
    ));
}

async fn workflows_are_listed_by_campaign(store: Store) {
    let one = draft(&store, "a").await;
    let two = draft(&store, "b").await;
    let all = read!(store, |db| workflows::list(db, None, None, 10)).items;
    assert_eq!(
        all.iter().map(|w| w.id).collect::<Vec<_>>(),
        [two.id, one.id]
    );
    let of_one = read!(store, |db| workflows::list(
        db,
        Some(one.campaign_id),
        None,
        10
    ));
    assert_eq!(of_one.items, vec![one.clone()]);
    let first = read!(store, |db| workflows::list(db, None, None, 1));
    let rest = read!(store, |db| workflows::list(
        db,
        None,
        first.next.as_ref(),
        1
    ));
    assert_eq!((rest.items[0].id, rest.next), (one.id, None));
}
