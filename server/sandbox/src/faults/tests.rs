use super::*;

fn book(json: &str) -> FaultBook {
    let book = FaultBook::default();
    book.replace(Faults::from_json(json.as_bytes()).unwrap());
    book
}

fn status(book: &FaultBook, token: &str) -> Option<u16> {
    match book.find(Channel::Apns, Door::Send, token)?.action {
        Action::Answer(answer) => Some(answer.status),
        _ => None,
    }
}

#[test]
fn first_fault_in_the_file_that_applies_wins() {
    let book = book(
        r#"{"faults": [
            {"token": "a", "do": {"answer": {"status": 410, "reason": "Unregistered"}}},
            {"do": {"answer": {"status": 503, "reason": "Shutdown"}}},
            {"token": "b", "do": {"answer": {"status": 400, "reason": "BadDeviceToken"}}}
        ]}"#,
    );
    assert_eq!(status(&book, "a"), Some(410));
    assert_eq!(
        status(&book, "b"),
        Some(503),
        "the general one stands first"
    );
    assert_eq!(status(&book, "c"), Some(503));
}

#[test]
fn counted_fault_happens_that_often_and_after_that_many() {
    let book = book(r#"{"faults": [{"after": 1, "first": 2, "do": {"answer": {"status": 500}}}]}"#);
    let seen: Vec<_> = (0..5).map(|_| status(&book, "t")).collect();
    assert_eq!(seen, [None, Some(500), Some(500), None, None]);
}

#[test]
fn fault_of_another_channel_or_door_does_not_apply() {
    let book = book(
        r#"{"faults": [
            {"channel": "fcm", "do": "never_answer"},
            {"on": "oauth", "do": "reset_stream"}
        ]}"#,
    );
    assert!(book.find(Channel::Apns, Door::Send, "t").is_none());
    assert!(book.find(Channel::Fcm, Door::Send, "t").is_some());
    assert!(book.find(Channel::Apns, Door::Oauth, "t").is_some());
}

#[test]
fn same_seed_rolls_the_same_dice() {
    let json = r#"{"seed": 42, "faults": [{"probability": 0.2, "do": "reset_stream"}]}"#;
    let rolls = |book: FaultBook| -> Vec<bool> {
        (0..1000)
            .map(|_| book.find(Channel::Apns, Door::Send, "t").is_some())
            .collect()
    };
    let first = rolls(book(json));
    assert_eq!(first, rolls(book(json)));
    let hits = first.iter().filter(|hit| **hit).count();
    assert!((120..280).contains(&hits), "{hits} of 1000 at 0.2");
}

#[test]
fn value_out_of_range_is_refused_and_named() {
    for (json, word) in [
        (r#"{"faults": [{"probability": 1.5}]}"#, "probability 1.5"),
        (
            r#"{"faults": [{"do": {"answer": {"status": 99}}}]}"#,
            "status 99",
        ),
        (r#"{"faults": [{"tokn": "a"}]}"#, "tokn"),
        (r#"{"faults": [{"do": "explode"}]}"#, "explode"),
    ] {
        let error = Faults::from_json(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(word), "{json}: {error}");
    }
}
