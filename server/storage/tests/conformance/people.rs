use domain::people::{Role, Scope};
use serde_json::json;
use storage::links::Link;
use storage::{StorageError, Store, audit, keys, links, sessions, users};

use crate::bed::{NOW, later};

conformance!(
    a_user_signs_in_by_an_address_in_any_case,
    a_user_without_a_password_is_not_active,
    users_are_listed_changed_and_removed,
    a_link_works_once_and_not_after_its_time,
    a_newer_link_replaces_the_one_before,
    a_session_is_what_was_saved_last_until_it_expires,
    a_users_sessions_end_with_the_user,
    a_key_is_found_by_its_secret_until_it_is_revoked,
    a_keys_last_use_is_written_down_to_the_minute,
    the_audit_log_is_newest_first,
);

async fn a_user_signs_in_by_an_address_in_any_case(store: Store) {
    let user = write!(store, |tx| users::add(
        tx,
        " Ada@Example.org",
        Role::Marketer,
        NOW
    ))
    .unwrap();
    assert_eq!(user.email, "ada@example.org");
    let (found, hash) = read!(store, |db| users::find_by_email(db, "ADA@example.ORG")).unwrap();
    assert_eq!((found, hash), (user, None));
    let mut tx = store.begin().await.unwrap();
    let twice = users::add(&mut tx, "ada@EXAMPLE.org", Role::Viewer, NOW).await;
    assert!(matches!(twice, Err(StorageError::Conflict)));
}

async fn a_user_without_a_password_is_not_active(store: Store) {
    let user = write!(store, |tx| users::add(
        tx,
        "ada@example.org",
        Role::Administrator,
        NOW
    ))
    .unwrap();
    assert_eq!(
        read!(store, |db| users::count_active(db, Role::Administrator)),
        0
    );
    write!(store, |tx| users::set_password(
        tx,
        user.id,
        "$argon2id$x",
        NOW
    ))
    .unwrap();
    let (found, hash) = read!(store, |db| users::find_by_email(db, "ada@example.org")).unwrap();
    assert!(found.active);
    assert_eq!(hash.as_deref(), Some("$argon2id$x"));
    assert_eq!(
        read!(store, |db| users::count_active(db, Role::Administrator)),
        1
    );
    assert_eq!(read!(store, |db| users::count_active(db, Role::Viewer)), 0);
}

async fn users_are_listed_changed_and_removed(store: Store) {
    let ada = write!(store, |tx| users::add(
        tx,
        "ada@example.org",
        Role::Viewer,
        NOW
    ))
    .unwrap();
    let bob = write!(store, |tx| users::add(
        tx,
        "bob@example.org",
        Role::Viewer,
        NOW
    ))
    .unwrap();
    write!(store, |tx| users::set_role(
        tx,
        ada.id,
        Role::Developer,
        later(1)
    ))
    .unwrap();
    assert_eq!(
        read!(store, |db| users::find(db, ada.id)).unwrap().role,
        Role::Developer
    );
    let first = read!(store, |db| users::list(db, None, 1));
    assert_eq!(first.items[0].id, bob.id);
    let rest = read!(store, |db| users::list(db, first.next.as_ref(), 1));
    assert_eq!((rest.items[0].id, rest.next), (ada.id, None));
    write!(store, |tx| users::delete(tx, bob.id)).unwrap();
    assert!(read!(store, |db| users::find(db, bob.id)).is_none());
    for result in [
        write!(store, |tx| users::delete(tx, bob.id)),
        write!(store, |tx| users::set_role(tx, bob.id, Role::Viewer, NOW)),
        write!(store, |tx| users::set_password(tx, bob.id, "x", NOW)),
    ] {
        assert!(matches!(result, Err(StorageError::NotFound)));
    }
}

async fn a_link_works_once_and_not_after_its_time(store: Store) {
    let link = Link {
        user_id: None,
        role: Role::Administrator,
        expires_at: later(60),
    };
    write!(store, |tx| links::add(tx, b"hash", link, NOW)).unwrap();
    assert_eq!(
        read!(store, |db| links::find(db, b"hash", later(59))),
        Some(link)
    );
    assert_eq!(read!(store, |db| links::find(db, b"hash", later(60))), None);
    assert_eq!(read!(store, |db| links::find(db, b"other", NOW)), None);
    assert_eq!(
        write!(store, |tx| links::take(tx, b"hash", later(61))).unwrap(),
        None
    );
    assert_eq!(
        write!(store, |tx| links::take(tx, b"hash", later(5))).unwrap(),
        Some(link)
    );
    assert_eq!(
        write!(store, |tx| links::take(tx, b"hash", later(5))).unwrap(),
        None
    );
    assert_eq!(read!(store, |db| links::find(db, b"hash", later(5))), None);
    assert_eq!(write!(store, |tx| links::prune(tx, later(59))).unwrap(), 0);
    assert_eq!(write!(store, |tx| links::prune(tx, later(60))).unwrap(), 1);
}

async fn a_newer_link_replaces_the_one_before(store: Store) {
    let user = write!(store, |tx| users::add(
        tx,
        "ada@example.org",
        Role::Viewer,
        NOW
    ))
    .unwrap();
    let first = Link {
        user_id: None,
        role: Role::Administrator,
        expires_at: later(60),
    };
    let hers = Link {
        user_id: Some(user.id),
        role: Role::Viewer,
        expires_at: later(60),
    };
    for (hash, link) in [(b"a1", first), (b"u1", hers), (b"a2", first), (b"u2", hers)] {
        write!(store, |tx| links::add(tx, hash, link, NOW)).unwrap();
    }
    for (hash, works) in [(b"a1", false), (b"u1", false), (b"a2", true), (b"u2", true)] {
        assert_eq!(
            read!(store, |db| links::find(db, hash, NOW)).is_some(),
            works,
            "{hash:?}"
        );
    }
}

