//! The sample contacts, devices, push and journey.

use super::APP;
use domain::{
    contact::{AttributeValue, ContactInput},
    device::{Channel, DeviceInput, OsPermission},
    people::Principal,
    push::{Button, PushContent},
    view::PushDraft,
    workflow::{
        Comparison, Condition, Delay, DelayUnit, Edge, Graph, Match, Node, Operator, Port, ReEntry,
        Step, StepId, Subject, Trigger,
    },
};
use sandbox::Handle;
use service::Service;

const BY: Principal = Principal::System;

/// First name, last name, language, time zone, plan.
const PEOPLE: [(&str, &str, &str, &str, &str); 12] = [
    ("Ada", "Okafor", "en-GB", "Europe/London", "gold"),
    ("Bruno", "Lindqvist", "sv-SE", "Europe/Stockholm", "basic"),
    ("Chiara", "Moretti", "it-IT", "Europe/Rome", "gold"),
    ("Daichi", "Sato", "ja-JP", "Asia/Tokyo", "basic"),
    ("Elif", "Kaya", "tr-TR", "Europe/Istanbul", "silver"),
    ("Farid", "Haddad", "fr-FR", "Europe/Paris", "silver"),
    ("Greta", "Vogel", "de-DE", "Europe/Berlin", "gold"),
    ("Hugo", "Reyes", "es-MX", "America/Mexico_City", "basic"),
    ("Imani", "Mwangi", "en-KE", "Africa/Nairobi", "gold"),
    ("Jonas", "Petersen", "da-DK", "Europe/Copenhagen", "basic"),
    ("Keiko", "Mori", "ja-JP", "Asia/Tokyo", "silver"),
    ("Lena", "Novak", "cs-CZ", "Europe/Prague", "basic"),
];

/// Fills an empty database.
pub(super) async fn fill(service: &Service, sandbox: &Handle) -> Result<(), service::ServiceError> {
    for (n, person) in PEOPLE.iter().enumerate() {
        contact(service, n, person).await?;
    }
    browser(service, sandbox).await?;
    let campaign = service.create_campaign(&BY, "Welcome").await?;
    let push = service
        .create_push(
            &BY,
            &PushDraft {
                name: "Welcome offer".to_owned(),
                campaign_id: Some(campaign.id),
                content: welcome(),
            },
        )
        .await?;
    let journey = journey(push.id);
    service
        .create_workflow(&BY, campaign.id, "Welcome journey", &journey)
        .await?;
    Ok(())
}

/// Every second person has a second device, two have a Fire tablet; one opted
/// out, one has no device, one switched notifications off.
async fn contact(
    service: &Service,
    n: usize,
    (first, last, locale, zone, plan): &(&str, &str, &str, &str, &str),
) -> Result<(), service::ServiceError> {
    let external_id = format!("customer-{}", n + 1);
    let text = |text: &str| Some(text.to_owned());
    let points = i64::try_from(n * 35 % 180).unwrap_or(0);
    let input = ContactInput {
        first_name: text(first),
        last_name: text(last),
        email: Some(format!("{}@example.org", first.to_lowercase())),
        locale: text(locale),
        time_zone: text(zone),
        opted_in: Some(n != 3),
        attributes: [
            (
                "plan".to_owned(),
                Some(AttributeValue::Text((*plan).to_owned())),
            ),
            ("points".to_owned(), Some(AttributeValue::Int(points))),
        ]
        .into(),
    };
    service.upsert_contact(&BY, &external_id, input).await?;
    let channels: &[Channel] = match n {
        7 => &[],
        4 => &[Channel::Apns, Channel::Fcm, Channel::Adm],
        10 => &[Channel::Adm],
        n if n % 2 == 0 => &[Channel::Apns, Channel::Fcm],
        n if n % 3 == 0 => &[Channel::Fcm],
        _ => &[Channel::Apns],
    };
    for channel in channels {
        let device_id = format!("{external_id}-{}", channel.name());
        let input = device(*channel, &device_id, n == 5, locale, zone);
        service
            .register_device(&BY, &external_id, &device_id, input)
            .await?;
    }
    Ok(())
}

