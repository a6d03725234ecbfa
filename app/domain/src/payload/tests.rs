use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::app::{Action, Category};
use crate::contact::Contact;
use crate::push::{Button, CompiledPush, PushContent, template_data};
use crate::{ContactId, Shard, Timestamp};

mod rich;

fn ada() -> Contact {
    Contact {
        id: ContactId(Uuid::nil()),
        shard: Shard::of("ada"),
        external_id: "ada".to_owned(),
        first_name: Some("Ada".to_owned()),
        last_name: None,
        email: None,
        locale: None,
        time_zone: None,
        opted_in: Some(true),
        attributes: [("points".to_owned(), crate::contact::AttributeValue::Int(40))].into(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn sale() -> PushContent {
    PushContent {
        title: "Hi {{ contact.first_name | default: \"there\" }}".to_owned(),
        subtitle: Some("{{ event.shop }}".to_owned()),
        body: "{{ contact.points }} points \"wait\" for you".to_owned(),
        image: Some("https://example.org/sale.png".to_owned()),
        link: Some("shop://sale/{{ event.sku }}".to_owned()),
        buttons: vec![
            Button {
                id: "open".to_owned(),
                title: "Open".to_owned(),
                ..Button::default()
            },
            Button {
                id: "later".to_owned(),
                title: "Later".to_owned(),
                link: Some("shop://later".to_owned()),
                ..Button::default()
            },
        ],
        badge: Some(2),
        ..PushContent::default()
    }
}

fn event() -> Map<String, Value> {
    json!({ "shop": "Berlin", "sku": "RED-7" })
        .as_object()
        .cloned()
        .unwrap_or_default()
}

fn payload(
    content: PushContent,
    channel: Channel,
    platform: Platform,
    capabilities: &Capabilities,
) -> Payload {
    let push = CompiledPush::compile(content).expect("templates are well formed");
    let data = template_data(&ada(), &event());
    let rendered = push.render(&data, Timestamp(0)).expect("it renders");
    let target = Target {
        channel,
        platform,
        token: "aabb",
        capabilities,
        delivery: Uuid::from_u128(1),
        decided_at: Timestamp(1_790_000_000_000),
    };
    build(&rendered, target)
}

fn json_of(payload: &Payload) -> Value {
    serde_json::from_slice(&payload.body).expect("the body is JSON")
}

#[test]
fn apns_body_is_pinned() {
    let capabilities = Capabilities {
        ios_categories: vec![Category {
            id: "SALE".to_owned(),
            actions: vec![Action::opening("Open"), Action::opening("Later")],
        }],
        ..Capabilities::default()
    };
    let payload = payload(sale(), Channel::Apns, Platform::Ios, &capabilities);
    assert_eq!(payload.counted, payload.body.len());
    insta::assert_json_snapshot!(json_of(&payload));
}

#[test]
fn fcm_body_with_a_system_drawn_notification_is_pinned() {
    let payload = payload(
        sale(),
        Channel::Fcm,
        Platform::Android,
        &Capabilities::default(),
    );
    assert_eq!(payload.counted, payload.body.len() - "aabb".len());
    insta::assert_json_snapshot!(json_of(&payload));
}

#[test]
fn an_installation_id_stands_where_a_token_does() {
    let content = sale();
    let push = CompiledPush::compile(content).expect("templates are well formed");
    let data = template_data(&ada(), &event());
    let rendered = push.render(&data, Timestamp(0)).expect("it renders");
    let of = |token| {
        build(
            &rendered,
            Target {
                channel: Channel::Fcm,
                platform: Platform::Android,
                token,
                capabilities: &Capabilities::default(),
                delivery: Uuid::from_u128(1),
                decided_at: Timestamp(1_790_000_000_000),
            },
        )
    };
    let (by_token, by_fid) = (of("aabb"), of("fid:aabb"));
    let mut expected = json_of(&by_token);
    let message = expected["message"].as_object_mut().expect("a message");
    let token = message.remove("token").expect("a token");
    message.insert("fid".to_owned(), token);
    assert_eq!(json_of(&by_fid), expected);
    assert_eq!(by_fid.counted, by_fid.body.len() - "aabb".len());
}

#[test]
fn fcm_body_for_an_app_that_draws_buttons_is_data_only() {
    let capabilities = Capabilities {
        android_handler: true,
        android_channels: vec!["offers".to_owned(), "news".to_owned()],
        ..Capabilities::default()
    };
    insta::assert_json_snapshot!(json_of(&payload(
        sale(),
        Channel::Fcm,
        Platform::Android,
        &capabilities
    )));
}

#[test]
fn fcm_body_for_an_ios_app_carries_an_apns_block() {
    insta::assert_json_snapshot!(json_of(&payload(
        sale(),
        Channel::Fcm,
        Platform::Ios,
        &Capabilities::default()
    )));
}

#[test]
fn fcm_body_for_a_browser_carries_a_webpush_block() {
    let transactional = PushContent {
        class: DeliveryClass::Transactional,
        ..sale()
    };
    insta::assert_json_snapshot!(json_of(&payload(
        transactional,
        Channel::Fcm,
        Platform::Web,
        &Capabilities::default()
    )));
}

#[test]
fn adm_body_is_pinned() {
    let transactional = PushContent {
        class: DeliveryClass::Transactional,
        ttl_seconds: 5,
        ..sale()
    };
    let payload = payload(
        transactional,
        Channel::Adm,
        Platform::Fireos,
        &Capabilities::default(),
    );
    assert_eq!(payload.counted, payload.body.len());
    insta::assert_json_snapshot!(json_of(&payload));
}

#[test]
fn webpush_body_is_pinned() {
    let payload = payload(
        sale(),
        Channel::Webpush,
        Platform::Web,
        &Capabilities::default(),
    );
    assert_eq!(payload.counted, payload.body.len());
    insta::assert_json_snapshot!(json_of(&payload));
}

#[test]
fn twilio_fields_are_pinned_and_the_address_does_not_count() {
    let of = |platform| payload(sale(), Channel::Twilio, platform, &Capabilities::default());
    let ios = of(Platform::Ios);
    insta::assert_json_snapshot!(json_of(&ios));
    let android = json_of(&of(Platform::Android));
    assert!(android["ToBinding"].as_str().unwrap().contains("\"fcm\""));
    let address = json_of(&ios)["ToBinding"].as_str().unwrap().len();
    assert_eq!(ios.counted, ios.body.len() - address);
}

#[test]
fn a_push_that_is_for_now_or_never_is_not_stored_by_apns() {
    let content = PushContent {
        ttl_seconds: 0,
        ..sale()
    };
    let usual = Capabilities::default();
    let ios = json_of(&payload(
        content.clone(),
        Channel::Fcm,
        Platform::Ios,
        &usual,
    ));
    assert_eq!(ios["message"]["apns"]["headers"]["apns-expiration"], "0");
    let web = json_of(&payload(content, Channel::Fcm, Platform::Web, &usual));
    assert_eq!(web["message"]["webpush"]["headers"]["TTL"], "0");
}

#[test]
fn a_transactional_push_repeats_under_its_own_key() {
    let content = PushContent {
        class: DeliveryClass::Transactional,
        ..sale()
    };
    let push = CompiledPush::compile(content).expect("templates are well formed");
    let data = template_data(&ada(), &event());
    let rendered = push.render(&data, Timestamp(0)).expect("it renders");
    let first = options(&rendered, Platform::Ios, Uuid::from_u128(1)).collapse_id;
    assert_eq!(first, Some(Uuid::from_u128(1).to_string()));
    assert_eq!(
        first,
        options(&rendered, Platform::Ios, Uuid::from_u128(1)).collapse_id
    );
}

#[test]
fn a_link_that_renders_to_nonsense_does_not_render() {
    let content = PushContent {
        link: Some("{{ event.sku }}".to_owned()),
        ..sale()
    };
    let push = CompiledPush::compile(content).expect("templates are well formed");
    let data = template_data(&ada(), &event());
    let problem = push
        .render(&data, Timestamp(0))
        .expect_err("RED-7 is no link");
    assert_eq!(problem.field, "link");
}

#[test]
fn what_is_not_shown_is_said() {
    let push = CompiledPush::compile(sale()).expect("templates are well formed");
    let data = template_data(&ada(), &event());
    let rendered = push.render(&data, Timestamp(0)).expect("it renders");
    let fields = |platform, capabilities: &Capabilities| -> Vec<String> {
        warnings(&rendered, platform, capabilities)
            .into_iter()
            .map(|w| w.field)
            .collect()
    };
    let plain = Capabilities::default();
    assert_eq!(fields(Platform::Ios, &plain), ["image", "buttons"]);
    assert_eq!(fields(Platform::Android, &plain), ["subtitle", "buttons"]);
    assert_eq!(
        fields(Platform::Web, &plain),
        ["subtitle", "image", "link", "buttons"]
    );
    assert_eq!(
        fields(Platform::Fireos, &plain),
        ["subtitle", "title", "buttons"]
    );
    let drawing = Capabilities {
        android_handler: true,
        android_channels: vec!["offers".to_owned(), "news".to_owned()],
        ..plain
    };
    assert_eq!(
        fields(Platform::Android, &drawing),
        ["subtitle", "badge", "buttons"]
    );
}

#[test]
fn mistakes_in_a_push_name_their_fields() {
    let content = PushContent {
        title: "{{ contact.first_name".to_owned(),
        image: Some("http://example.org/x.png".to_owned()),
        link: Some("javascript:alert(1)".to_owned()),
        ttl_seconds: crate::push::TTL_MAX_SECONDS + 1,
        buttons: vec![Button::default()],
        ..sale()
    };
    let errors = content.check();
    let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "image",
            "link",
            "buttons[0].id",
            "buttons[0].title",
            "ttl_seconds",
            "title"
        ]
    );
}
