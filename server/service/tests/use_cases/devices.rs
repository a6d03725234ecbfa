use domain::app::Capabilities;
use domain::contact::ContactInput;
use domain::device::{BindingState, Channel, DeviceChange, DeviceInput, Outlook};
use domain::people::{Principal, Role};
use domain::view::{DeviceFilter, FoundBy, VerifiedBy, VerifyOutcome};
use domain::{BindingId, PushId};
use serde_json::json;
use service::{PageRequest, RefusedRequest, ServiceError};
use uuid::Uuid;

use crate::bed::{Bed, user};

const SYSTEM: &Principal = &Principal::System;

async fn bed() -> Bed {
    let bed = Bed::new().await;
    for slug in ["shop", "other"] {
        bed.service
            .put_app(SYSTEM, slug, slug, &Capabilities::default())
            .await
            .expect("an app");
    }
    bed
}

async fn register(bed: &Bed, app: &str, contact: &str, device: &str, token: &str) -> BindingId {
    let input: DeviceInput =
        serde_json::from_value(json!({"app": app, "channel": "apns", "token": token}))
            .expect("a device");
    let registered = bed
        .service
        .register_device(SYSTEM, contact, device, input)
        .await
        .expect("registered");
    registered.device.binding.id
}

/// What a search finds, page by page: each device with what it was found by.
async fn found(
    bed: &Bed,
    words: &str,
    filter: &DeviceFilter,
    limit: u32,
) -> Vec<(String, Option<FoundBy>)> {
    let (mut seen, mut wish) = (Vec::new(), PageRequest::first(limit));
    loop {
        let page = bed
            .service
            .find_devices(SYSTEM, Some(words), filter, &wish)
            .await
            .expect("a page");
        seen.extend(
            page.items
                .into_iter()
                .map(|found| (found.device.binding.device_id, found.by)),
        );
        match page.next {
            Some(next) => wish.cursor = Some(next),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn one_field_finds_by_device_contact_and_parts_of_a_token_each_device_once() {
    let bed = bed().await;
    register(&bed, "shop", "ada", "abc123-phone", "00abc123").await;
    register(&bed, "shop", "ada", "abc123-tablet", "abc123aa").await;
    register(&bed, "shop", "abc123-customer", "watch", "ff00").await;
    register(&bed, "shop", "bo", "start", "abc123ff").await;
    register(&bed, "shop", "bo", "end", "ffabc123").await;
    register(&bed, "shop", "bo", "neither", "ff11abc12300").await;
    let open = DeviceFilter::default();
    for limit in [1, 2, 50] {
        let all = found(&bed, "abc123", &open, limit).await;
        let named: Vec<_> = all
            .iter()
            .map(|(device, by)| (device.as_str(), by.expect("a way")))
            .collect();
        assert_eq!(
            named,
            [
                ("abc123-phone", FoundBy::DeviceId),
                ("abc123-tablet", FoundBy::DeviceId),
                ("watch", FoundBy::Contact),
                ("start", FoundBy::TokenStart),
                ("end", FoundBy::TokenEnd),
            ],
            "{limit} a page"
        );
    }
    let upper = found(&bed, "FFABC123", &open, 5).await;
    assert_eq!(upper, [("end".to_owned(), Some(FoundBy::Token))]);
    let upper = found(&bed, "ABC123FF", &open, 5).await;
    assert_eq!(upper.len(), 1, "the whole token alone");
}

#[tokio::test]
async fn a_search_and_the_list_are_narrowed_by_app_and_state() {
    let bed = bed().await;
    register(&bed, "shop", "ada", "d1", "aa").await;
    register(&bed, "other", "ada", "d2", "ab").await;
    let revoked = register(&bed, "other", "ada", "d3", "ac").await;
    bed.service
        .revoke_binding(SYSTEM, revoked)
        .await
        .expect("revoked");
    let names = |found: Vec<(String, Option<FoundBy>)>| -> Vec<String> {
        found.into_iter().map(|(device, _)| device).collect()
    };
    let mut filter = DeviceFilter {
        app: Some("other".into()),
        ..DeviceFilter::default()
    };
    for words in ["", "d", "ada"] {
        let mut seen = names(found(&bed, words, &filter, 1).await);
        seen.sort();
        assert_eq!(seen, ["d2", "d3"], "{words:?}");
    }
    filter.state = Some(BindingState::Revoked);
    assert_eq!(names(found(&bed, "", &filter, 5).await), ["d3"]);
    filter.channel = Some(Channel::Fcm);
    assert!(found(&bed, "d", &filter, 5).await.is_empty());
    let active = DeviceFilter {
        state: Some(BindingState::Active),
        ..DeviceFilter::default()
    };
    let first = PageRequest::first(1);
    let refused = bed
        .service
        .find_devices(SYSTEM, None, &active, &first)
        .await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))));
}

