use storage::{Cursor, StorageError, Store, contacts};

use crate::bed::{NOW, later};
use crate::contacts::{named, put};

conformance!(
    the_list_is_newest_first_and_its_pages_join,
    search_finds_prefixes_of_ids_and_then_of_addresses,
    search_takes_what_people_type_literally,
    a_text_that_no_database_stores_finds_nothing,
);

async fn the_list_is_newest_first_and_its_pages_join(store: Store) {
    for n in 0..7 {
        put(&store, &[named(&format!("c{n}"), "C")], later(n)).await;
    }
    let mut seen = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = read!(store, |db| contacts::list(db, cursor.as_ref(), 3));
        assert!(page.items.len() <= 3);
        seen.extend(page.items.into_iter().map(|contact| contact.external_id));
        // A cursor travels as text.
        cursor = page.next.map(|next| next.to_string().parse().unwrap());
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
    let wrong = Cursor::of_text("c3".into());
    let mut reader = store.read().await.unwrap();
    let error = contacts::list(&mut reader, Some(&wrong), 3)
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::BadCursor));
}

async fn search_finds_prefixes_of_ids_and_then_of_addresses(store: Store) {
    let with_email = |id: &str, email: &str| {
        let mut input = named(id, "N");
        input.1.email = Some(email.to_owned());
        input
    };
    let inputs = [
        with_email("ann", "zoe@example.org"),
        with_email("anna", "anna@example.org"),
        with_email("x1", "Anne@example.org"),
        with_email("x2", "ANDY@example.org"),
        with_email("x3", "annette@example.org"),
        named("bob", "Bob"),
    ];
    put(&store, &inputs, NOW).await;
    for size in 1..=6 {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = read!(store, |db| contacts::search(
                db,
                "ann",
                cursor.as_ref(),
                size
            ));
            seen.extend(page.items.into_iter().map(|contact| contact.external_id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        // "anna" matches both ways and comes once.
        assert_eq!(seen, ["ann", "anna", "x1", "x3"], "in pages of {size}");
    }
    let upper = read!(store, |db| contacts::search(db, "AND", None, 9));
    assert_eq!(upper.items.len(), 1);
    assert_eq!(upper.items[0].external_id, "x2");
}

async fn search_takes_what_people_type_literally(store: Store) {
    put(
        &store,
        &[named("a%b", "A"), named("a_b", "A"), named("axb", "A")],
        NOW,
    )
    .await;
    for (prefix, found) in [
        ("a%", 1),
        ("a_", 1),
        ("a", 3),
        ("' OR 1=1 --", 0),
        ("\u{10ffff}", 0),
    ] {
        let page = read!(store, |db| contacts::search(db, prefix, None, 9));
        assert_eq!(page.items.len(), found, "{prefix}");
    }
    assert_eq!(
        read!(store, |db| contacts::search(db, "", None, 9))
            .items
            .len(),
        0
    );
}

async fn a_text_that_no_database_stores_finds_nothing(store: Store) {
    assert!(read!(store, |db| contacts::find_by_external_id(db, "a\0b")).is_none());
    assert!(
        read!(store, |db| contacts::search(db, "a\0", None, 5))
            .items
            .is_empty()
    );
    assert!(
        read!(store, |db| storage::devices::search(db, "a\0", None, 5))
            .items
            .is_empty()
    );
    assert!(read!(store, |db| storage::devices::find_by_token(db, "a\0")).is_empty());
    assert!(read!(store, |db| storage::apps::find_by_slug(db, "a\0")).is_none());
    assert!(read!(store, |db| storage::users::find_by_email(db, "a\0@b")).is_none());
}