async fn a_session_is_what_was_saved_last_until_it_expires(store: Store) {
    let create = async |data: &[u8]| {
        write!(store, |tx| sessions::create(
            tx,
            b"id",
            None,
            data,
            later(60)
        ))
        .unwrap()
    };
    assert!(create(b"one").await);
    assert!(!create(b"two").await);
    let load = async |now| read!(store, |db| sessions::load(db, b"id", now));
    assert_eq!(load(NOW).await, Some((b"one".to_vec(), later(60))));
    write!(store, |tx| sessions::save(
        tx,
        b"id",
        None,
        b"three",
        later(90)
    ))
    .unwrap();
    assert_eq!(load(later(89)).await, Some((b"three".to_vec(), later(90))));
    assert_eq!(load(later(90)).await, None);
    assert_eq!(
        write!(store, |tx| sessions::prune(tx, later(89))).unwrap(),
        0
    );
    assert_eq!(
        write!(store, |tx| sessions::prune(tx, later(90))).unwrap(),
        1
    );
    assert!(create(b"again").await);
    write!(store, |tx| sessions::delete(tx, b"id")).unwrap();
    assert_eq!(load(NOW).await, None);
}

async fn a_users_sessions_end_with_the_user(store: Store) {
    let user = write!(store, |tx| users::add(
        tx,
        "ada@example.org",
        Role::Viewer,
        NOW
    ))
    .unwrap();
    for id in [b"a", b"b"] {
        let of = Some(user.id);
        write!(store, |tx| sessions::save(tx, id, of, b"data", later(60))).unwrap();
    }
    write!(store, |tx| sessions::save(
        tx,
        b"c",
        None,
        b"data",
        later(60)
    ))
    .unwrap();
    assert_eq!(
        write!(store, |tx| sessions::delete_of_user(tx, user.id)).unwrap(),
        2
    );
    let of = Some(user.id);
    write!(store, |tx| sessions::save(tx, b"d", of, b"data", later(60))).unwrap();
    write!(store, |tx| users::delete(tx, user.id)).unwrap();
    assert_eq!(read!(store, |db| sessions::load(db, b"d", NOW)), None);
    assert!(read!(store, |db| sessions::load(db, b"c", NOW)).is_some());
}

async fn a_key_is_found_by_its_secret_until_it_is_revoked(store: Store) {
    let scopes = [Scope::Ingest, Scope::Read];
    let key = write!(store, |tx| keys::add(
        tx, "CRM", "ck_1a2b", b"secret", &scopes, NOW
    ))
    .unwrap();
    let other = write!(store, |tx| keys::add(
        tx, "App", "ck_3c4d", b"other", &scopes, NOW
    ))
    .unwrap();
    let found = read!(store, |db| keys::find_by_secret(db, b"secret")).unwrap();
    assert_eq!((&found, found.scopes.as_slice()), (&key, scopes.as_slice()));
    assert!(read!(store, |db| keys::find_by_secret(db, b"wrong")).is_none());
    let first = read!(store, |db| keys::list(db, None, 1));
    assert_eq!(first.items, vec![other.clone()]);
    let rest = read!(store, |db| keys::list(db, first.next.as_ref(), 1));
    assert_eq!((rest.items, rest.next), (vec![key.clone()], None));
    assert_eq!(
        write!(store, |tx| keys::revoke(tx, key.id, later(1))).unwrap(),
        "CRM"
    );
    assert!(read!(store, |db| keys::find_by_secret(db, b"secret")).is_none());
    let nobody = uuid::Uuid::nil().into();
    let asked = [key.id, other.id, nobody];
    let in_use = write!(store, |tx| keys::in_use(tx, asked)).unwrap();
    assert_eq!(in_use, [other.id].into());
    assert_eq!(
        read!(store, |db| keys::list(db, None, 9)).items,
        vec![other]
    );
    let twice = write!(store, |tx| keys::revoke(tx, key.id, later(2)));
    assert!(matches!(twice, Err(StorageError::NotFound)));
}

async fn a_keys_last_use_is_written_down_to_the_minute(store: Store) {
    write!(store, |tx| keys::add(
        tx,
        "CRM",
        "ck_1a2b",
        b"secret",
        &[],
        NOW
    ))
    .unwrap();
    let found = async || read!(store, |db| keys::find_by_secret(db, b"secret")).unwrap();
    let key = found().await;
    assert!(keys::is_stale(&key, NOW));
    write!(store, |tx| keys::touch(tx, key.id, later(10))).unwrap();
    write!(store, |tx| keys::touch(tx, key.id, later(5))).unwrap();
    let key = found().await;
    assert_eq!(key.last_used_at, Some(later(10)));
    assert!(!keys::is_stale(&key, later(69)));
    assert!(keys::is_stale(&key, later(70)));
}

async fn the_audit_log_is_newest_first(store: Store) {
    for n in 0..3 {
        let details = json!({"n": n, "name": "\u{1f514}"});
        write!(store, |tx| audit::append(
            tx,
            "ada",
            "push.save",
            "p1",
            &details,
            later(n)
        ))
        .unwrap();
    }
    let first = read!(store, |db| audit::list(db, None, 2));
    let rest = read!(store, |db| audit::list(db, first.next.as_ref(), 2));
    let seen: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|line| line.at)
        .collect();
    assert_eq!(seen, [later(2), later(1), NOW]);
    let line = &first.items[0];
    assert_eq!(
        (line.actor.as_str(), line.action.as_str()),
        ("ada", "push.save")
    );
    assert_eq!(
        (line.subject.as_str(), &line.details["n"]),
        ("p1", &json!(2))
    );
}
