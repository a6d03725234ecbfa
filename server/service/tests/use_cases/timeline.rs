use domain::contact::ContactInput;
use domain::event::{EventInput, Properties};
use domain::people::Principal;
use domain::view::TimelineEntry;
use service::PageRequest;

use crate::bed::{Bed, START};

#[tokio::test]
async fn a_timeline_joins_its_sources_newest_first_and_pages_lose_nothing() {
    let bed = Bed::new().await;
    let system = &Principal::System;
    let input = ContactInput {
        opted_in: Some(true),
        ..ContactInput::default()
    };
    let (contact, _) = bed
        .service
        .upsert_contact(system, "ada", input)
        .await
        .expect("made");
    // Several events in one millisecond, and some later.
    let events: Vec<_> = [0, 0, 0, 5, 9, 9]
        .into_iter()
        .enumerate()
        .map(|(n, seconds)| EventInput {
            id: None,
            external_id: "ada".into(),
            name: format!("event{n}"),
            occurred_at: Some(START.plus_seconds(seconds)),
            properties: Properties::default(),
        })
        .collect();
    bed.service
        .take_events(system, events, |_| String::new())
        .await
        .expect("taken");
    let (mut seen, mut cursor, mut last) = (Vec::new(), None, None);
    loop {
        let wish = PageRequest { limit: 2, cursor };
        let page = bed
            .service
            .timeline(system, contact.id, &wish)
            .await
            .expect("a page");
        for item in page.items {
            assert!(last.is_none_or(|last| item.at <= last), "newest first");
            last = Some(item.at);
            seen.push(match item.what {
                TimelineEntry::Event { name, .. } => name,
                TimelineEntry::Consent(_) => "consent".to_owned(),
                other => panic!("{other:?}"),
            });
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            "consent", "event0", "event1", "event2", "event3", "event4", "event5"
        ]
    );
}
