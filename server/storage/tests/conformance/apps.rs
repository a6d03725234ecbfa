use domain::app::{Capabilities, CredentialState};
use domain::device::Channel;
use storage::credentials::NewCredential;
use storage::{StorageError, Store, apps, catalog, credentials};

use crate::bed::{NOW, later};

conformance!(
    an_app_is_put_by_its_slug,
    apps_are_listed_by_slug,
    a_credential_replaces_the_one_before,
    a_refusal_of_an_older_credential_is_ignored,
    a_credential_of_no_app_is_refused,
);

async fn an_app_is_put_by_its_slug(store: Store) {
    let none = Capabilities::default();
    let (app, created) = write!(store, |tx| apps::put(tx, "shop", "Shop", &none, NOW)).unwrap();
    assert!(created);
    let some = Capabilities {
        ios_service_extension: true,
        ..Capabilities::default()
    };
    let (again, created) =
        write!(store, |tx| apps::put(tx, "shop", "The shop", &some, NOW)).unwrap();
    assert!(!created);
    assert_eq!((again.id, again.name.as_str()), (app.id, "The shop"));
    assert!(again.capabilities.ios_service_extension);
    assert_eq!(
        read!(store, |db| apps::find(db, app.id)),
        Some(again.clone())
    );
    assert_eq!(
        read!(store, |db| apps::find_by_slug(db, "shop")),
        Some(again)
    );
    assert_eq!(read!(store, |db| apps::find_by_slug(db, "SHOP")), None);
}

async fn apps_are_listed_by_slug(store: Store) {
    for slug in ["b", "a-2", "a", "A1"] {
        crate::devices::app_called(&store, slug).await;
    }
    let first = read!(store, |db| apps::list(db, None, 2));
    let rest = read!(store, |db| apps::list(db, first.next.as_ref(), 2));
    let slugs: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|a| a.slug.as_str())
        .collect();
    assert_eq!(slugs, ["A1", "a", "a-2", "b"]);
    assert!(rest.next.is_none());
}

async fn a_credential_replaces_the_one_before(store: Store) {
    let app_id = crate::devices::app(&store).await;
    let put = async |channel, sealed: &[u8], now| {
        let new = NewCredential {
            app_id,
            channel,
            sealed,
            summary: "team A",
            topic: "org.shop",
        };
        write!(store, |tx| credentials::put(tx, &new, now)).unwrap()
    };
    let id = put(Channel::Apns, &[0, 255], NOW).await;
    put(Channel::Fcm, &[1], NOW).await;
    let reason = Some("InvalidProviderToken");
    let refuse = async |at| {
        write!(store, |tx| credentials::set_state(
            tx,
            id,
            at,
            CredentialState::Refused,
            reason
        ))
        .unwrap()
    };
    assert!(refuse(NOW).await);
    assert!(!refuse(NOW).await);
    let of_app = read!(store, |db| credentials::of_app(db, app_id));
    assert_eq!(of_app.len(), 2);
    assert_eq!(
        (of_app[0].credential.id, of_app[0].sealed.as_slice()),
        (id, [0, 255].as_slice())
    );
    assert_eq!(of_app[0].credential.state, CredentialState::Refused);
    assert_eq!(of_app[0].credential.state_reason.as_deref(), reason);
    let limit =
        async |channel, most| write!(store, |tx| credentials::limit(tx, app_id, channel, most));
    limit(Channel::Apns, Some(12)).await.unwrap();
    let none = limit(Channel::Adm, Some(1)).await;
    assert!(matches!(none, Err(StorageError::NotFound)));
    assert_eq!(put(Channel::Apns, &[7], later(9)).await, id);
    let all = read!(store, |db| credentials::all(db));
    assert_eq!((all.len(), all[0].sealed.as_slice()), (2, [7].as_slice()));
    assert_eq!(all[0].credential.state, CredentialState::Usable);
    assert_eq!(
        (
            all[0].credential.updated_at,
            &all[0].credential.state_reason
        ),
        (later(9), &None)
    );
    let limits: Vec<_> = all.iter().map(|c| c.credential.max_in_flight).collect();
    assert_eq!(
        limits,
        [Some(12), None],
        "kept by the one that took its place"
    );
    let facts = read!(store, |db| catalog::credentials(db));
    assert!(facts.iter().any(|fact| fact.max_in_flight == Some(12)));
    limit(Channel::Apns, None).await.unwrap();
    let of_app = read!(store, |db| credentials::of_app(db, app_id));
    assert_eq!(of_app[0].credential.max_in_flight, None);
    write!(store, |tx| credentials::delete(tx, app_id, Channel::Apns)).unwrap();
    assert_eq!(read!(store, |db| credentials::all(db)).len(), 1);
    let gone = write!(store, |tx| credentials::delete(tx, app_id, Channel::Apns));
    assert!(matches!(gone, Err(StorageError::NotFound)));
}

async fn a_refusal_of_an_older_credential_is_ignored(store: Store) {
    let app_id = crate::devices::app(&store).await;
    let channel = Channel::Fcm;
    let new = NewCredential {
        app_id,
        channel,
        sealed: b"x",
        summary: "s",
        topic: "project",
    };
    let id = write!(store, |tx| credentials::put(tx, &new, later(9))).unwrap();
    let state = CredentialState::Refused;
    let changed = write!(store, |tx| credentials::set_state(
        tx,
        id,
        NOW,
        state,
        Some("no")
    ));
    assert!(!changed.unwrap());
    let of_app = read!(store, |db| credentials::of_app(db, app_id));
    assert_eq!(of_app[0].credential.state, CredentialState::Usable);
}

async fn a_credential_of_no_app_is_refused(store: Store) {
    let app_id = uuid::Uuid::nil().into();
    let channel = Channel::Fcm;
    let new = NewCredential {
        app_id,
        channel,
        sealed: b"x",
        summary: "s",
        topic: "t",
    };
    let mut tx = store.begin().await.unwrap();
    let refused = credentials::put(&mut tx, &new, NOW).await;
    assert!(matches!(refused, Err(StorageError::Conflict)));
}
