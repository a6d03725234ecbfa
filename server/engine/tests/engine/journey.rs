use std::time::Duration;

use domain::delivery::{DeliveryState, SendState};
use domain::device::Channel;
use domain::gate::{Gate, Suppression};
use domain::push::DeliveryClass::Promotional;
use domain::push::PushContent;
use domain::workflow::WorkflowState;
use domain::workflow::{EndReason, Entry, StepId};
use serde_json::json;
use storage::rollups::{self, Metric};
use storage::{attempts, chunks, enrollments, step_counts, workflows};

use crate::world::{APPS, World, line};

on_both!(
    an_event_becomes_a_personal_push_on_every_device,
    what_a_push_reads_is_there_for_it,
    who_opted_out_is_suppressed_and_nothing_arrives,
    a_delay_is_waited_for,
    an_event_enrolls_once_however_often_it_is_posted,
    a_paused_workflow_goes_on_when_it_is_resumed,
    a_test_goes_out_at_once_and_keeps_its_calls,
    every_step_and_delivery_is_counted,
    chunks_follow_each_other_without_being_looked_for,
);

async fn an_event_becomes_a_personal_push_on_every_device(mut world: World) {
    world.contact("ada", true, &APPS).await;
    let push = world.push(Promotional).await;
    world.workflow(push, line(push, &[])).await;
    world.start().await;
    world.event("ada", 7).await;
    let deliveries = world.settled("ada", 4).await;
    for delivery in &deliveries {
        assert_eq!(delivery.state, DeliveryState::Accepted, "{delivery:?}");
        assert_eq!(delivery.attempt, 1);
        assert!(
            Gate::ALL.iter().all(|gate| delivery.mask.passed(*gate)),
            "{delivery:?}"
        );
    }
    let apns = world.payload("ada", Channel::Apns);
    assert_eq!(apns["aps"]["alert"]["title"], "Hello ADA");
    assert_eq!(apns["aps"]["alert"]["body"], "Order 7, gold");
    let fcm = world.payload("ada", Channel::Fcm);
    assert_eq!(fcm["message"]["notification"]["title"], "Hello ADA");
    let adm = world.payload("ada", Channel::Adm);
    assert_eq!(adm["data"]["title"], "Hello ADA");
    let twilio = world.payload("ada", Channel::Twilio);
    assert_eq!(twilio["Title"], "Hello ADA");
    let sends = world.sends("ada").await;
    assert_eq!(sends.len(), 1);
    assert_eq!(
        (sends[0].state, sends[0].reason),
        (SendState::Released, None)
    );
    // An accepted delivery's call is not kept.
    let mut reader = world.store.read().await.unwrap();
    let first = &deliveries[0];
    let calls = attempts::of_delivery(&mut reader, first.home, first.chunk_id, first.seq).await;
    assert!(calls.unwrap().is_empty());
    drop(reader);
    assert!(world.stop().await);
}

async fn who_opted_out_is_suppressed_and_nothing_arrives(mut world: World) {
    world.contact("bob", false, &[Channel::Apns]).await;
    world.contact("cat", true, &[]).await;
    let push = world.push(Promotional).await;
    world.workflow(push, line(push, &[])).await;
    world.start().await;
    world.event("bob", 1).await;
    world.event("cat", 1).await;
    let send = world.suppressed("bob").await;
    assert_eq!(send.reason, Some(Suppression::OptedOut));
    assert!(send.mask.passed(Gate::Exists) && !send.mask.passed(Gate::OptedIn));
    assert_eq!(
        world.suppressed("cat").await.reason,
        Some(Suppression::NoBinding)
    );
    assert!(world.deliveries("bob").await.is_empty());
    assert_eq!(world.sandbox.received(), 0);
}

async fn what_a_push_reads_is_there_for_it(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    for title in [
        "Hello all",
        "Hello {{ contact.first_name }}",
        "Order {{ event.order }}",
    ] {
        let content = PushContent {
            title: title.to_owned(),
            ..PushContent::default()
        };
        let push = world.push_of(&content).await;
        world.workflow(push, line(push, &[])).await;
    }
    world.start().await;
    world.event("ada", 7).await;
    world.settled("ada", 3).await;
    let arrivals = world.sandbox.recent(&world.token("ada", Channel::Apns));
    let mut titles: Vec<_> = arrivals
        .iter()
        .map(|arrival| {
            let payload = arrival.payload.as_ref().expect("it has one");
            let payload: serde_json::Value = serde_json::from_str(payload.get()).expect("JSON");
            payload["aps"]["alert"]["title"].clone()
        })
        .collect();
    titles.sort_unstable_by_key(ToString::to_string);
    assert_eq!(titles, ["Hello ADA", "Hello all", "Order 7"]);
}

async fn a_delay_is_waited_for(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    let delay = json!({"kind": "delay", "delay": {"amount": 2, "unit": "hours"}});
    world.workflow(push, line(push, &[delay])).await;
    world.start().await;
    world.event("ada", 1).await;
    let waiting = world
        .until("it waits", || async {
            let mut reader = world.store.read().await.unwrap();
            let ada = storage::contacts::find_by_external_id(&mut reader, "ada")
                .await
                .unwrap()?;
            let page = enrollments::of_contact(&mut reader, ada.shard, ada.id, None, 10)
                .await
                .unwrap();
            page.items
                .into_iter()
                .find(|e| e.step == StepId::from("s1"))
        })
        .await;
    assert!(waiting.due_at.unwrap() > world_now(&world).plus_seconds(7000));
    assert!(world.sends("ada").await.is_empty());
    world.pass(Duration::from_secs(7300));
    world.engine().events_arrived();
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::Accepted
    );
    let mut reader = world.store.read().await.unwrap();
    let log = enrollments::log_of(&mut reader, waiting.shard, waiting.id)
        .await
        .unwrap();
    let last = log.last().map(|(_, entry)| entry.clone());
    let exit = Entry::Ended {
        step: StepId::from("s3"),
        reason: EndReason::Exit,
    };
    assert_eq!(last, Some(exit));
    assert_eq!(log.len(), 5, "left, waiting, left, left, ended: {log:?}");
}

