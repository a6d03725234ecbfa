use storage::{Store, devices};

use crate::bed::NOW;
use crate::devices::{app, register};

conformance!(
    the_list_is_newest_first_and_its_pages_join,
    devices_are_found_by_the_beginning_of_their_id,
    history_has_pages_that_join,
);

async fn the_list_is_newest_first_and_its_pages_join(store: Store) {
    let app = app(&store).await;
    for n in 0..5 {
        register(
            &store,
            app,
            &format!("c{n}"),
            &format!("d{n}"),
            &format!("0{n}"),
        )
        .await;
    }
    let first = read!(store, |db| devices::list(db, None, 3));
    let rest = read!(store, |db| devices::list(db, first.next.as_ref(), 3));
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|b| b.device_id.as_str())
        .collect();
    assert_eq!(seen, ["d4", "d3", "d2", "d1", "d0"]);
    assert!(rest.next.is_none());
}

async fn devices_are_found_by_the_beginning_of_their_id(store: Store) {
    let app = app(&store).await;
    for (n, device) in ["phone-1", "phone-2", "phone-3", "tablet"]
        .into_iter()
        .enumerate()
    {
        register(&store, app, "ada", device, &format!("0{n}")).await;
    }
    let first = read!(store, |db| devices::search(db, "phone", None, 2));
    let rest = read!(store, |db| devices::search(
        db,
        "phone",
        first.next.as_ref(),
        2
    ));
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|b| b.device_id.as_str())
        .collect();
    assert_eq!(seen, ["phone-1", "phone-2", "phone-3"]);
}

async fn history_has_pages_that_join(store: Store) {
    let app = app(&store).await;
    let mut contact = None;
    for n in 0..6 {
        let done = register(&store, app, "ada", "phone", &format!("0{n}")).await;
        contact = Some((done.shard, done.contact_id));
    }
    let contact = contact.unwrap();
    let mut lines = 0;
    let mut cursor = None;
    loop {
        let page = read!(store, |db| devices::history(
            db,
            contact,
            cursor.as_ref(),
            4
        ));
        assert!(page.items.iter().all(|line| line.at == NOW));
        lines += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(lines, 6);
}
