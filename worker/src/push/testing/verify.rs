//! The push service's check of who calls (RFC 8292), sharing no code with what signs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

#[derive(Debug, serde::Deserialize)]
pub struct Claims {
    pub aud: String,
    pub exp: i64,
    pub sub: String,
}

/// The claims of a header whose signature is good and whose key is the expected one; panics otherwise.
pub fn verified_claims(header: &HeaderValue, public_key: &str) -> Claims {
    let (token, key) = header.to_str().unwrap().strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, public_key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key));
    key.verify(signed.as_bytes(), &decode(signature)).expect("the signature is good");
    let head: Value = serde_json::from_slice(&decode(head)).unwrap();
    assert_eq!((head["alg"].as_str(), head["typ"].as_str()), (Some("ES256"), Some("JWT")));
    serde_json::from_slice(&decode(claims)).unwrap()
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