/// One person, Keiko, is reached by a browser too.
async fn browser(service: &Service, sandbox: &Handle) -> Result<(), service::ServiceError> {
    let (external_id, device_id) = ("customer-11", "customer-11-webpush");
    let Some(token) = sandbox.browser_token(device_id) else {
        return Ok(());
    };
    let input = DeviceInput {
        token,
        ..device(Channel::Webpush, device_id, false, "ja-JP", "Asia/Tokyo")
    };
    service
        .register_device(&BY, external_id, device_id, input)
        .await?;
    Ok(())
}

fn device(
    channel: Channel,
    device_id: &str,
    denied: bool,
    locale: &str,
    zone: &str,
) -> DeviceInput {
    let token = service::hex(&service::hash(device_id));
    let (token, model, os_version) = match channel {
        Channel::Apns => (token, "iPhone 16", "19.1"),
        Channel::Fcm | Channel::Twilio => (format!("demo:{token}"), "Pixel 10", "16"),
        Channel::Adm => (
            format!("amzn1.adm-registration.v1.{token}"),
            "Fire HD 10",
            "8",
        ),
        Channel::Webpush => (token, "Chrome 141", "macOS 26"),
    };
    DeviceInput {
        app: APP.to_owned(),
        channel,
        token,
        address_kind: None,
        platform: None,
        os_permission: Some(if denied {
            OsPermission::Denied
        } else {
            OsPermission::Granted
        }),
        opted_in: Some(true),
        app_version: Some("4.2.0".to_owned()),
        os_version: Some(os_version.to_owned()),
        model: Some(model.to_owned()),
        locale: Some(locale.to_owned()),
        time_zone: Some(zone.to_owned()),
        label: None,
    }
}

fn welcome() -> PushContent {
    let button = |id: &str, title: &str| Button {
        id: id.to_owned(),
        title: title.to_owned(),
        ..Button::default()
    };
    PushContent {
        title: "Welcome, {{ contact.first_name | default: \"there\" }}".to_owned(),
        body: "Your {{ contact.plan | default: \"first\" }} offer is waiting: \
               {{ contact.points | default: 0 }} points to start with."
            .to_owned(),
        image: Some("https://example.org/images/welcome.png".to_owned()),
        link: Some("shop://offers/welcome".to_owned()),
        buttons: vec![button("shop", "Shop now"), button("later", "Later")],
        ..PushContent::default()
    }
}

/// Signed up → a minute → gold members get the push → out.
fn journey(push: domain::PushId) -> Graph {
    let node = |id: &str, step: Step, x: f64, y: f64| Node {
        id: StepId(id.to_owned()),
        step,
        x,
        y,
    };
    let edge = |from: &str, port: Port, to: &str| Edge {
        from: StepId(from.to_owned()),
        port,
        to: StepId(to.to_owned()),
    };
    let gold = Condition {
        matching: Match::All,
        comparisons: vec![Comparison {
            subject: Subject::Contact("plan".to_owned()),
            operator: Operator::Is,
            value: AttributeValue::Text("gold".to_owned()),
        }],
    };
    let signed_up = Trigger::Event {
        name: "signed_up".to_owned(),
        filter: Condition::default(),
    };
    let re_entry = ReEntry::OnceOut;
    let minute = Delay {
        amount: 1,
        unit: DelayUnit::Minutes,
    };
    Graph {
        nodes: vec![
            node(
                "start",
                Step::Trigger {
                    trigger: signed_up,
                    re_entry,
                },
                160.0,
                40.0,
            ),
            node("pause", Step::Delay { delay: minute }, 160.0, 180.0),
            node("gold", Step::Branch { condition: gold }, 160.0, 320.0),
            node(
                "offer",
                Step::Push {
                    push_id: Some(push),
                },
                0.0,
                480.0,
            ),
            node("out", Step::Exit {}, 160.0, 640.0),
        ],
        edges: vec![
            edge("start", Port::Next, "pause"),
            edge("pause", Port::Next, "gold"),
            edge("gold", Port::Yes, "offer"),
            edge("gold", Port::No, "out"),
            edge("offer", Port::Next, "out"),
        ],
    }
}