fn world_now(world: &World) -> domain::Timestamp {
    use domain::time::Clock;
    world.clock.now()
}

async fn an_event_enrolls_once_however_often_it_is_posted(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    world.workflow(push, line(push, &[])).await;
    world.start().await;
    for _ in 0..3 {
        world.event("ada", 1).await;
    }
    world.event("ada", 2).await;
    world.settled("ada", 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        world.sends("ada").await.len(),
        2,
        "any_time lets the second event in"
    );
    assert_eq!(world.arrived("ada", Channel::Apns), 2);
}

async fn a_paused_workflow_goes_on_when_it_is_resumed(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    let delay = json!({"kind": "delay", "delay": {"amount": 1, "unit": "minutes"}});
    let workflow = world.workflow(push, line(push, &[delay])).await;
    world.start().await;
    world.event("ada", 1).await;
    let enrolled = async || {
        let mut reader = world.store.read().await.unwrap();
        let ada = storage::contacts::find_by_external_id(&mut reader, "ada")
            .await
            .unwrap()?;
        let page = enrollments::of_contact(&mut reader, ada.shard, ada.id, None, 10)
            .await
            .unwrap();
        page.items
            .into_iter()
            .find(|e| e.step == StepId::from("s1"))
    };
    let waiting = world.until("it is enrolled", enrolled).await;
    let set = async |state| {
        let mut tx = world.store.begin().await.unwrap();
        workflows::set_state(&mut tx, workflow, state, world_now(&world))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    set(WorkflowState::Paused).await;
    world.pass(Duration::from_mins(2));
    world.engine().events_arrived();
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(world.sends("ada").await.is_empty(), "paused");
    let paused = enrolled().await.expect("it is still there");
    assert_eq!(paused, waiting, "nothing is written while it stands still");
    set(WorkflowState::Live).await;
    world.engine().events_arrived();
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::Accepted
    );
}

async fn a_test_goes_out_at_once_and_keeps_its_calls(mut world: World) {
    world.contact("ada", true, &APPS).await;
    let push = world.push(Promotional).await;
    world.start().await;
    let mut updates = world.engine().updates();
    let chunk = world.test(push, "ada").await;
    let deliveries = world.settled("ada", 4).await;
    let update = updates.recv().await.unwrap();
    assert_eq!(update.chunk_id, chunk);
    let mut reader = world.store.read().await.unwrap();
    for delivery in deliveries {
        let calls = attempts::of_delivery(&mut reader, delivery.home, chunk, delivery.seq)
            .await
            .unwrap();
        assert_eq!(calls.len(), 1);
        let status = match delivery.channel {
            Channel::Twilio => 201,
            _ => 200,
        };
        assert_eq!((calls[0].number, calls[0].status), (1, Some(status)));
        assert_eq!(calls[0].outcome, "accepted");
        assert!(calls[0].payload.as_ref().unwrap().contains("Hello ADA"));
    }
    let counts = rollups::of_push(&mut reader, push).await.unwrap();
    assert!(counts.is_empty(), "tests are counted nowhere: {counts:?}");
}

async fn every_step_and_delivery_is_counted(mut world: World) {
    for n in 0..20 {
        world
            .contact(&format!("c{n}"), n % 4 != 0, &[Channel::Apns])
            .await;
    }
    let push = world.push(Promotional).await;
    let workflow = world.workflow(push, line(push, &[])).await;
    for n in 0..20 {
        world.event(&format!("c{n}"), n).await;
    }
    world.start().await;
    let counted = world
        .until("all are counted", || async {
            let mut reader = world.store.read().await.unwrap();
            let counts = rollups::of_push(&mut reader, push).await.unwrap();
            (counts.iter().map(|count| count.n).sum::<i64>() == 15 + 15 + 5).then_some(counts)
        })
        .await;
    let n = |metric| {
        counted
            .iter()
            .filter(|c| c.metric == metric)
            .map(|c| c.n)
            .sum::<i64>()
    };
    assert_eq!(
        (
            n(Metric::Released),
            n(Metric::Accepted),
            n(Metric::Suppressed)
        ),
        (15, 15, 5)
    );
    let suppressed = counted
        .iter()
        .find(|c| c.metric == Metric::Suppressed)
        .unwrap();
    assert_eq!(suppressed.reason, "opted_out");
    let mut reader = world.store.read().await.unwrap();
    let counts = step_counts::of_workflow(&mut reader, workflow)
        .await
        .unwrap();
    for step in ["s0", "s1"] {
        let count = counts[&StepId::from(step)];
        assert_eq!(
            (count.entered, count.passed, count.ended),
            (20, 20, 0),
            "{step}"
        );
    }
    let exit = counts[&StepId::from("s2")];
    assert_eq!(
        (exit.entered, exit.passed, exit.ended, exit.waiting()),
        (20, 0, 20, 0)
    );
}

async fn chunks_follow_each_other_without_being_looked_for(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    for _ in 0..300 {
        world.decide(push, "ada", false).await;
    }
    // Once: whatever comes after the first look has to come by itself.
    world.start_looking_every(Duration::from_hours(1)).await;
    world
        .until("every chunk is finished", || async {
            let mut reader = world.store.read().await.unwrap();
            let open = chunks::any_open(&mut reader).await.unwrap();
            (!open).then_some(())
        })
        .await;
    assert_eq!(world.arrived("ada", Channel::Apns), 300);
}
