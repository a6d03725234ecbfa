use serde_json::json;

use super::*;

#[test]
fn a_record_of_before_is_read() {
    let before = json!({
        "ios_service_extension": true,
        "ios_categories": [{"id": "OFFER", "actions": ["Shop now", "Later"]}],
        "android_handler": true,
        "android_channel_id": "offers",
    });
    let read: Capabilities = serde_json::from_value(before).expect("is read");
    let expected = Capabilities {
        ios_service_extension: true,
        ios_categories: vec![Category {
            id: "OFFER".into(),
            actions: vec![Action::opening("Shop now"), Action::opening("Later")],
        }],
        android_handler: true,
        android_channels: vec!["offers".into()],
        ..Capabilities::default()
    };
    assert_eq!(read, expected);
}

#[test]
fn nothing_is_a_record_of_nothing() {
    let read: Capabilities = serde_json::from_str("{}").expect("is read");
    assert_eq!(read, Capabilities::UNKNOWN);
    let none = json!({"android_channel_id": null});
    let read: Capabilities = serde_json::from_value(none).expect("is read");
    assert_eq!(read, Capabilities::UNKNOWN);
}

#[test]
fn what_is_written_reads_the_same() {
    let record = Capabilities {
        channels: vec![Channel::Apns, Channel::Webpush],
        ios_service_extension: true,
        ios_categories: vec![Category {
            id: "CHAT".into(),
            actions: vec![
                Action::opening("Open"),
                Action {
                    title: "Reply".into(),
                    kind: ActionKind::TextInput,
                    placeholder: Some("Your answer".into()),
                },
                Action {
                    title: "Yes".into(),
                    kind: ActionKind::QuickReply,
                    placeholder: None,
                },
            ],
        }],
        android_handler: true,
        android_channels: vec!["chat".into(), "news".into()],
        web_actions: 0,
    };
    let json = serde_json::to_string(&record).expect("is written");
    assert_eq!(
        serde_json::from_str::<Capabilities>(&json).expect("is read"),
        record
    );
    let mut errors = FieldErrors::default();
    record.check(&mut errors);
    assert!(errors.is_empty(), "{errors}");
}

#[test]
fn each_mistake_is_named() {
    let record = Capabilities {
        channels: vec![Channel::Apns, Channel::Apns],
        ios_categories: vec![
            Category {
                id: "A".into(),
                actions: vec![Action {
                    placeholder: Some("Your answer".into()),
                    ..Action::opening("")
                }],
            },
            Category {
                id: "A".into(),
                actions: Vec::new(),
            },
        ],
        android_channels: vec!["a".into(), "a".into(), String::new()],
        web_actions: 5,
        ..Capabilities::default()
    };
    let mut errors = FieldErrors::default();
    record.check(&mut errors);
    let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "capabilities.channels[1]",
            "capabilities.ios_categories[0].actions[0].title",
            "capabilities.ios_categories[0].actions[0].placeholder",
            "capabilities.ios_categories[1].id",
            "capabilities.android_channels[1]",
            "capabilities.android_channels[2]",
            "capabilities.web_actions",
        ]
    );
}

#[test]
fn a_word_that_is_no_field_is_refused_where_it_stands() {
    let written =
        r#"{"ios_categories": [{"id": "A", "actions": [{"title": "B", "knd": "open"}]}]}"#;
    let refused = serde_json::from_str::<Capabilities>(written).expect_err("is refused");
    assert!(refused.to_string().contains("knd"), "{refused}");
}

#[test]
fn several_apps_share_what_all_of_them_show() {
    let category = |id: &str| Category {
        id: id.into(),
        actions: vec![Action::opening("Go")],
    };
    let one = Capabilities {
        channels: vec![Channel::Apns],
        ios_service_extension: true,
        ios_categories: vec![category("A"), category("B")],
        android_handler: true,
        android_channels: vec!["a".into(), "b".into()],
        web_actions: 2,
    };
    let other = Capabilities {
        channels: vec![Channel::Apns, Channel::Fcm],
        ios_service_extension: false,
        ios_categories: vec![category("B")],
        android_channels: vec!["b".into()],
        web_actions: 1,
        ..one.clone()
    };
    assert_eq!(
        Capabilities::shared([&one, &other]),
        Capabilities {
            android_handler: true,
            ..other.clone()
        }
    );
    assert_eq!(Capabilities::shared([]), Capabilities::UNKNOWN);
    let unsaid = Capabilities::UNKNOWN;
    assert!(Capabilities::shared([&one, &unsaid]).channels.is_empty());
}

#[test]
fn an_app_reaches_the_platforms_of_its_channels() {
    let unsaid = Capabilities::default();
    assert!(unsaid.reaches(Platform::Fireos));
    let web = Capabilities {
        channels: vec![Channel::Webpush],
        ..unsaid
    };
    assert!(web.reaches(Platform::Web) && !web.reaches(Platform::Ios));
}
