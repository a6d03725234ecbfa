use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

const SECRET: &[u8] = b"a secret of thirty-two bytes, say";
const NOW: Timestamp = Timestamp(1_795_305_600_000);

fn judged(proof: Option<&str>) -> std::result::Result<(), &'static str> {
    check(SECRET, "customer-17", proof, NOW)
}

fn mac(secret: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    let mac = mac.chain_update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hmac(secret: &[u8], external_id: &str) -> String {
    crate::chance::hex(&mac(secret, &format!("contact:{external_id}")))
}

fn jwt(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret);
    encode(&Header::new(algorithm), claims, &key).expect("a token")
}

#[test]
fn a_signature_is_rfc_2104s() {
    // printf contact:customer-17 | openssl dgst -sha256 -hmac "$SECRET"
    let known = "9f9b678275e686c02c34531cfe1b569737f3889e9d7cc0ff6caf802a48da45e8";
    assert_eq!(judged(Some(known)), Ok(()));
    assert_eq!(judged(Some(&known.to_uppercase())), Ok(()));
    assert!(check(SECRET, "customer-1", Some(known), NOW).is_err());
}

#[test]
fn a_signature_of_a_contact_signs_no_token() {
    let token = jwt(Algorithm::HS256, SECRET, &json!({"sub": "customer-17"}));
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    assert_eq!(signature, encoded(&mac(SECRET, input)));
    // Someone is called as a token begins, and has that signed.
    let own = mac(SECRET, &format!("contact:{input}"));
    let proof = crate::chance::hex(&own);
    assert_eq!(check(SECRET, input, Some(&proof), NOW), Ok(()));
    for forged in [
        format!("{input}.{}", encoded(&own)),
        format!("contact:{input}.{}", encoded(&own)),
    ] {
        assert!(judged(Some(&forged)).is_err(), "{forged}");
    }
    let bare = crate::chance::hex(&mac(SECRET, "customer-17"));
    assert!(judged(Some(&bare)).is_err(), "nothing stands before it");
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
