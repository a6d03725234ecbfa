//! Buttons that answer, formats, and what single platforms get.

use serde_json::{Value, json};

use super::*;
use crate::push::{ActionKind, Needs, Overrides, PlatformOverride, PushFormat};

/// A question that is answered from the notification.
fn question() -> PushContent {
    PushContent {
        title: "Is six good for you?".to_owned(),
        link: Some("https://example.org/visits/7".to_owned()),
        buttons: vec![
            Button {
                id: "yes".to_owned(),
                title: "Yes".to_owned(),
                kind: ActionKind::QuickReply,
                ..Button::default()
            },
            Button {
                id: "other".to_owned(),
                title: "Another time".to_owned(),
                kind: ActionKind::TextInput,
                placeholder: Some("When, {{ contact.first_name }}?".to_owned()),
                ..Button::default()
            },
        ],
        ..PushContent::default()
    }
}

/// An app that registered what the question needs.
fn answering() -> Capabilities {
    Capabilities {
        ios_categories: vec![
            Category {
                id: "PLAIN".to_owned(),
                actions: vec![Action::opening("Yes"), Action::opening("Another time")],
            },
            Category {
                id: "VISIT".to_owned(),
                actions: vec![
                    Action {
                        kind: ActionKind::QuickReply,
                        ..Action::opening("Yes")
                    },
                    Action {
                        kind: ActionKind::TextInput,
                        placeholder: Some("When?".to_owned()),
                        ..Action::opening("Another time")
                    },
                ],
            },
        ],
        android_handler: true,
        ..Capabilities::default()
    }
}

#[test]
fn replies_are_pinned_on_each_channel() {
    let of = |channel, platform| json_of(&payload(question(), channel, platform, &answering()));
    let channels = [
        (Channel::Apns, Platform::Ios),
        (Channel::Fcm, Platform::Android),
        (Channel::Fcm, Platform::Ios),
        (Channel::Fcm, Platform::Web),
        (Channel::Webpush, Platform::Web),
        (Channel::Adm, Platform::Fireos),
        (Channel::Twilio, Platform::Ios),
        (Channel::Twilio, Platform::Android),
    ];
    for (channel, platform) in channels {
        let name = format!("replies_{}_{}", channel.name(), platform.name());
        insta::assert_json_snapshot!(name, of(channel, platform));
    }
}

#[test]
fn a_category_fits_by_titles_and_by_what_they_do() {
    let category = |content, capabilities: &Capabilities| {
        let body = payload(content, Channel::Apns, Platform::Ios, capabilities);
        json_of(&body)["aps"]["category"].clone()
    };
    assert_eq!(category(question(), &answering()), "VISIT");
    let mut opens = question();
    for button in &mut opens.buttons {
        button.kind = ActionKind::Open;
        button.placeholder = None;
    }
    assert_eq!(category(opens, &answering()), "PLAIN");
    assert_eq!(category(question(), &Capabilities::default()), Value::Null);
}

#[test]
fn a_site_that_shows_no_buttons_is_sent_none() {
    let none = Capabilities {
        web_actions: 0,
        ..Capabilities::default()
    };
    for channel in [Channel::Webpush, Channel::Fcm] {
        let of = |capabilities| json_of(&payload(sale(), channel, Platform::Web, capabilities));
        assert!(!of(&none).to_string().contains("Later"), "{channel:?}");
        assert!(of(&Capabilities::default()).to_string().contains("Later"));
    }
}

#[test]
fn what_a_format_leaves_aside_is_neither_sent_nor_checked() {
    let aside = |format| PushContent {
        format,
        image: Some("no link".to_owned()),
        buttons: vec![Button::default()],
        ..sale()
    };
    assert!(aside(PushFormat::Standard).check().is_empty());
    let fields = |format| -> Vec<String> {
        let errors = aside(format).check().0;
        errors.into_iter().map(|error| error.field).collect()
    };
    assert_eq!(fields(PushFormat::Image), ["image", "image"]);
    assert!(fields(PushFormat::Rich).contains(&"buttons[0].id".to_owned()));
    let standard = PushContent {
        format: PushFormat::Standard,
        ..sale()
    };
    let body = payload(
        standard,
        Channel::Webpush,
        Platform::Web,
        &Capabilities::default(),
    );
    let body = json_of(&body);
    assert!(body.get("image").is_none() && body.get("buttons").is_none());
}

