//! What a person reads must follow from what happened.

use domain::{
    BindingId, ChunkId, ContactId, PushId, RevisionId, Timestamp,
    delivery::{DeliveryState, SendState},
    device::Channel,
    gate::{GateFacts, Suppression},
    report::{Report, ReportKind},
    view::{DeliveryView, SendOrigin, SendRef, SendView},
};
use ui::Tone;
use uuid::Uuid;

use super::{of_delivery, of_send};

fn delivery(state: DeliveryState) -> DeliveryView {
    DeliveryView {
        reports: Vec::new(),
        id: Uuid::nil(),
        chunk_id: ChunkId(Uuid::nil()),
        seq: 0,
        binding_id: BindingId(Uuid::nil()),
        device_id: Some("phone".into()),
        platform: None,
        channel: Channel::Apns,
        state,
        suppression: (state == DeliveryState::Suppressed).then_some(Suppression::PermissionDenied),
        facts: None,
        reason: None,
        gates: Vec::new(),
        attempts: 1,
        provider_id: None,
        finished_at: None,
        calls: Vec::new(),
    }
}

fn send(state: SendState, reason: Option<Suppression>, deliveries: Vec<DeliveryView>) -> SendView {
    SendView {
        key: SendRef {
            contact_id: ContactId(Uuid::nil()),
            source_id: Uuid::nil(),
            step: "a".into(),
        },
        push_id: PushId(Uuid::nil()),
        push: "Hello".into(),
        revision_id: RevisionId(Uuid::nil()),
        origin: SendOrigin::Test,
        state,
        reason,
        gates: Vec::new(),
        created_at: Timestamp(0),
        deliveries,
    }
}

#[test]
fn a_suppressed_send_names_its_reason_and_what_would_change_it() {
    let verdict = of_send(&send(
        SendState::Suppressed,
        Some(Suppression::OptedOut),
        vec![],
    ));
    assert_eq!(
        (verdict.tone, verdict.headline.as_str()),
        (Tone::Suppressed, "Not sent: opted out")
    );
    assert_eq!(verdict.because, Suppression::OptedOut.explanation());
}

#[test]
fn one_device_answers_for_the_whole_send() {
    let only = delivery(DeliveryState::TokenGone);
    let verdict = of_send(&send(SendState::Released, None, vec![only.clone()]));
    assert_eq!(verdict, of_delivery(&only));
    assert_eq!(verdict.headline, "APNs no longer knows this device");
}

#[test]
fn an_accepted_device_among_others_is_counted() {
    let deliveries = vec![
        delivery(DeliveryState::Accepted),
        delivery(DeliveryState::Suppressed),
        delivery(DeliveryState::Rejected),
    ];
    let verdict = of_send(&send(SendState::Released, None, deliveries));
    assert_eq!(
        (verdict.tone, verdict.headline.as_str()),
        (Tone::Accepted, "Accepted for 1 of 3 devices")
    );
}

#[test]
fn what_is_still_on_its_way_is_not_said_to_have_missed_it() {
    let deliveries = vec![
        delivery(DeliveryState::Accepted),
        delivery(DeliveryState::Waiting),
        delivery(DeliveryState::Unknown),
        delivery(DeliveryState::Rejected),
    ];
    let verdict = of_send(&send(SendState::Released, None, deliveries));
    assert!(
        verdict.because.ends_with(
            "Of the others, one did not get it, one is still on its way, \
             one may have got it; each says below why."
        ),
        "{}",
        verdict.because
    );
}

#[test]
fn what_devices_told_takes_the_place_of_what_the_provider_may_do() {
    let told = |kind| DeliveryView {
        reports: vec![Report {
            kind,
            action: None,
            title: None,
            reply: None,
            at: Timestamp(0),
        }],
        ..delivery(DeliveryState::Accepted)
    };
    let because = |deliveries| of_send(&send(SendState::Released, None, deliveries)).because;
    assert_eq!(
        because(vec![
            told(ReportKind::Displayed),
            told(ReportKind::Action),
            delivery(DeliveryState::Accepted)
        ]),
        "Displayed on 2 devices, opened on one device."
    );
    assert_eq!(
        because(vec![told(ReportKind::Opened), told(ReportKind::Opened)]),
        "Opened on 2 devices."
    );
}

#[test]
fn devices_that_were_all_stopped_are_not_called_refused() {
    let deliveries = vec![
        delivery(DeliveryState::Suppressed),
        delivery(DeliveryState::Suppressed),
    ];
    let verdict = of_send(&send(SendState::Released, None, deliveries));
    assert_eq!(
        (verdict.tone, verdict.headline.as_str()),
        (Tone::Suppressed, "Not sent to any of 2 devices")
    );
}

#[test]
fn an_open_delivery_keeps_the_send_open() {
    let deliveries = vec![
        delivery(DeliveryState::Waiting),
        delivery(DeliveryState::Rejected),
    ];
    assert_eq!(
        of_send(&send(SendState::Released, None, deliveries)).tone,
        Tone::Waiting
    );
}

#[test]
fn an_unknown_outcome_is_never_called_failed() {
    let deliveries = vec![
        delivery(DeliveryState::Unknown),
        delivery(DeliveryState::Rejected),
    ];
    assert_eq!(
        of_send(&send(SendState::Released, None, deliveries)).tone,
        Tone::Unknown
    );
}

#[test]
fn a_refusal_quotes_the_providers_reason() {
    let refused = DeliveryView {
        reason: Some("PayloadTooLarge".into()),
        ..delivery(DeliveryState::Rejected)
    };
    assert!(of_delivery(&refused).because.contains("PayloadTooLarge"));
}

#[test]
fn a_template_that_failed_is_found_by_field_line_and_column() {
    let stopped = DeliveryView {
        suppression: Some(Suppression::DoesNotRender),
        facts: Some(GateFacts::Template {
            field: "body".into(),
            line: 2,
            column: 14,
        }),
        ..delivery(DeliveryState::Suppressed)
    };
    let because = of_delivery(&stopped).because;
    assert!(
        because.contains("\u{201c}body\u{201d} failed at line 2, column 14"),
        "{because}"
    );
}

#[test]
fn a_payload_that_is_too_large_says_how_large() {
    let stopped = DeliveryView {
        suppression: Some(Suppression::TooLarge),
        facts: Some(GateFacts::Size {
            bytes: 4321,
            limit: 4096,
        }),
        ..delivery(DeliveryState::Suppressed)
    };
    let because = of_delivery(&stopped).because;
    assert!(
        because.ends_with("It is 4321 bytes; the platform takes at most 4096."),
        "{because}"
    );
}
