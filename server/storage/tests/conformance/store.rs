use storage::{Engine, Options, StorageError, Store};

use crate::bed::NOW;

conformance!(
    migrating_twice_changes_nothing,
    the_database_says_what_it_is,
    what_is_rolled_back_or_dropped_was_never_there,
    readers_do_not_wait_for_the_writer,
);

async fn migrating_twice_changes_nothing(store: Store) {
    let version = store.schema_version().await.unwrap();
    assert!(version >= 9);
    store.migrate().await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), version);
    store.check_schema().await.unwrap();
}

async fn the_database_says_what_it_is(store: Store) {
    store.health().await.unwrap();
    let name = store.engine_version().await.unwrap();
    match store.engine() {
        Engine::Sqlite => assert!(name.starts_with("SQLite 3."), "{name}"),
        Engine::Postgres => assert!(name.starts_with("PostgreSQL 1"), "{name}"),
    }
    let lock = store.engine_lock().unwrap();
    assert_eq!(lock.is_exclusive(), store.engine() == Engine::Sqlite);
}

async fn what_is_rolled_back_or_dropped_was_never_there(store: Store) {
    let mut tx = store.begin().await.unwrap();
    storage::settings::put(&mut tx, "a", &1, NOW).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    storage::settings::put(&mut tx, "a", &2, NOW).await.unwrap();
    drop(tx);
    let mut reader = store.read().await.unwrap();
    assert_eq!(
        storage::settings::get::<i32>(&mut reader, "a")
            .await
            .unwrap(),
        None
    );
}

async fn readers_do_not_wait_for_the_writer(store: Store) {
    let mut tx = store.begin().await.unwrap();
    storage::settings::put(&mut tx, "a", &1, NOW).await.unwrap();
    let mut reader = store.read().await.unwrap();
    assert_eq!(
        storage::settings::get::<i32>(&mut reader, "a")
            .await
            .unwrap(),
        None
    );
    tx.commit().await.unwrap();
    assert_eq!(
        storage::settings::get::<i32>(&mut reader, "a")
            .await
            .unwrap(),
        Some(1)
    );
}

#[tokio::test]
async fn an_address_of_no_database_is_refused_without_repeating_its_password() {
    for url in [
        "mysql://a:secret@b/c",
        "postgres://a:secret@[",
        "sqlite::memory:",
        "sqlite://",
    ] {
        let error = Store::open(url, &Options::new(1)).await.unwrap_err();
        assert!(matches!(error, StorageError::BadUrl(_)), "{url}: {error:?}");
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_empty_database_is_older_than_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("new.db").display());
    let store = Store::open(&url, &Options::new(1)).await.unwrap();
    assert_eq!(store.schema_version().await.unwrap(), 0);
    let error = store.check_schema().await.unwrap_err();
    assert!(matches!(error, StorageError::OlderSchema { found: 0, known } if known >= 9));
}

#[tokio::test]
async fn a_database_that_is_looked_at_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("looked-at.db");
    let url = format!("sqlite://{}", file.display());
    let files = || {
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (std::fs::read(&path).unwrap(), path))
            .collect();
        files.sort();
        files
    };
    let absent = Store::open_to_read(&url, &Options::new(1)).await;
    assert!(matches!(absent, Err(StorageError::Absent(_))), "{absent:?}");
    assert_eq!(files(), []);

    let store = Store::open(&url, &Options::new(1)).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
    let before = files();
    let looking = Store::open_to_read(&url, &Options::new(1)).await.unwrap();
    looking.check_schema().await.unwrap();
    assert_eq!(looking.engine_runs().unwrap(), Some(false));
    assert!(looking.begin().await.is_err(), "nothing can be written");
    looking.close().await;
    assert_eq!(files(), before);
}
