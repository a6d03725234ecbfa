//! Accepted events that wait to be filed, whatever one of them is.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::SqliteConnection;

use crate::carillon::Carillon;
use crate::ingest::{database, events_of};

/// Longest that filing may take.
const PATIENCE: Duration = Duration::from_secs(20);

async fn rows(db: &mut SqliteConnection) -> Vec<i64> {
    let rows = sqlx::query_scalar("SELECT id FROM event_journal ORDER BY id");
    rows.fetch_all(db).await.expect("rows")
}

async fn append(db: &mut SqliteConnection, events: &str) {
    let insert = sqlx::query("INSERT INTO event_journal (events_count, events) VALUES (1, $1)");
    insert.bind(events).execute(db).await.expect("a row");
}

#[tokio::test]
async fn a_row_that_cannot_be_filed_stays_and_holds_up_no_other() {
    let carillon = Carillon::start(&[]);
    let mut db = database(&carillon).await;
    let directory: Arc<_> = carillon.directory.clone();
    assert_eq!(
        carillon.stop_within(Duration::from_secs(15)).code(),
        Some(0)
    );
    let event = |contact: &str| {
        format!(
            r#"[{{"external_id": "{contact}", "name": "opened", "occurred_at": 1795305600000}}]"#
        )
    };
    append(&mut db, &event("ada")).await;
    append(&mut db, "no JSON at all").await;
    append(&mut db, &event("bob")).await;
    drop(db);

    let log = directory.path().join("log");
    let carillon = Carillon::start_logging(
        directory,
        &["--log", "warn"],
        File::create(&log).expect("a file").into(),
    );
    let begun = Instant::now();
    let mut db = database(&carillon).await;
    let left = loop {
        let left = rows(&mut db).await;
        if left.len() < 2 {
            break left;
        }
        assert!(begun.elapsed() < PATIENCE, "{left:?} are not filed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let [row] = left.as_slice() else {
        panic!("the one that is no JSON stays: {left:?}")
    };
    for contact in ["ada", "bob"] {
        assert_eq!(events_of(&carillon, contact).await.len(), 1, "{contact}");
    }
    let said = std::fs::read_to_string(&log).expect("a log");
    assert!(said.contains(&format!("row={row}")), "{said}");
    assert!(said.contains("event_journal"), "{said}");
    assert!(
        !said.contains("no JSON at all"),
        "what customers send is not logged: {said}"
    );
}