#[tokio::test]
async fn a_revoked_device_says_so_once_in_its_history_and_in_its_verdict() {
    let bed = bed().await;
    let id = register(&bed, "shop", "ada", "phone", "aa").await;
    let by = user(Role::Developer);
    bed.clock.advance(60);
    for _ in 0..2 {
        bed.service
            .revoke_binding(&by, id)
            .await
            .expect("may be done again");
    }
    let view = bed.service.binding_view(&by, id).await.expect("the device");
    let changes: Vec<_> = view
        .history
        .iter()
        .filter(|line| matches!(line.change, DeviceChange::StateChanged { .. }))
        .collect();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(
        view.verdict.first.headline,
        "The device was revoked by developer@example.org"
    );
    assert_eq!(view.verdict.first.at, Some(bed.service.now()));
    let first = PageRequest::first(5);
    let log = bed.service.audit_log(SYSTEM, &first).await.expect("a log");
    assert_eq!(log.items[0].action, "device.revoke");
}

#[tokio::test]
async fn a_device_moves_to_a_contact_that_exists_and_keeps_what_it_was() {
    let bed = bed().await;
    let id = register(&bed, "shop", "ada", "phone", "aa").await;
    let by = user(Role::Developer);
    let s = &bed.service;
    for to in ["nobody", "ada", ""] {
        let refused = s.move_binding(&by, id, to).await;
        let Err(ServiceError::Invalid(errors)) = refused else {
            panic!("{to:?}: {refused:?}");
        };
        assert!(errors.of("external_id").is_some());
    }
    s.upsert_contact(SYSTEM, "bo", ContactInput::default())
        .await
        .expect("a contact");
    s.move_binding(&by, id, " bo ").await.expect("moved");
    let view = s.binding_view(&by, id).await.expect("the device");
    assert_eq!(view.contact.external_id, "bo");
    assert_eq!(view.device.binding.token, "aa");
    assert!(
        view.history.iter().any(|line| matches!(
            &line.change,
            DeviceChange::MovedFrom { external_id } if external_id == "ada"
        )),
        "{:?}",
        view.history
    );
    s.revoke_binding(&by, id).await.expect("revoked");
    let refused = s.move_binding(&by, id, "ada").await;
    assert!(matches!(refused, Err(ServiceError::Conflict { .. })));
}

#[tokio::test]
async fn a_viewer_sees_why_a_device_is_silent_but_no_token_and_does_nothing() {
    let bed = bed().await;
    let id = register(&bed, "shop", "ada", "phone", "00112233445566778899").await;
    let by = user(Role::Viewer);
    let s = &bed.service;
    let view = s.binding_view(&by, id).await.expect("the device");
    assert_eq!(view.device.binding.token, "…778899");
    assert_eq!(view.verdict.first.outlook, Outlook::Stopped);
    let tried = [
        s.verify_binding(&by, id).await.map(drop),
        s.revoke_binding(&by, id).await,
        s.move_binding(&by, id, "bo").await,
        s.send_test_to_device(&by, PushId(Uuid::nil()), id)
            .await
            .map(drop),
        s.refused_registrations(&by, &PageRequest::first(1))
            .await
            .map(drop),
        s.tail_mark(&by).await.map(drop),
    ];
    for result in tried {
        assert!(
            matches!(result, Err(ServiceError::Forbidden { .. })),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn without_a_credential_a_check_says_what_is_missing() {
    let bed = bed().await;
    let id = register(&bed, "shop", "ada", "phone", "aa").await;
    let told = bed
        .service
        .verify_binding(&user(Role::Developer), id)
        .await
        .expect("checked");
    assert_eq!(
        (told.how, told.outcome),
        (VerifiedBy::Form, VerifyOutcome::Wrong)
    );
    let seen = told.seen.join(" ");
    assert!(seen.contains("1 bytes"), "{seen}");
    assert!(seen.contains("no credential for APNs"), "{seen}");
}

#[tokio::test]
async fn refusals_are_told_for_a_day_with_their_secrets_masked() {
    let bed = bed().await;
    let token = "0123456789abcdef".repeat(4);
    let request = json!({"token": token, "app": "shop"}).to_string();
    let refused = RefusedRequest {
        known: true,
        door: "POST /elsewhere",
        reason: "no such app",
        app: Some("shop"),
        contact: Some("ada\0"),
        device: None,
        request: &request,
    };
    bed.service.note_refused_registration(&refused).await;
    let by = user(Role::Developer);
    let first = PageRequest::first(10);
    let told = bed.service.refused_registrations(&by, &first).await;
    let told = told.expect("refusals").items;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].contact, None, "what no text can hold is left out");
    assert!(told[0].request.contains("…abcdef") && !told[0].request.contains(&token[..20]));
    bed.clock.advance(24 * 3600 + 1);
    let told = bed.service.refused_registrations(&by, &first).await;
    assert!(told.expect("refusals").items.is_empty());
    bed.service.prune().await.expect("swept");
}
