use domain::{
    app::Action,
    push::{ActionKind, Button, PlatformOverride},
};

use super::*;

fn round(content: &PushContent) -> PushContent {
    Owner::new().with(|| {
        let (back, errors) = PushForm::new("n", "", content).content();
        assert!(errors.is_empty(), "{errors}");
        back
    })
}

#[test]
fn a_push_survives_the_form() {
    let content = PushContent {
        title: "T".into(),
        body: "B".into(),
        image: Some("https://x.test/i.png".into()),
        buttons: vec![Button {
            id: "a".into(),
            title: "A".into(),
            link: Some("app://a".into()),
            ..Button::default()
        }],
        sound: Some("bell.caf".into()),
        badge: Some(0),
        collapse_id: Some("sale".into()),
        ttl_seconds: 2 * 86_400,
        priority: Priority::Normal,
        class: DeliveryClass::Transactional,
        app: Some(uuid::Uuid::from_u128(7).into()),
        ..PushContent::default()
    };
    assert_eq!(round(&content), content);
    assert_eq!(round(&PushContent::default()), PushContent::default());
}

#[test]
fn a_time_to_live_that_is_no_number_is_an_error_of_its_field() {
    Owner::new().with(|| {
        let form = PushForm::new("n", "", &PushContent::default());
        form.ttl.set("soon".into());
        assert!(form.content().1.of("ttl_seconds").is_some());
    });
}

#[test]
fn a_new_button_takes_an_id_that_is_free() {
    Owner::new().with(|| {
        let form = PushForm::new("n", "", &PushContent::default());
        form.add_empty_button();
        form.add_empty_button();
        assert_eq!(form.content().0.buttons[1].id, "button-2");
    });
}

#[test]
fn what_is_left_aside_survives_the_form() {
    let rich = PushContent {
        title: "T".into(),
        image: Some("https://x.test/i.png".into()),
        buttons: vec![
            Button {
                id: "say".into(),
                title: "Say".into(),
                kind: ActionKind::TextInput,
                placeholder: Some("Well?".into()),
                ..Button::default()
            },
            Button {
                id: "yes".into(),
                title: "Yes".into(),
                kind: ActionKind::QuickReply,
                ..Button::default()
            },
        ],
        overrides: Overrides {
            ios: PlatformOverride {
                subtitle: Some("S".into()),
                sound: Some("none".into()),
                ..PlatformOverride::default()
            },
            android: PlatformOverride {
                channel_id: Some("offers".into()),
                ..PlatformOverride::default()
            },
            ..Overrides::default()
        },
        ..PushContent::default()
    };
    for format in [PushFormat::Standard, PushFormat::Image, PushFormat::Rich] {
        let content = PushContent {
            format,
            ..rich.clone()
        };
        assert_eq!(round(&content), content);
    }
}

#[test]
fn a_category_brings_what_its_actions_do_and_leaves_links() {
    Owner::new().with(|| {
        let form = PushForm::new("n", "", &PushContent::default());
        form.add_empty_button();
        let [button] = form.buttons.get()[..] else {
            panic!("one button was added");
        };
        button.link.set("app://a".into());
        form.take_category(&Category {
            id: "C".into(),
            actions: vec![
                Action::opening("See it"),
                Action {
                    kind: ActionKind::TextInput,
                    placeholder: Some("Well?".into()),
                    ..Action::opening("Say")
                },
            ],
        });
        let buttons = form.content().0.buttons;
        assert_eq!(buttons[0].link.as_deref(), Some("app://a"));
        assert_eq!(buttons[0].id, "see-it");
        assert_eq!(
            (buttons[1].kind, buttons[1].placeholder.as_deref()),
            (ActionKind::TextInput, Some("Well?"))
        );
    });
}
