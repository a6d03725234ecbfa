use domain::app::Capabilities;
use domain::consent::Way;
use domain::device::{BindingState, Channel, DeviceChange, DeviceInput, OsPermission, Platform};
use domain::{AppId, Timestamp};
use storage::contacts::Change;
use storage::devices::{self, Registered, Registration};
use storage::{Store, apps, consent, contacts};

use crate::bed::{NOW, later};

conformance!(
    a_first_registration_binds_and_creates_its_contact,
    registering_the_same_again_writes_no_row_and_no_line,
    a_rotated_token_replaces_the_one_before,
    permission_and_opt_in_are_recorded_when_they_change,
    many_devices_are_registered_at_once,
    two_servers_that_register_the_same_new_device_make_one_binding,
);

pub(crate) async fn app(store: &Store) -> AppId {
    app_called(store, "shop").await
}

pub(crate) async fn app_called(store: &Store, slug: &str) -> AppId {
    write!(store, |tx| apps::put(
        tx,
        slug,
        "Shop",
        &Capabilities::default(),
        NOW
    ))
    .unwrap()
    .0
    .id
}

pub(crate) fn input(token: &str) -> DeviceInput {
    DeviceInput {
        app: "shop".into(),
        channel: Channel::Apns,
        token: token.into(),
        address_kind: None,
        platform: None,
        os_permission: None,
        opted_in: None,
        app_version: None,
        os_version: None,
        model: None,
        locale: None,
        time_zone: None,
        label: None,
    }
}

pub(crate) async fn register_as(
    store: &Store,
    app_id: AppId,
    (external_id, device_id): (&str, &str),
    input: &DeviceInput,
    (now, way): (Timestamp, Way),
) -> Registered {
    let registration = Registration {
        external_id,
        device_id,
        app_id,
        input,
    };
    write!(store, |tx| devices::register(
        tx,
        &[registration],
        now,
        way,
        "key app"
    ))
    .unwrap()[0]
}

pub(crate) async fn register(
    store: &Store,
    app_id: AppId,
    external_id: &str,
    device_id: &str,
    token: &str,
) -> Registered {
    let (who, input) = ((external_id, device_id), input(token));
    register_as(store, app_id, who, &input, (NOW, Way::Api)).await
}

/// What the contact's device history says, oldest first.
pub(crate) async fn changes(store: &Store, external_id: &str) -> Vec<DeviceChange> {
    let contact = read!(store, |db| contacts::find_by_external_id(db, external_id)).unwrap();
    let page = read!(store, |db| devices::history(
        db,
        (contact.shard, contact.id),
        None,
        100
    ));
    page.items
        .into_iter()
        .rev()
        .map(|line| line.change)
        .collect()
}

pub(crate) fn registered() -> DeviceChange {
    DeviceChange::Registered {
        channel: Channel::Apns,
    }
}

async fn a_first_registration_binds_and_creates_its_contact(store: Store) {
    let app = app(&store).await;
    let mut input = input("aa11");
    input.os_version = Some("18.1".into());
    input.label = Some("kitchen".into());
    let done = register_as(&store, app, ("ada", "phone"), &input, (NOW, Way::Api)).await;
    assert_eq!(
        (done.change, done.contact_created, done.moved_from),
        (Change::Created, true, None)
    );
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(
        (binding.contact_id, binding.shard),
        (done.contact_id, done.shard)
    );
    assert_eq!(
        (binding.channel, binding.platform),
        (Channel::Apns, Platform::Ios)
    );
    assert_eq!(
        (binding.os_permission, binding.opted_in),
        (OsPermission::Unknown, true)
    );
    assert_eq!(
        (binding.state, binding.registered_at),
        (BindingState::Active, NOW)
    );
    assert_eq!(binding.os_version.as_deref(), Some("18.1"));
    assert_eq!(binding.label.as_deref(), Some("kitchen"));
    assert_eq!(
        read!(store, |db| devices::find_by_device(db, app, "phone")).unwrap(),
        binding
    );
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11")),
        vec![binding]
    );
    assert_eq!(changes(&store, "ada").await, [registered()]);
    let contact = read!(store, |db| contacts::find(db, done.contact_id)).unwrap();
    assert_eq!(contact.opted_in, None);
}

async fn registering_the_same_again_writes_no_row_and_no_line(store: Store) {
    let app = app(&store).await;
    let mut input = input("aa11");
    input.opted_in = Some(true);
    input.os_permission = Some(OsPermission::Granted);
    input.model = Some("iPhone".into());
    let first = register_as(&store, app, ("ada", "phone"), &input, (NOW, Way::Import)).await;
    let before = read!(store, |db| devices::find(db, first.binding_id)).unwrap();
    for way in [Way::Import, Way::Api] {
        let again = register_as(&store, app, ("ada", "phone"), &input, (later(60), way)).await;
        assert_eq!(
            (again.change, again.contact_created),
            (Change::Unchanged, false)
        );
        assert_eq!(again.binding_id, first.binding_id);
    }
    assert_eq!(
        read!(store, |db| devices::find(db, first.binding_id)).unwrap(),
        before
    );
    assert_eq!(changes(&store, "ada").await.len(), 1);
    let consents = read!(store, |db| consent::of_contact(
        db,
        (first.shard, first.contact_id),
        None,
        9
    ));
    assert_eq!(consents.items.len(), 1);
    assert_eq!(consents.items[0].binding, Some(first.binding_id));
}