#[test]
fn a_platform_gets_its_own_values_and_the_common_ones() {
    let content = PushContent {
        overrides: Overrides {
            ios: PlatformOverride {
                title: Some("{{ contact.first_name }}, look".to_owned()),
                sound: Some("none".to_owned()),
                body: Some("  ".to_owned()),
                ..PlatformOverride::default()
            },
            android: PlatformOverride {
                channel_id: Some("news".to_owned()),
                collapse_id: Some("sale".to_owned()),
                ..PlatformOverride::default()
            },
            ..Overrides::default()
        },
        ..sale()
    };
    let capabilities = Capabilities {
        android_channels: vec!["offers".to_owned(), "news".to_owned()],
        ..Capabilities::default()
    };
    let of =
        |channel, platform| json_of(&payload(content.clone(), channel, platform, &capabilities));
    let ios = of(Channel::Apns, Platform::Ios);
    assert_eq!(ios["aps"]["alert"]["title"], "Ada, look");
    assert_eq!(ios["aps"]["alert"]["body"], "40 points \"wait\" for you");
    assert_eq!(ios["aps"]["sound"], Value::Null);
    let android = of(Channel::Fcm, Platform::Android);
    assert_eq!(android["message"]["notification"]["title"], "Hi Ada");
    let drawn = &android["message"]["android"];
    assert_eq!(drawn["notification"]["channelId"], "news");
    assert_eq!(drawn["notification"]["sound"], "default");
    assert_eq!(drawn["collapseKey"], "sale");
    let web = of(Channel::Webpush, Platform::Web);
    assert_eq!(web["title"], "Hi Ada");
    assert!(web.get("tag").is_none());

    let push = CompiledPush::compile(content).expect("templates are well formed");
    let rendered = push
        .render(&template_data(&ada(), &event()), Timestamp(0))
        .expect("it renders");
    let key = |platform| options(&rendered, platform, Uuid::nil()).collapse_id;
    assert_eq!(key(Platform::Android).as_deref(), Some("sale"));
    assert_eq!(key(Platform::Ios), None);
    assert_eq!(push.needs(), Needs::ContactAndEvent);
}

#[test]
fn a_push_needs_what_any_text_of_any_platform_reads() {
    type Put = fn(&mut PushContent, &str);
    let everywhere: [(&str, Put); 9] = [
        ("title", |push, text| push.title = text.to_owned()),
        ("body", |push, text| push.body = text.to_owned()),
        ("subtitle", |push, text| {
            push.subtitle = Some(text.to_owned());
        }),
        ("image", |push, text| push.image = Some(text.to_owned())),
        ("link", |push, text| push.link = Some(text.to_owned())),
        ("collapse id", |push, text| {
            push.collapse_id = Some(text.to_owned());
        }),
        ("button", |push, text| {
            push.buttons[0].title = text.to_owned();
        }),
        ("placeholder", |push, text| {
            push.buttons[1].placeholder = Some(text.to_owned());
        }),
        ("another title on iOS", |push, text| {
            push.overrides = Overrides {
                ios: PlatformOverride {
                    title: Some(text.to_owned()),
                    ..PlatformOverride::default()
                },
                ..Overrides::default()
            };
        }),
    ];
    for (text, needs) in [
        ("plain", Needs::Nothing),
        ("{{ 'now' | date: '%Y' }}", Needs::Nothing),
        ("{{ contact.first_name }}", Needs::Contact),
        ("{{ event.total }}", Needs::ContactAndEvent),
    ] {
        for (place, put) in everywhere {
            let mut content = question();
            content.buttons[1].placeholder = None;
            put(&mut content, text);
            let push = CompiledPush::compile(content).expect("templates are well formed");
            assert_eq!(push.needs(), needs, "{text} in the {place}");
        }
    }
}

#[test]
fn mistakes_in_overrides_name_their_platform() {
    let content = PushContent {
        title: "T".to_owned(),
        overrides: Overrides {
            ios: PlatformOverride {
                title: Some("{{ contact.".to_owned()),
                channel_id: Some("news".to_owned()),
                ..PlatformOverride::default()
            },
            web: PlatformOverride {
                image: Some("http://example.org/x.png".to_owned()),
                subtitle: Some("S".to_owned()),
                ..PlatformOverride::default()
            },
            ..Overrides::default()
        },
        ..PushContent::default()
    };
    let errors = content.check();
    let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "overrides.ios.channel_id",
            "overrides.web.subtitle",
            "overrides.web.image",
            "overrides.ios.title",
        ]
    );
    let content = PushContent {
        title: "T".to_owned(),
        overrides: Overrides {
            fireos: PlatformOverride {
                link: Some("{{ event.sku }}".to_owned()),
                ..PlatformOverride::default()
            },
            ..Overrides::default()
        },
        ..PushContent::default()
    };
    let push = CompiledPush::compile(content).expect("templates are well formed");
    let problem = push
        .render(&template_data(&ada(), &event()), Timestamp(0))
        .expect_err("RED-7 is no link");
    assert_eq!(problem.field, "overrides.fireos.link");
}

#[test]
fn a_push_is_stored_as_it_was_composed_and_one_of_before_is_read() {
    let content = PushContent {
        format: PushFormat::Image,
        overrides: Overrides {
            web: PlatformOverride {
                title: Some("On the web".to_owned()),
                ..PlatformOverride::default()
            },
            ..Overrides::default()
        },
        ..question()
    };
    let json = serde_json::to_string(&content).expect("is written");
    assert_eq!(
        serde_json::from_str::<PushContent>(&json).expect("is read"),
        content
    );
    let before = json!({"title": "T", "body": "", "buttons": [{"id": "a", "title": "A"}],
        "sound": "default",
        "ttl_seconds": 60, "priority": "high", "class": "promotional"});
    let read: PushContent = serde_json::from_value(before.clone()).expect("is read");
    assert_eq!(serde_json::to_value(&read).expect("is written"), before);
}

#[test]
fn replies_that_lead_somewhere_and_placeholders_of_others_are_mistakes() {
    let mut content = question();
    content.buttons[0].link = Some("https://example.org".to_owned());
    content.buttons[0].placeholder = Some("Say it".to_owned());
    let errors = content.check();
    assert!(errors.of("buttons[0].link").is_some());
    assert!(errors.of("buttons[0].placeholder").is_some());
    assert_eq!(errors.0.len(), 2);
}
