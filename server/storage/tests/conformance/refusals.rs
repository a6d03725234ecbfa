use storage::Store;
use storage::refusals::{self, KEPT, KEPT_MILLIS, NewRefusal};

use crate::bed::{NOW, later};

conformance!(
    refusals_are_listed_newest_first_and_their_pages_join,
    the_newest_thousand_are_kept,
    refusals_are_forgotten_after_a_day,
);

const fn refusal(reason: &str) -> NewRefusal<'_> {
    NewRefusal {
        door: "PUT /api/v1",
        reason,
        app: Some("shop"),
        contact: Some("ada"),
        device: None,
        request: "{}",
    }
}

async fn refusals_are_listed_newest_first_and_their_pages_join(store: Store) {
    for reason in ["first", "second", "third"] {
        write!(store, |tx| refusals::insert(tx, &refusal(reason), NOW)).unwrap();
    }
    let first = read!(store, |db| refusals::list(db, NOW, None, 2));
    let rest = read!(store, |db| refusals::list(db, NOW, first.next.as_ref(), 2));
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|refused| refused.reason.as_str())
        .collect();
    assert_eq!(seen, ["third", "second", "first"]);
    assert_eq!(first.items[0].contact.as_deref(), Some("ada"));
    assert_eq!(first.items[0].device, None);
    assert!(rest.next.is_none());
    let none = read!(store, |db| refusals::list(db, later(1), None, 2));
    assert!(none.items.is_empty());
}

async fn the_newest_thousand_are_kept(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for n in 0..KEPT + 2 {
        let at = NOW.plus_millis(n.into());
        let reason = n.to_string();
        refusals::insert(&mut tx, &refusal(&reason), at)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = read!(store, |db| refusals::list(db, NOW, cursor.as_ref(), 500));
        seen.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), KEPT as usize);
    assert_eq!(
        seen.last().map(|refused| refused.reason.as_str()),
        Some("2")
    );
}

async fn refusals_are_forgotten_after_a_day(store: Store) {
    write!(store, |tx| refusals::insert(tx, &refusal("old"), NOW)).unwrap();
    write!(store, |tx| refusals::insert(tx, &refusal("new"), later(60))).unwrap();
    let next_day = NOW.plus_millis(KEPT_MILLIS + 1);
    let gone = write!(store, |tx| refusals::prune(tx, next_day)).unwrap();
    assert_eq!(gone, 1);
    let left = read!(store, |db| refusals::list(db, NOW, None, 5));
    assert_eq!(left.items[0].reason, "new");
}
