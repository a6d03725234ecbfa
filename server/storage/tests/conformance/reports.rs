use domain::report::{REPORTS_OF_DELIVERY_MAX, Report, ReportKind};
use domain::{ChunkId, Shard};
use storage::Store;
use storage::deliveries::Place;
use storage::reports::{self, Kept, NewReport};
use uuid::Uuid;

use crate::bed::later;

conformance!(
    a_report_is_kept_once_however_often_it_is_told,
    of_one_delivery_only_so_many_reports_are_kept,
    reports_come_back_in_order_of_time_each_with_its_delivery,
);

fn place(seq: i32) -> Place {
    Place {
        home: Shard::from_number(5),
        chunk_id: ChunkId(Uuid::from_u128(10 << 24)),
        seq,
    }
}

fn told(seq: i32, kind: ReportKind, action: Option<&str>, reply: Option<&str>) -> NewReport {
    NewReport {
        place: place(seq),
        report: Report {
            kind,
            action: action.map(Into::into),
            title: None,
            reply: reply.map(Into::into),
            at: later(i64::from(kind.code())),
        },
    }
}

async fn keep(store: &Store, told: &[NewReport]) -> Kept {
    write!(store, |tx| reports::insert(tx, told)).unwrap()
}

async fn a_report_is_kept_once_however_often_it_is_told(store: Store) {
    use ReportKind::{Action, Displayed, Opened};
    let all = [
        told(0, Displayed, None, None),
        told(0, Opened, None, None),
        told(0, Action, Some("answer"), Some("Yes")),
        told(0, Action, Some("answer"), Some("No")),
        told(0, Action, Some("answer"), Some("")),
        told(0, Action, Some("answer"), None),
        told(0, Action, Some("answer"), None),
        told(1, Displayed, None, None),
    ];
    let first = keep(&store, &all).await;
    assert_eq!((first.new.len(), first.beyond), (7, 0));
    assert!(first.new.contains(&(place(1), Displayed)));
    let again = keep(&store, &all).await;
    assert_eq!(again, Kept::default());
}

async fn of_one_delivery_only_so_many_reports_are_kept(store: Store) {
    let replies: Vec<String> = (0..30).map(|n| format!("reply {n}")).collect();
    let many: Vec<NewReport> = replies
        .iter()
        .map(|reply| told(0, ReportKind::Action, Some("answer"), Some(reply)))
        .collect();
    let first = keep(&store, &many[..15]).await;
    assert_eq!((first.new.len(), first.beyond), (15, 0));
    let rest = keep(&store, &many).await;
    assert_eq!((rest.new.len(), rest.beyond), (5, 10));
    let kept = read!(store, |db| reports::of_deliveries(db, &[place(0)]));
    assert_eq!(kept[&place(0)].len(), REPORTS_OF_DELIVERY_MAX);
}

async fn reports_come_back_in_order_of_time_each_with_its_delivery(store: Store) {
    use ReportKind::{Action, Displayed, Opened};
    let all = [
        told(0, Action, Some("shop"), None),
        told(0, Displayed, None, None),
        told(1, Opened, None, None),
    ];
    keep(&store, &all).await;
    let found = read!(store, |db| reports::of_deliveries(
        db,
        &[place(0), place(1), place(2)]
    ));
    let kinds = |seq| -> Vec<ReportKind> { found[&place(seq)].iter().map(|r| r.kind).collect() };
    assert_eq!(kinds(0), [Displayed, Action]);
    assert_eq!(found[&place(0)][1], all[0].report);
    assert_eq!(kinds(1), [Opened]);
    assert!(!found.contains_key(&place(2)));
    let none = read!(store, |db| reports::of_deliveries(db, &[]));
    assert!(none.is_empty());
}
