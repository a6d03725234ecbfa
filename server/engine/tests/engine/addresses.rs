//! FCM's two kinds of address: registration tokens and installation ids.

use domain::consent::Way;
use domain::delivery::DeliveryState::{Accepted, TokenGone};
use domain::device::{AddressKind, BindingState, DeviceInput};
use domain::push::DeliveryClass::Promotional;
use domain::time::Clock;
use serde_json::json;
use storage::{contacts, devices};

use crate::world::World;

on_both!(
    an_installation_id_is_sent_to_as_one,
    an_installation_id_has_one_contact_and_no_token_is_mistaken_for_it,
);

const FID: &str = "dOXfS4kXRk-1yJ8gD_aQ0w";

async fn register(world: &World, name: &str, kind: Option<AddressKind>, token: &str) {
    let input = json!({"app": "shop", "channel": "fcm", "token": token, "address_kind": kind});
    let input: DeviceInput = serde_json::from_value(input).unwrap();
    let device_id = format!("{name}-{token}");
    let registration = devices::Registration {
        external_id: name,
        device_id: &device_id,
        app_id: world.app,
        input: &input,
    };
    let mut tx = world.store.begin().await.unwrap();
    devices::register(
        &mut tx,
        &[registration],
        world.clock.now(),
        Way::Api,
        "test",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// States and tokens of a contact's devices.
async fn devices_of(world: &World, name: &str) -> Vec<(BindingState, String)> {
    let mut reader = world.store.read().await.unwrap();
    let contact = contacts::find_by_external_id(&mut reader, name)
        .await
        .unwrap()
        .unwrap();
    let all = devices::of_contact(&mut reader, contact.shard, contact.id)
        .await
        .unwrap();
    all.into_iter().map(|d| (d.state, d.token)).collect()
}

async fn an_installation_id_is_sent_to_as_one(mut world: World) {
    world.contact("ada", true, &[]).await;
    register(&world, "ada", Some(AddressKind::Fid), FID).await;
    let push = world.push(Promotional).await;
    world.start().await;
    world.test(push, "ada").await;
    assert_eq!(world.settled("ada", 1).await[0].state, Accepted);
    let arrived = world.sandbox.recent(FID);
    let payload = arrived[0].payload.clone().expect("JSON");
    let payload: serde_json::Value = serde_json::from_str(payload.get()).unwrap();
    assert_eq!(payload["message"]["fid"], FID);
    assert_eq!(payload["message"].get("token"), None);
    world.faults(&json!([{"channel": "fcm", "token": FID,
        "do": {"answer": {"status": 404, "reason": "UNREGISTERED"}}}]));
    world.test(push, "ada").await;
    assert_eq!(world.settled("ada", 2).await[1].state, TokenGone);
    let gone = (BindingState::Gone, format!("fid:{FID}"));
    assert_eq!(devices_of(&world, "ada").await, [gone]);
}

async fn an_installation_id_has_one_contact_and_no_token_is_mistaken_for_it(world: World) {
    for name in ["ada", "bob"] {
        world.contact(name, true, &[]).await;
    }
    register(&world, "ada", Some(AddressKind::Fid), FID).await;
    // The same letters as a token are another address.
    register(&world, "bob", None, FID).await;
    assert_eq!(devices_of(&world, "ada").await.len(), 1);
    // Said by what stands before it, it is the same one, and moves.
    register(&world, "bob", None, &format!("fid:{FID}")).await;
    assert!(devices_of(&world, "ada").await.is_empty());
    let mut tokens: Vec<_> = devices_of(&world, "bob").await;
    tokens.sort_unstable_by(|a, b| a.1.cmp(&b.1));
    let tokens: Vec<_> = tokens.into_iter().map(|(_, token)| token).collect();
    assert_eq!(tokens, [FID.to_owned(), format!("fid:{FID}")]);
}
