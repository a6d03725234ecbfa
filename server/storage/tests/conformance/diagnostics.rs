use domain::app::Capabilities;
use domain::connect::{MilestoneKind, reached};
use domain::delivery::DeliveryState;
use domain::device::Channel;
use domain::push::{DeliveryClass, Priority, RawPush, RawPushType};
use domain::view::{SeenOutcome, SeenRegistration};
use domain::{RevisionId, Timestamp};
use storage::{Store, apps, deliveries, milestones, raw_payloads, seen};
use uuid::Uuid;

use crate::bed::{NOW, later};
use crate::ledger::{outcome, planned, progress, write_progress};

conformance!(
    registrations_that_were_seen_come_newest_first_and_the_oldest_are_forgotten,
    a_milestone_keeps_its_first_time,
    a_typed_payload_is_kept_as_content_for_its_app,
    the_latest_deliveries_stand_as_they_are_now,
);

fn registration(n: u32) -> SeenRegistration {
    SeenRegistration {
        at: Timestamp(i64::from(n)),
        contact: Some(format!("c{n}")),
        device: None,
        app: Some("shop".into()),
        channel: Some(Channel::Fcm),
        outcome: SeenOutcome::Refused {
            reason: "No such app".into(),
        },
    }
}

async fn registrations_that_were_seen_come_newest_first_and_the_oldest_are_forgotten(store: Store) {
    assert!(read!(store, |db| seen::latest(db)).is_empty());
    assert_eq!(read!(store, |db| seen::newest(db)), None);
    let first: Vec<_> = (0..seen::KEPT).map(registration).collect();
    write!(store, |tx| seen::insert(tx, &first, NOW)).unwrap();
    let before = read!(store, |db| seen::newest(db));
    let more: Vec<_> = (seen::KEPT..seen::KEPT + 3).map(registration).collect();
    write!(store, |tx| seen::insert(tx, &more, later(1))).unwrap();
    let kept = read!(store, |db| seen::latest(db));
    assert_eq!(kept.len(), seen::KEPT as usize);
    assert_eq!(kept[0], registration(seen::KEPT + 2));
    assert_eq!(
        kept[kept.len() - 1],
        registration(3),
        "the oldest three are gone"
    );
    assert_ne!(read!(store, |db| seen::newest(db)), before);
}

async fn a_milestone_keeps_its_first_time(store: Store) {
    let capabilities = Capabilities::default();
    let (app, _) = write!(store, |tx| apps::put(
        tx,
        "shop",
        "Shop",
        &capabilities,
        NOW
    ))
    .unwrap();
    let all = [
        (app.id, Channel::Fcm, MilestoneKind::Registered),
        (app.id, Channel::Webpush, MilestoneKind::Reported),
    ];
    write!(store, |tx| milestones::note(tx, &all, NOW)).unwrap();
    write!(store, |tx| milestones::note(tx, &all, later(60))).unwrap();
    let known = read!(store, |db| milestones::of_app(db, app.id));
    assert_eq!(known.len(), 2);
    let at = |channel, kind| reached(&known, channel, kind);
    assert_eq!(at(Channel::Fcm, MilestoneKind::Registered), Some(NOW));
    assert_eq!(at(Channel::Webpush, MilestoneKind::Reported), Some(NOW));
    assert_eq!(at(Channel::Fcm, MilestoneKind::Accepted), None);
    assert!(read!(store, |db| milestones::accepted_lately(db, app.id)).is_empty());
}

async fn a_typed_payload_is_kept_as_content_for_its_app(store: Store) {
    let capabilities = Capabilities::default();
    let (app, _) = write!(store, |tx| apps::put(
        tx,
        "shop",
        "Shop",
        &capabilities,
        NOW
    ))
    .unwrap();
    let raw = RawPush {
        body: r#"{"aps": {}}"#.into(),
        push_type: RawPushType::Background,
        priority: Priority::Normal,
        ttl_seconds: 60,
        collapse_id: Some("one".into()),
    };
    let id = write!(store, |tx| raw_payloads::insert(
        tx, app.id, &raw, "ada", NOW
    ))
    .unwrap();
    let content = read!(store, |db| raw_payloads::find(db, id)).expect("it is kept");
    assert_eq!(content.raw.as_deref(), Some(&raw));
    assert_eq!((content.app, content.ttl_seconds), (Some(app.id), 60));
    let nobody = RevisionId(Uuid::nil());
    assert_eq!(read!(store, |db| raw_payloads::find(db, nobody)), None);
}

async fn the_latest_deliveries_stand_as_they_are_now(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 3).await;
    let outcomes = vec![
        outcome(0, DeliveryState::Accepted),
        outcome(1, DeliveryState::Rejected),
    ];
    let lost = write_progress(&store, progress(&chunk, 2, outcomes, false), later(5)).await;
    assert!(lost.is_empty());
    let mut reader = store.read().await.unwrap();
    let all = deliveries::lately(&mut reader, 10, |_| true).await.unwrap();
    let states: Vec<_> = all.iter().map(|one| (one.place.seq, one.state)).collect();
    assert_eq!(
        states,
        [
            (2, DeliveryState::Planned),
            (1, DeliveryState::Rejected),
            (0, DeliveryState::Accepted),
        ]
    );
    assert_eq!((all[2].at, all[0].at), (later(5), NOW));
    assert_eq!(all[0].external_id, None, "nobody knows these contacts");
    let bad = deliveries::lately(&mut reader, 10, |one| one.state == DeliveryState::Rejected);
    assert_eq!(bad.await.unwrap().len(), 1);
    let few = deliveries::lately(&mut reader, 2, |_| true).await.unwrap();
    assert_eq!(few.len(), 2);
}
