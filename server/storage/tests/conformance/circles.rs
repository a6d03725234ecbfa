//! Transactions that want the same things wait for each other in turn, never in
//! a circle: PostgreSQL ends one of a circle with an error.

use std::sync::Arc;

use domain::consent::Way;
use domain::contact::ContactInput;
use storage::devices::{self, Registration};
use storage::{Store, contacts};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::bed::NOW;
use crate::devices::{app, input};

conformance!(
    writers_of_the_same_new_contacts_do_not_wait_in_a_circle,
    writers_of_the_same_devices_that_hold_them_first_do_not_wait_in_a_circle,
);

const WRITERS: usize = 6;

async fn writers_of_the_same_new_contacts_do_not_wait_in_a_circle(store: Store) {
    const ROUNDS: usize = 4;
    let start = Arc::new(Barrier::new(2));
    let mut writers = JoinSet::new();
    for writer in 0..2 {
        let (store, start) = (store.clone(), start.clone());
        writers.spawn(async move {
            for round in 0..ROUNDS {
                let mut inputs: Vec<_> = (0..2000)
                    .map(|n| (format!("r{round}-{n:04}"), ContactInput::default()))
                    .collect();
                if writer == 1 {
                    inputs.reverse();
                }
                start.wait().await;
                let mut tx = store.begin().await.unwrap();
                contacts::upsert(&mut tx, &inputs, NOW, Way::Api, "key")
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let count = read!(store, |db| contacts::count_to(db, 10_000));
    assert_eq!(count as usize, ROUNDS * 2000);
}

async fn writers_of_the_same_devices_that_hold_them_first_do_not_wait_in_a_circle(store: Store) {
    let app_id = app(&store).await;
    let all = ["phone", "tablet", "watch"];
    write!(store, |tx| contacts::ensure(tx, ["ada"], NOW)).unwrap();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move {
            let tokens = ["aa11", "aa12", "aa13"].map(input);
            let mut registrations: Vec<_> = all
                .iter()
                .zip(&tokens)
                .map(|(device_id, input)| Registration {
                    external_id: "ada",
                    device_id,
                    app_id,
                    input,
                })
                .collect();
            registrations.rotate_left(writer % 3);
            for _ in 0..5 {
                let mut tx = store.begin().await.unwrap();
                devices::hold(&mut tx, &registrations, &[]).await.unwrap();
                for registration in &registrations {
                    devices::register(&mut tx, &[*registration], NOW, Way::Api, "key")
                        .await
                        .unwrap();
                }
                tx.commit().await.unwrap();
            }
        });
    }
    writers.join_all().await;
    assert_eq!(read!(store, |db| devices::count_to(db, 100)), 3);
}
