use storage::{StorageError, Store, settings};

use crate::bed::NOW;

conformance!(
    a_setting_is_what_was_put_last,
    a_setting_that_is_chosen_once_stays,
    a_setting_of_another_type_is_corrupt,
);

async fn a_setting_is_what_was_put_last(store: Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        settings::get::<String>(&mut tx, "zone").await.unwrap(),
        None
    );
    settings::put(&mut tx, "zone", &"UTC", NOW).await.unwrap();
    settings::put(&mut tx, "zone", &"Europe/Berlin", NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut reader = store.read().await.unwrap();
    let zone: Option<String> = settings::get(&mut reader, "zone").await.unwrap();
    assert_eq!(zone.as_deref(), Some("Europe/Berlin"));
}

async fn a_setting_that_is_chosen_once_stays(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let first = settings::put_once(&mut tx, "key_id", &"one".to_owned(), NOW)
        .await
        .unwrap();
    let second = settings::put_once(&mut tx, "key_id", &"two".to_owned(), NOW)
        .await
        .unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("one", "one"));
}

async fn a_setting_of_another_type_is_corrupt(store: Store) {
    let mut tx = store.begin().await.unwrap();
    settings::put(&mut tx, "n", &"text", NOW).await.unwrap();
    let error = settings::get::<i64>(&mut tx, "n").await.unwrap_err();
    assert!(matches!(error, StorageError::Corrupt { .. }), "{error:?}");
}
