//! More events at once than can be put in their places.

use domain::event::{EventInput, Properties};
use domain::people::Principal;
use domain::view::TimelineEntry;
use futures::future::join_all;
use service::messages::{Message, Says};
use service::{PageRequest, Service};
use storage::events::journal;

use crate::bed::{Bed, START};

/// Requests at the same time.
const REQUESTS: usize = 40;

/// An event of a contact; each comes twice.
fn event(external_id: &str, n: usize) -> EventInput {
    EventInput {
        id: Some(format!("event-{}", n / 2)),
        external_id: external_id.to_owned(),
        name: "opened".to_owned(),
        occurred_at: Some(START),
        properties: Properties::default(),
    }
}

/// Events of a contact, one in each of many requests at the same time.
async fn burst(service: &Service, external_id: &str) {
    let requests = (0..REQUESTS).map(|n| {
        let events = vec![event(external_id, n)];
        service.take_events(&Principal::System, events, |_| String::new())
    });
    for taken in join_all(requests).await {
        taken.expect("accepted");
    }
}

/// The same, accepted by a process that ended before it filed any of them.
async fn left_behind(service: &Service, external_id: &str) {
    let events: Vec<_> = (0..REQUESTS).map(|n| event(external_id, n)).collect();
    let mut tx = service.store().begin().await.expect("a transaction");
    for event in &events {
        let appended = journal::append(&mut tx, &[(None, vec![event])]).await;
        assert!(appended.expect("appended"));
    }
    tx.commit().await.expect("committed");
}

async fn waiting(service: &Service) -> u64 {
    let mut reader = service.store().read().await.expect("a reader");
    journal::waiting(&mut reader).await.expect("a number")
}

/// How many events a contact has; none where there is no such contact.
async fn events(service: &Service, external_id: &str) -> usize {
    let by = &Principal::System;
    let Ok(contact) = service.contact(by, external_id).await else {
        return 0;
    };
    let wish = PageRequest::first(100);
    let page = service.timeline(by, contact.id, &wish).await;
    let items = page.expect("a page").items.into_iter();
    items
        .filter(|item| matches!(&item.what, TimelineEntry::Event { name, .. } if name == "opened"))
        .count()
}

#[tokio::test]
async fn what_was_accepted_is_filed_after_the_next_start_each_event_once() {
    let bed = Bed::new().await;
    left_behind(&bed.service, "ada").await;
    assert_eq!(waiting(&bed.service).await, REQUESTS as u64);
    assert_eq!(events(&bed.service, "ada").await, 0);

    let next = bed.restarted();
    next.start_filing();
    for _ in 0..1000 {
        if waiting(&next).await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(waiting(&next).await, 0);
    assert_eq!(events(&next, "ada").await, REQUESTS / 2);
    // Under its own identifier also now.
    burst(&next, "ada").await;
    next.delete_contact(&Principal::System, "nobody")
        .await
        .expect_err("there is none, but all is filed by now");
    assert_eq!(events(&next, "ada").await, REQUESTS / 2);
}

#[tokio::test]
async fn what_was_accepted_before_goes_with_the_contact() {
    let bed = Bed::new().await;
    burst(&bed.service, "ada").await;
    bed.service.end_filing().await;
    bed.service
        .delete_contact(&Principal::System, "ada")
        .await
        .expect("the events made her");
    assert_eq!(waiting(&bed.service).await, 0);
    bed.service
        .contact(&Principal::System, "ada")
        .await
        .expect_err("she is gone");
}

#[tokio::test]
async fn what_was_accepted_before_moves_with_an_alias() {
    let bed = Bed::new().await;
    burst(&bed.service, "visitor").await;
    bed.service.end_filing().await;
    let alias = Message {
        external_id: "ada".to_owned(),
        id: None,
        says: Says::Alias {
            previous: "visitor".to_owned(),
            signature: None,
        },
        device: None,
        signature: None,
    };
    bed.service
        .take_messages(&Principal::System, vec![alias])
        .await
        .expect("taken");
    assert_eq!(events(&bed.service, "ada").await, REQUESTS / 2);
    assert_eq!(events(&bed.service, "visitor").await, 0);
}

#[tokio::test]
async fn what_comes_alone_is_in_its_place_at_once() {
    let bed = Bed::new().await;
    for n in 0..3 {
        let event = EventInput {
            id: None,
            external_id: "ada".to_owned(),
            name: "opened".to_owned(),
            occurred_at: Some(START),
            properties: Properties::default(),
        };
        bed.service
            .take_events(&Principal::System, vec![event], |_| String::new())
            .await
            .expect("accepted");
        assert_eq!(events(&bed.service, "ada").await, n + 1);
    }
}
