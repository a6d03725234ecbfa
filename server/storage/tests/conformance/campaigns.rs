use domain::PushId;
use domain::push::PushContent;
use storage::pushes::PushEdit;
use storage::{StorageError, Store, campaigns, push_revisions, pushes};

use crate::bed::{NOW, later};

conformance!(
    a_campaign_is_made_renamed_listed_and_removed,
    a_campaign_that_holds_something_stays,
    a_push_is_saved_over_the_version_that_was_read,
    a_revision_is_made_once_for_each_content,
    a_push_that_was_sent_cannot_be_removed,
    pushes_are_listed_by_campaign,
);

fn content(title: &str) -> PushContent {
    PushContent {
        title: title.into(),
        ..PushContent::default()
    }
}

async fn a_campaign_is_made_renamed_listed_and_removed(store: Store) {
    let spring = write!(store, |tx| campaigns::create(tx, "Spring", NOW)).unwrap();
    let summer = write!(store, |tx| campaigns::create(tx, "Summer", NOW)).unwrap();
    write!(store, |tx| campaigns::rename(
        tx,
        spring.id,
        "May",
        later(4)
    ))
    .unwrap();
    let stored = read!(store, |db| campaigns::find(db, spring.id)).unwrap();
    assert_eq!((stored.name.as_str(), stored.updated_at), ("May", later(4)));
    let first = read!(store, |db| campaigns::list(db, None, 1));
    assert_eq!(first.items[0].id, summer.id);
    let rest = read!(store, |db| campaigns::list(db, first.next.as_ref(), 1));
    assert_eq!((rest.items[0].id, rest.next), (spring.id, None));
    write!(store, |tx| campaigns::delete(tx, spring.id)).unwrap();
    assert!(read!(store, |db| campaigns::find(db, spring.id)).is_none());
    let gone = write!(store, |tx| campaigns::rename(tx, spring.id, "x", NOW));
    assert!(matches!(gone, Err(StorageError::NotFound)));
}

async fn a_campaign_that_holds_something_stays(store: Store) {
    let campaign = write!(store, |tx| campaigns::create(tx, "Spring", NOW)).unwrap();
    write!(store, |tx| pushes::create(
        tx,
        Some(campaign.id),
        "Hi",
        &content("Hi"),
        NOW
    ))
    .unwrap();
    let mut tx = store.begin().await.unwrap();
    let refused = campaigns::delete(&mut tx, campaign.id).await;
    assert!(matches!(refused, Err(StorageError::Conflict)));
    drop(tx);
    let nowhere = Some(uuid::Uuid::nil().into());
    let mut tx = store.begin().await.unwrap();
    let refused = pushes::create(&mut tx, nowhere, "Hi", &content("Hi"), NOW).await;
    assert!(matches!(refused, Err(StorageError::Conflict)));
}

async fn a_push_is_saved_over_the_version_that_was_read(store: Store) {
    let push = write!(store, |tx| pushes::create(
        tx,
        None,
        "Hi",
        &content("Hi"),
        NOW
    ))
    .unwrap();
    assert_eq!(read!(store, |db| pushes::find(db, push.id)).unwrap(), push);
    let campaign = write!(store, |tx| campaigns::create(tx, "Spring", NOW)).unwrap();
    let draft = content("Hello {{ contact.first_name }}");
    let edit = PushEdit {
        campaign_id: Some(campaign.id),
        name: "Hello",
        draft: &draft,
    };
    let save =
        async |id, version| write!(store, |tx| pushes::save(tx, id, version, edit, later(2)));
    assert_eq!(save(push.id, 1).await.unwrap(), 2);
    assert!(matches!(
        save(push.id, 1).await,
        Err(StorageError::StaleVersion)
    ));
    assert!(matches!(
        save(PushId(uuid::Uuid::nil()), 1).await,
        Err(StorageError::NotFound)
    ));
    let stored = read!(store, |db| pushes::find(db, push.id)).unwrap();
    assert_eq!((stored.name.as_str(), stored.version), ("Hello", 2));
    assert_eq!(
        (stored.draft, stored.campaign_id),
        (draft.clone(), Some(campaign.id))
    );
    assert_eq!((stored.created_at, stored.updated_at), (NOW, later(2)));
}

async fn a_revision_is_made_once_for_each_content(store: Store) {
    let push = write!(store, |tx| pushes::create(
        tx,
        None,
        "Hi",
        &content("Hi"),
        NOW
    ))
    .unwrap();
    let make = async || write!(store, |tx| push_revisions::make(tx, push.id, "ada", NOW)).unwrap();
    let first = make().await;
    assert_eq!((first.number, make().await.id), (1, first.id));
    let draft = content("Other");
    let edit = PushEdit {
        campaign_id: None,
        name: "Hi",
        draft: &draft,
    };
    write!(store, |tx| pushes::save(tx, push.id, 1, edit, NOW)).unwrap();
    let second = make().await;
    assert_eq!((second.number, &second.content), (2, &draft));
    // The first is as it was.
    assert_eq!(
        read!(store, |db| push_revisions::find(db, first.id)).unwrap(),
        first
    );
    assert_eq!(first.content, content("Hi"));
    let stored = read!(store, |db| pushes::find(db, push.id)).unwrap();
    assert_eq!(stored.current_revision_id, Some(second.id));
    let page = read!(store, |db| push_revisions::of_push(db, push.id, None, 1));
    assert_eq!(page.items[0].id, second.id);
    let rest = read!(store, |db| push_revisions::of_push(
        db,
        push.id,
        page.next.as_ref(),
        1
    ));
    assert_eq!((rest.items[0].id, rest.next), (first.id, None));
    let nobody = PushId(uuid::Uuid::nil());
    let missing = write!(store, |tx| push_revisions::make(tx, nobody, "ada", NOW));
    assert!(matches!(missing, Err(StorageError::NotFound)));
}

async fn a_push_that_was_sent_cannot_be_removed(store: Store) {
    let push = write!(store, |tx| pushes::create(
        tx,
        None,
        "Hi",
        &content("Hi"),
        NOW
    ))
    .unwrap();
    let other = write!(store, |tx| pushes::create(
        tx,
        None,
        "Hi",
        &content("Hi"),
        NOW
    ))
    .unwrap();
    write!(store, |tx| push_revisions::make(tx, push.id, "ada", NOW)).unwrap();
    write!(store, |tx| pushes::delete(tx, other.id)).unwrap();
    assert!(read!(store, |db| pushes::find(db, other.id)).is_none());
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(
        pushes::delete(&mut tx, push.id).await,
        Err(StorageError::Conflict)
    ));
}

async fn pushes_are_listed_by_campaign(store: Store) {
    let campaign = write!(store, |tx| campaigns::create(tx, "Spring", NOW)).unwrap();
    let inside = write!(store, |tx| pushes::create(
        tx,
        Some(campaign.id),
        "In",
        &content("a"),
        NOW
    ))
    .unwrap();
    let outside = write!(store, |tx| pushes::create(
        tx,
        None,
        "Out",
        &content("b"),
        NOW
    ))
    .unwrap();
    let of_campaign = read!(store, |db| pushes::list(db, Some(campaign.id), None, 10));
    assert_eq!(of_campaign.items, vec![inside.clone()]);
    let first = read!(store, |db| pushes::list(db, None, None, 1));
    assert_eq!(first.items, vec![outside]);
    let rest = read!(store, |db| pushes::list(db, None, first.next.as_ref(), 1));
    assert_eq!((rest.items, rest.next), (vec![inside], None));
}