async fn a_rotated_token_replaces_the_one_before(store: Store) {
    let app = app(&store).await;
    let first = register(&store, app, "ada", "phone", "00000000aa11").await;
    let input = input("00000000bb22");
    let again = register_as(&store, app, ("ada", "phone"), &input, (later(5), Way::Api)).await;
    assert_eq!(
        (again.change, again.binding_id),
        (Change::Changed, first.binding_id)
    );
    let binding = read!(store, |db| devices::find(db, first.binding_id)).unwrap();
    assert_eq!(
        (binding.token.as_str(), binding.registered_at),
        ("00000000bb22", later(5))
    );
    assert_eq!(binding.created_at, NOW);
    assert!(read!(store, |db| devices::find_by_token(db, "00000000aa11")).is_empty());
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "00000000bb22")).len(),
        1
    );
    let changed = DeviceChange::TokenChanged {
        from: "00aa11".into(),
        to: "00bb22".into(),
    };
    assert_eq!(changes(&store, "ada").await, [registered(), changed]);
}

async fn permission_and_opt_in_are_recorded_when_they_change(store: Store) {
    let app = app(&store).await;
    register(&store, app, "ada", "phone", "aa11").await;
    let mut denied = input("aa11");
    denied.os_permission = Some(OsPermission::Denied);
    denied.opted_in = Some(false);
    let done = register_as(&store, app, ("ada", "phone"), &denied, (later(5), Way::Api)).await;
    assert_eq!(done.change, Change::Changed);
    // What is absent stays as it is.
    let absent = input("aa11");
    let absent = register_as(&store, app, ("ada", "phone"), &absent, (later(6), Way::Api)).await;
    assert_eq!(absent.change, Change::Unchanged);
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(
        (binding.os_permission, binding.opted_in),
        (OsPermission::Denied, false)
    );
    // Neither is a registration of the token.
    assert_eq!((binding.registered_at, binding.updated_at), (NOW, later(5)));
    let permission = DeviceChange::PermissionChanged {
        from: OsPermission::Unknown,
        to: OsPermission::Denied,
    };
    let opted_out = DeviceChange::OptInChanged { opted_in: false };
    assert_eq!(
        changes(&store, "ada").await,
        [registered(), permission, opted_out]
    );
    let consents = read!(store, |db| consent::of_contact(
        db,
        (done.shard, done.contact_id),
        None,
        9
    ));
    assert_eq!(consents.items.len(), 1);
    assert!(!consents.items[0].opted_in);
    assert_eq!(consents.items[0].binding, Some(done.binding_id));
    assert_eq!(
        (consents.items[0].way, consents.items[0].actor.as_str()),
        (Way::Api, "key app")
    );
}

async fn many_devices_are_registered_at_once(store: Store) {
    let app = app(&store).await;
    let names: Vec<_> = (0..900)
        .map(|n| (format!("c{}", n / 2), format!("d{n}")))
        .collect();
    let inputs: Vec<_> = (0..900).map(|n| input(&format!("{n:08x}"))).collect();
    let batch: Vec<_> = names
        .iter()
        .zip(&inputs)
        .map(|((external_id, device_id), input)| Registration {
            external_id,
            device_id,
            app_id: app,
            input,
        })
        .collect();
    for (round, change) in [(0, Change::Created), (1, Change::Unchanged)] {
        let done = write!(store, |tx| devices::register(
            tx,
            &batch,
            later(round),
            Way::Import,
            "f"
        ))
        .unwrap();
        assert!(done.iter().all(|d| d.change == change), "round {round}");
    }
    assert_eq!(read!(store, |db| devices::count_to(db, 10_000)), 900);
    assert_eq!(read!(store, |db| devices::count(db)), 900);
    assert_eq!(read!(store, |db| contacts::count_to(db, 10_000)), 450);
    let contact = read!(store, |db| contacts::find_by_external_id(db, "c7")).unwrap();
    let both = read!(store, |db| devices::of_contacts(
        db,
        &[(contact.shard, contact.id)]
    ));
    let ids: Vec<_> = both
        .iter()
        .map(|binding| binding.device_id.as_str())
        .collect();
    assert_eq!(ids, ["d14", "d15"]);
}

async fn two_servers_that_register_the_same_new_device_make_one_binding(store: Store) {
    let app = app(&store).await;
    let server = |external_id: &'static str| {
        let store = store.clone();
        tokio::spawn(async move { register(&store, app, external_id, "phone", "aa11").await })
    };
    let (one, two) = (server("ada"), server("bob"));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!(one.binding_id, two.binding_id);
    assert_eq!(
        read!(store, |db| devices::list(db, None, 10)).items.len(),
        1
    );
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11")).len(),
        1
    );
}
