use super::*;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

const SECRET: &[u8] = b"a secret of thirty-two bytes, say";
const NOW: Timestamp = Timestamp(1_795_305_600_000);

fn judged(proof: Option<&str>) -> std::result::Result<(), &'static str> {
    check(SECRET, "customer-17", proof, NOW)
}

fn hmac(secret: &[u8], text: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    let bytes = mac.chain_update(text.as_bytes()).finalize().into_bytes();
    crate::chance::hex(&bytes)
}

fn jwt(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret);
    encode(&Header::new(algorithm), claims, &key).expect("a token")
}

#[test]
fn a_signature_is_rfc_2104s() {
    // RFC 4231, test case 2.
    let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let text = "what do ya want for nothing?";
    assert_eq!(check(b"Jefe", text, Some(known), NOW), Ok(()));
    assert_eq!(
        check(b"Jefe", text, Some(&known.to_uppercase()), NOW),
        Ok(())
    );
    assert!(check(b"Jefe", "what do ya want", Some(known), NOW).is_err());
}

#[test]
fn a_contact_is_proved_by_its_own_signature_alone() {
    assert_eq!(judged(Some(&hmac(SECRET, "customer-17"))), Ok(()));
    assert_eq!(judged(None), Err("it came without a signature"));
    for wrong in [
        hmac(SECRET, "customer-18"),
        hmac(b"another secret", "customer-17"),
        hmac(SECRET, "customer-17")[..62].to_owned(),
        String::new(),
        "+1".repeat(32),
        "é".repeat(32),
    ] {
        assert!(judged(Some(&wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn a_token_is_taken_while_it_is_valid() {
    let (now, sub) = (NOW.as_seconds(), "customer-17");
    let judge = |claims: Value| judged(Some(&jwt(Algorithm::HS256, SECRET, &claims)));
    assert_eq!(judge(json!({"sub": sub})), Ok(()));
    assert_eq!(
        judge(json!({"sub": sub, "exp": now + 1, "nbf": now, "aud": "x"})),
        Ok(())
    );
    assert_eq!(
        judge(json!({"sub": sub, "exp": now})),
        Err("the JWT has run out")
    );
    assert_eq!(
        judge(json!({"sub": sub, "nbf": now + 1})),
        Err("the JWT is not valid yet")
    );
    assert_eq!(
        judge(json!({"sub": "customer-18"})),
        Err("the JWT's sub is another contact")
    );
    assert!(judge(json!({"exp": now + 60})).is_err(), "nobody");
}

#[test]
fn a_token_of_another_key_or_kind_is_refused() {
    let claims = json!({"sub": "customer-17"});
    let good = jwt(Algorithm::HS256, SECRET, &claims);
    assert_eq!(judged(Some(&good)), Ok(()));
    let (head, rest) = good.split_once('.').expect("three parts");
    let (body, _) = rest.split_once('.').expect("three parts");
    for wrong in [
        jwt(Algorithm::HS256, b"another secret", &claims),
        jwt(Algorithm::HS512, SECRET, &claims),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        // {"alg":"none"}
        format!("eyJhbGciOiJub25lIn0.{body}."),
        "...".to_owned(),
    ] {
        assert!(judged(Some(&wrong)).is_err(), "{wrong}");
    }
}
