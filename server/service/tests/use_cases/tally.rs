//! How many contacts there are, where they are many.

use std::time::Duration;

use domain::consent::Way;
use domain::contact::ContactInput;
use domain::people::Principal;
use domain::view::Count;
use storage::contacts;

use crate::bed::{Bed, START};

async fn add(bed: &Bed, numbers: std::ops::Range<u32>) {
    let inputs: Vec<_> = numbers
        .map(|n| (format!("contact-{n}"), ContactInput::default()))
        .collect();
    let mut tx = bed.service.store().begin().await.expect("a transaction");
    contacts::upsert(&mut tx, &inputs, START, Way::Import, "test")
        .await
        .expect("written");
    tx.commit().await.expect("committed");
}

async fn count(bed: &Bed) -> Count {
    let count = bed.service.count_contacts(&Principal::System).await;
    count.expect("a number")
}

/// Asks until that is the answer.
async fn becomes(bed: &Bed, n: u32) {
    for _ in 0..1000 {
        if count(bed).await == (Count { n, more: false }) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{:?} does not become {n}", count(bed).await);
}

#[tokio::test]
async fn few_are_counted_at_once_and_many_beside_the_work() {
    let bed = Bed::new().await;
    add(&bed, 0..10_000).await;
    let exact = Count {
        n: 10_000,
        more: false,
    };
    assert_eq!(count(&bed).await, exact);
    add(&bed, 10_000..10_003).await;
    assert_eq!(
        count(&bed).await,
        Count {
            more: true,
            ..exact
        }
    );
    becomes(&bed, 10_003).await;
    add(&bed, 10_003..10_004).await;
    assert_eq!(count(&bed).await.n, 10_003, "as they were counted last");
    bed.clock.advance(60);
    becomes(&bed, 10_004).await;
}
