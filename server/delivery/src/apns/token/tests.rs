use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

struct Hands(AtomicI64);

impl Hands {
    fn at(minutes: i64) -> Arc<Self> {
        let clock = Arc::new(Self(AtomicI64::new(0)));
        clock.turn_to(minutes);
        clock
    }

    fn turn_to(&self, minutes: i64) {
        self.0
            .store(1_800_000_000_000 + minutes * 60_000, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

fn from(key: &str) -> SignerKey {
    SignerKey {
        team_id: "TEAM123456".to_owned(),
        key_id: "KEY1234567".to_owned(),
        private_key_pem: key.to_owned(),
        endpoint: "https://localhost".to_owned(),
    }
}

fn key() -> String {
    rcgen::KeyPair::generate().unwrap().serialize_pem()
}

fn signer(clock: &Arc<Hands>) -> TokenSigner {
    TokenSigner::new(&from(&key()), Arc::clone(clock) as Arc<dyn Clock>).unwrap()
}

#[test]
fn token_is_shared_for_fifty_minutes_and_then_renewed() {
    let clock = Hands::at(0);
    let signer = signer(&clock);
    let first = signer.current().unwrap();
    clock.turn_to(49);
    assert_eq!(signer.current().unwrap().header, first.header);
    clock.turn_to(50);
    assert_ne!(signer.current().unwrap().header, first.header);
}

#[test]
fn expired_token_is_signed_again_once_it_is_twenty_minutes_old_and_not_before() {
    let clock = Hands::at(0);
    let signer = signer(&clock);
    let first = signer.current().unwrap();
    clock.turn_to(19);
    let early = signer.renew(&first).unwrap().unwrap_err();
    clock.turn_to(20);
    assert_eq!(early.until, clock.now());
    let second = signer.renew(&first).unwrap().unwrap();
    assert_ne!(second.header, first.header);
    // The others who were refused with the first get the second, not a third.
    assert_eq!(signer.renew(&first).unwrap().unwrap().header, second.header);
    assert!(signer.renew(&second).unwrap().is_err());
}

#[test]
fn held_key_signs_nothing_for_twenty_minutes_even_if_its_token_is_old() {
    let clock = Hands::at(0);
    let signer = signer(&clock);
    let first = signer.current().unwrap();
    clock.turn_to(45);
    let until = signer.hold();
    clock.turn_to(64);
    assert_eq!(signer.current().unwrap().header, first.header);
    assert_eq!(
        signer.renew(&first).unwrap().unwrap_err(),
        TooEarly { until }
    );
    clock.turn_to(65);
    assert_ne!(signer.current().unwrap().header, first.header);
}

#[test]
fn token_has_apples_shape_and_no_more() {
    let clock = Hands::at(0);
    let header = signer(&clock).current().unwrap().header;
    let token = header.to_str().unwrap().strip_prefix("bearer ").unwrap();
    assert!(!token.contains('='), "padded base64 is refused");
    let parts = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(parts.alg, Algorithm::ES256);
    assert_eq!(parts.kid.as_deref(), Some("KEY1234567"));
    assert_eq!(parts.typ, None);
    let claims = jsonwebtoken::dangerous::insecure_decode::<serde_json::Value>(token)
        .unwrap()
        .claims;
    assert_eq!(
        claims,
        serde_json::json!({"iss": "TEAM123456", "iat": 1_800_000_000})
    );
}

#[test]
fn key_that_is_none_is_refused_by_name() {
    let clock = Hands::at(0) as Arc<dyn Clock>;
    for key in [
        "",
        "not a key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        let error = TokenSigner::new(&from(key), Arc::clone(&clock)).unwrap_err();
        assert_eq!(error.field, "private_key_pem", "{key}");
    }
    let mut nameless = from(&key());
    nameless.key_id = " ".to_owned();
    assert_eq!(
        TokenSigner::new(&nameless, clock).unwrap_err().field,
        "key_id"
    );
}
