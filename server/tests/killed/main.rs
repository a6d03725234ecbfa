//! Killed at any moment: a workflow's send to 20 000 contacts, whose server is
//! killed again and again, stopped past its lease and let go on, into a
//! sandbox that resets one call in a hundred and never answers another. What
//! the sandbox received is then compared with what the database says. And a
//! server that is killed while clients post events to it.

mod ingest;
mod kills;
mod seed;
mod server;
mod verdict;

use domain::push::DeliveryClass::{Promotional, Transactional};

use kills::{Plan, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_once_holds_on_sqlite() {
    run(Plan {
        class: Promotional,
        postgres: false,
        workers: 1,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_least_once_holds_on_sqlite() {
    run(Plan {
        class: Transactional,
        postgres: false,
        workers: 1,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_once_holds_on_postgres() {
    run(Plan {
        class: Promotional,
        postgres: true,
        workers: 1,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_least_once_holds_on_postgres() {
    run(Plan {
        class: Transactional,
        postgres: true,
        workers: 1,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_once_holds_with_two_workers() {
    run(Plan {
        class: Promotional,
        postgres: true,
        workers: 2,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_least_once_holds_with_two_workers() {
    run(Plan {
        class: Transactional,
        postgres: true,
        workers: 2,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_event_is_stored_once_on_sqlite() {
    ingest::run(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_event_is_stored_once_on_postgres() {
    ingest::run(true).await;
}
