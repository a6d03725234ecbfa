use super::*;
use crate::Timestamp;
use crate::app::Capabilities;

fn raw(body: &str) -> RawPush {
    RawPush {
        body: body.to_owned(),
        push_type: RawPushType::Alert,
        priority: Priority::High,
        ttl_seconds: 60,
        collapse_id: None,
    }
}

fn wrong(channel: Channel, body: &str) -> String {
    let errors = raw(body).check(channel);
    errors.of("body").unwrap_or_default().to_owned()
}

#[test]
fn a_body_of_each_channels_shape_is_right() {
    for (channel, body) in [
        (Channel::Apns, r#"{"aps": {"alert": "Hi"}, "x": 1}"#),
        (Channel::Fcm, r#"{"message": {"data": {"a": "b"}}}"#),
        (Channel::Adm, r#"{"data": {"a": "b"}, "expiresAfter": 60}"#),
        (Channel::Webpush, r#"{"anything": [1, 2]}"#),
        (Channel::Twilio, r#"{"Body": "Hi", "Data": "{}"}"#),
    ] {
        let errors = raw(body).check(channel);
        assert!(errors.is_empty(), "{channel:?}: {errors}");
    }
}

#[test]
fn what_is_wrong_with_a_body_is_said() {
    for (channel, body, words) in [
        (Channel::Apns, "", "must not be empty"),
        (Channel::Apns, "{\n\"a\": }", "line 2"),
        (Channel::Apns, "[]", "no object"),
        (Channel::Apns, "{}", "needs “aps”"),
        (Channel::Apns, r#"{"aps": {"alert": 1}}"#, "neither a text"),
        (Channel::Fcm, "{}", "needs “message”"),
        (
            Channel::Fcm,
            r#"{"message": {"token": "t"}}"#,
            "leave it out",
        ),
        (
            Channel::Fcm,
            r#"{"message": {"data": {"a": 1}}}"#,
            "message.data.a",
        ),
        (Channel::Fcm, r#"{"message": {"data": []}}"#, "no object"),
        (
            Channel::Fcm,
            r#"{"message": {"colour": 1}}"#,
            "message.colour",
        ),
        (Channel::Fcm, r#"{"message": {}, "x": 1}"#, "“x”"),
        (Channel::Adm, r#"{"data": {"a": 1}}"#, "data.a"),
        (Channel::Adm, r#"{"message": {}}"#, "needs “data”"),
        (Channel::Twilio, r#"{"Identity": "a"}"#, "leave it out"),
    ] {
        let said = wrong(channel, body);
        assert!(said.contains(words), "{channel:?} {body}: {said}");
    }
    let long = format!(r#"{{"aps": {{"alert": "{}"}}}}"#, "x".repeat(4096));
    assert!(wrong(Channel::Apns, &long).contains("at most 4096"));
}

#[test]
fn a_background_push_is_apples_and_spares_the_battery() {
    let mut push = raw(r#"{"aps": {"content-available": 1}}"#);
    push.push_type = RawPushType::Background;
    assert!(push.check(Channel::Apns).of("priority").is_some());
    push.priority = Priority::Normal;
    assert!(push.check(Channel::Apns).is_empty());
    assert!(push.check(Channel::Adm).of("push_type").is_some());
    push.body = r#"{"aps": {}}"#.to_owned();
    assert!(push.check(Channel::Apns).of("body").is_some());
}

#[test]
fn what_was_kept_is_sent_again_as_it_was_but_for_address_and_delivery() {
    let before = Uuid::from_u128(3);
    let kept = format!(r#"{{"aps": {{"alert":"Hi"}},  "carillon_id":"{before}"}}"#);
    let headers = r#"{"push_type":"alert","priority":"5","collapse_id":"offer"}"#;
    let again = RawPush::replayed(before, &kept, headers, 90).expect("replayed");
    assert_eq!(
        again.body,
        kept.replace(&before.to_string(), DELIVERY_PLACE)
    );
    assert_eq!(again.priority, Priority::Normal);
    assert_eq!(again.collapse_id.as_deref(), Some("offer"));
    assert_eq!(again.ttl_seconds, 90);

    let kept = r#"{"message":{"token":"old","data":{"a":"b"}}}"#;
    let again = RawPush::replayed(before, kept, "{}", 0).expect("replayed");
    assert_eq!(again.body, r#"{"message":{"data":{"a":"b"}}}"#);
    assert!(again.check(Channel::Fcm).is_empty());
    assert_eq!(RawPush::replayed(before, "no JSON", "{}", 0), None);
}

#[test]
fn beside_the_body_there_are_limits_too() {
    let mut push = raw(r#"{"aps": {}}"#);
    push.ttl_seconds = TTL_MAX_SECONDS + 1;
    push.collapse_id = Some("{{ x }}".into());
    let errors = push.check(Channel::Apns);
    assert!(errors.of("ttl_seconds").is_some());
    assert!(errors.of("collapse_id").is_some());
}

fn sent_to(token: &str, channel: Channel, body: &str) -> (String, usize) {
    let target = Target {
        channel,
        platform: Platform::Ios,
        token,
        capabilities: &Capabilities::default(),
        delivery: uuid::Uuid::from_u128(7),
        decided_at: Timestamp(0),
    };
    let payload = raw(body).payload(target);
    let text = String::from_utf8(payload.body).expect("text");
    (text, payload.counted)
}

fn sent(channel: Channel, body: &str) -> (String, usize) {
    sent_to("the-token", channel, body)
}

#[test]
fn a_device_known_by_its_installation_is_addressed_by_that() {
    let body = r#"{"message": {"data": {}}}"#;
    let (text, counted) = sent_to("fid:abc", Channel::Fcm, body);
    let fcm: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(fcm["message"]["fid"], "abc");
    assert!(fcm["message"]["token"].is_null(), "{text}");
    assert_eq!(counted, text.len() - "abc".len());
}

#[test]
fn a_body_goes_out_as_typed_with_the_delivery_and_the_address_in_their_places() {
    let typed = r#"{ "aps": {"alert": "Hi"},  "carillon_id": "{{carillon_id}}" }"#;
    let (text, counted) = sent(Channel::Apns, typed);
    let id = uuid::Uuid::from_u128(7).to_string();
    assert_eq!(text, typed.replace("{{carillon_id}}", &id));
    assert_eq!(counted, text.len());
    let (text, counted) = sent(Channel::Fcm, r#"{"message": {"data": {}}}"#);
    let fcm: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(fcm["message"]["token"], "the-token");
    assert_eq!(counted, text.len() - "the-token".len());
    let (text, _) = sent(Channel::Twilio, r#"{"Body": "Hi"}"#);
    let form: Value = serde_json::from_str(&text).expect("JSON");
    let binding = form["ToBinding"].as_str().expect("a text");
    assert!(
        binding.contains("the-token") && binding.contains("apn"),
        "{binding}"
    );
}
