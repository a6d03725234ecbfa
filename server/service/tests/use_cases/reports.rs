use domain::delivery::{DeliveryState, delivery_uuid};
use domain::gate::{GateFacts, Suppression};
use domain::people::{Permission, Principal, Role};
use domain::report::{ReportInput, ReportKind};
use domain::{ChunkId, Shard};
use service::{PageRequest, ServiceError, TakenReports};
use storage::deliveries::Place;
use uuid::Uuid;

use crate::bed::{Bed, START, user};
use crate::sends::planned;

fn told(id: Uuid, kind: ReportKind) -> ReportInput {
    ReportInput {
        carillon_id: id,
        kind,
        action: (kind == ReportKind::Action).then(|| "shop".to_owned()),
        reply: None,
        at: Some(START.plus_seconds(-5)),
    }
}

async fn take(bed: &Bed, told: &[ReportInput]) -> Result<TakenReports, ServiceError> {
    let named = |n| format!("reports[{n}].");
    bed.service
        .take_reports(&Principal::System, told, named)
        .await
}

#[tokio::test]
async fn what_a_device_tells_stands_with_its_delivery_once() {
    let bed = Bed::new().await;
    let (contact, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    let id = delivery_uuid(chunk, 0);
    bed.clock.advance(60);
    let nobody = delivery_uuid(ChunkId(Uuid::from_u128(0x7 << 76 | 0b10 << 62)), 3);
    let reports = [
        told(id, ReportKind::Displayed),
        told(nobody, ReportKind::Displayed),
        told(id, ReportKind::Action),
        told(nobody, ReportKind::Opened),
    ];
    let taken = take(&bed, &reports).await.expect("taken");
    assert_eq!((taken.taken, taken.repeated), (2, 0));
    assert_eq!(taken.unknown, [nobody], "named once");
    let again = take(&bed, &reports).await.expect("taken again");
    assert_eq!((again.taken, again.repeated), (0, 2));

    let page = bed
        .service
        .list_sends(&user(Role::Viewer), contact, &PageRequest::first(5))
        .await
        .expect("sends");
    let kept = &page.items[0].deliveries[0].reports;
    let kinds: Vec<_> = kept.iter().map(|report| report.kind).collect();
    assert_eq!(kinds, [ReportKind::Displayed, ReportKind::Action]);
    assert_eq!(
        kept[0].at, START,
        "a slow clock cannot precede the decision"
    );
    assert_eq!(kept[1].action.as_deref(), Some("shop"));
}

#[tokio::test]
async fn a_tapped_button_is_told_by_its_words_where_they_are_everybodys() {
    let bed = Bed::new().await;
    let (contact, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    let id = delivery_uuid(chunk, 0);
    for (button, said) in [
        ("shop", "Tapped “Shop now”"),
        ("call", "Tapped “call”"),
        ("gone", "Tapped “gone”"),
    ] {
        let tap = ReportInput {
            action: Some(button.to_owned()),
            ..told(id, ReportKind::Action)
        };
        take(&bed, &[tap]).await.expect("taken");
        let viewer = user(Role::Viewer);
        let page = bed
            .service
            .list_sends(&viewer, contact, &PageRequest::first(5))
            .await
            .expect("sends");
        let (_, alone) = bed
            .service
            .delivery(&viewer, chunk, 0)
            .await
            .expect("a delivery");
        for reports in [&page.items[0].deliveries[0].reports, &alone.reports] {
            assert!(
                reports.iter().any(|report| report.said() == said),
                "{reports:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_was_told_goes_with_the_contact() {
    let bed = Bed::new().await;
    let (contact, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    let id = delivery_uuid(chunk, 0);
    let reply = ReportInput {
        reply: Some("See you then".into()),
        ..told(id, ReportKind::Action)
    };
    take(&bed, &[reply]).await.expect("taken");
    let place = Place {
        home: Shard::of("ada"),
        chunk_id: chunk,
        seq: 0,
    };
    let kept = || async {
        let mut reader = bed.service.store().read().await.expect("a reader");
        let found = storage::reports::of_deliveries(&mut reader, &[place]).await;
        found.expect("reports").len()
    };
    assert_eq!(kept().await, 1);
    let deleted = bed.service.delete_contact(&Principal::System, "ada").await;
    deleted.expect("deleted");
    assert_eq!(kept().await, 0, "{contact}");
}

#[tokio::test]
async fn of_what_was_never_sent_nothing_is_kept() {
    let bed = Bed::new().await;
    let facts = GateFacts::Size {
        bytes: 4321,
        limit: 4096,
    };
    let stopped = Some((Suppression::TooLarge, facts));
    let (_, chunk) = planned(&bed, DeliveryState::Suppressed, stopped).await;
    for id in [
        delivery_uuid(chunk, 0),
        delivery_uuid(chunk, 1),
        Uuid::nil(),
        chunk.0,
    ] {
        let refused = take(&bed, &[told(id, ReportKind::Displayed)]).await;
        let Err(ServiceError::NotFound { what }) = refused else {
            panic!("{id}: {refused:?}");
        };
        assert!(what.contains(&id.to_string()), "{what}");
    }
}

#[tokio::test]
async fn reports_are_bounded_and_their_mistakes_named() {
    let bed = Bed::new().await;
    let one = told(Uuid::nil(), ReportKind::Displayed);
    let field = |refused: Result<TakenReports, ServiceError>| match refused {
        Err(ServiceError::Invalid(errors)) => errors.0[0].field.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(field(take(&bed, &[]).await), "reports");
    assert_eq!(field(take(&bed, &vec![one.clone(); 101]).await), "reports");
    let bare = ReportInput {
        action: None,
        ..told(Uuid::nil(), ReportKind::Action)
    };
    assert_eq!(
        field(take(&bed, &[one.clone(), bare]).await),
        "reports[1].action"
    );
    let viewer = user(Role::Viewer);
    let told = [one];
    let refused = bed.service.take_reports(&viewer, &told, |_| String::new());
    assert!(matches!(
        refused.await,
        Err(ServiceError::Forbidden {
            permission: Permission::RegisterDevices
        })
    ));
}
