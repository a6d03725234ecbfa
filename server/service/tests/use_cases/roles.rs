use domain::app::Capabilities;
use domain::contact::ContactInput;
use domain::device::DeviceInput;
use domain::people::{Permission, Principal, Role, Scope};
use domain::push::PushContent;
use domain::view::{AccountSettings, PushDraft};
use domain::workflow::Graph;
use domain::{CampaignId, ContactId, PushId, WorkflowId};
use service::{PageRequest, Result, ServiceError};
use uuid::Uuid;

use crate::bed::{Bed, user};

/// Calls use cases of each permission and says which were forbidden.
async fn forbidden(bed: &Bed, by: &Principal) -> Vec<Permission> {
    use Permission::{
        Administer, EditContacts, EditContent, Inspect, Publish, Read, RegisterDevices, SendTest,
    };
    let s = &bed.service;
    let first = PageRequest::first(5);
    let content = PushContent::default();
    let draft = PushDraft {
        name: "Name".into(),
        campaign_id: None,
        content,
    };
    let workflow = WorkflowId(Uuid::nil());
    let input = ContactInput::default();
    let (push, contact) = (PushId(Uuid::nil()), ContactId(Uuid::nil()));
    let tried: [(Permission, Result<()>); 19] = [
        (Read, s.list_contacts(by, None, &first).await.map(drop)),
        (Read, s.overview(by).await.map(drop)),
        (Read, s.account(by).await.map(drop)),
        (Read, s.search(by, "a").await.map(drop)),
        (Inspect, s.list_devices(by, None, &first).await.map(drop)),
        (EditContacts, s.delete_contact(by, "nobody").await),
        (
            EditContacts,
            s.upsert_contact(by, "x", input).await.map(drop),
        ),
        (
            RegisterDevices,
            s.revoke_device(by, "nobody", "d", None).await,
        ),
        (
            RegisterDevices,
            s.take_events(by, Vec::new(), |_| String::new())
                .await
                .map(drop),
        ),
        (EditContent, s.create_push(by, &draft).await.map(drop)),
        (
            EditContent,
            s.save_draft(by, workflow, 1, &Graph::default())
                .await
                .map(drop),
        ),
        (
            EditContent,
            s.delete_campaign(by, CampaignId(Uuid::nil())).await,
        ),
        (
            Publish,
            s.publish_workflow(by, workflow, None).await.map(drop),
        ),
        (Publish, s.pause_workflow(by, workflow).await.map(drop)),
        (SendTest, s.send_test(by, push, contact).await.map(drop)),
        (
            Administer,
            s.put_app(by, "a", "A", &Capabilities::default())
                .await
                .map(drop),
        ),
        (Administer, s.list_users(by, &first).await.map(drop)),
        (Administer, s.audit_log(by, &first).await.map(drop)),
        (
            Administer,
            s.save_account(by, AccountSettings::default()).await,
        ),
    ];
    let mut forbidden = Vec::new();
    for (permission, result) in tried {
        match result {
            Err(ServiceError::Forbidden { permission: named }) => {
                assert_eq!(named, permission);
                forbidden.push(permission);
            }
            Err(ServiceError::Internal { source }) => panic!("{permission:?}: {source}"),
            Ok(()) | Err(_) => assert!(by.may(permission), "{by:?} did {permission:?}"),
        }
    }
    forbidden.dedup();
    forbidden
}

#[tokio::test]
async fn each_role_and_scope_is_held_to_what_it_covers() {
    let bed = Bed::new().await;
    let users = Role::ALL.map(user);
    let keys = Scope::ALL.map(|scope| Principal::Key {
        id: Uuid::nil().into(),
        name: scope.name().to_owned(),
        scopes: vec![scope],
    });
    for by in users.iter().chain(&keys) {
        let expected: Vec<_> = Permission::ALL
            .into_iter()
            .filter(|permission| !by.may(*permission))
            .collect();
        assert_eq!(forbidden(&bed, by).await, expected, "{by:?}");
    }
}

#[tokio::test]
async fn a_viewer_sees_devices_without_their_tokens() {
    let bed = Bed::new().await;
    let system = &Principal::System;
    let capabilities = Capabilities::default();
    bed.service
        .put_app(system, "shop", "Shop", &capabilities)
        .await
        .expect("an app");
    let input: DeviceInput = serde_json::from_value(
        serde_json::json!({"app": "shop", "channel": "fcm", "token": "a-secret-token"}),
    )
    .expect("a device");
    bed.service
        .register_device(system, "ada", "phone", input)
        .await
        .expect("registered");
    let seen = bed
        .service
        .devices_of(&user(Role::Viewer), "ada")
        .await
        .expect("devices");
    assert_eq!(seen[0].binding.token, "…-token");
    let seen = bed
        .service
        .devices_of(&user(Role::Developer), "ada")
        .await
        .expect("devices");
    assert_eq!(seen[0].binding.token, "a-secret-token");
}
